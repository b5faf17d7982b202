//! Formats an inspection as text, 80 columns wide.

use crate::terminal::{plain, wrapped};
use cordboard::contract::manifest::Description;
use cordboard::plug::{Inspection, Role};

use super::describe;

const LABEL: usize = 9;

/// Formats everything known about a plug.
pub(super) fn inspection(inspection: &Inspection) -> String {
    let description = &inspection.description;
    let mut text =
        wrapped(&plain(&format!("{} {}: {}", description.name, description.version, description.summary)), 0);
    text.push('\n');
    text += &labelled("file", &inspection.digest);
    text += &labelled("size", &format!("{} bytes", inspection.bytes));
    text += &labelled("contract", &contract(inspection));
    let memories = if inspection.memories == 1 { "memory" } else { "memories" };
    let kib = inspection.initial_memory_bytes >> 10;
    let instance = format!("{}: {} {memories}, {kib} KiB initially", inspection.class, inspection.memories);
    text += &labelled("class", &instance);
    text += &labelled("imports", &imports(&inspection.imports));
    text += &abilities(inspection);
    let hosts = &description.outbound_hosts;
    text += &labelled("calls", &if hosts.is_empty() { "no host".to_owned() } else { hosts.join(", ") });
    text + &routes(description) + &settings(description)
}

fn contract(inspection: &Inspection) -> String {
    let package = format!("cordboard:{}/", inspection.role);
    inspection.exports.iter().find(|name| name.starts_with(&package)).cloned().unwrap_or(package)
}

fn imports(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    format!("no functions, only the types of {}", names.join(", "))
}

/// Describes capabilities, which only providers declare.
fn abilities(inspection: &Inspection) -> String {
    if inspection.role != Role::Provider {
        return String::new();
    }
    let phrases = describe::abilities(&inspection.description.capabilities);
    labelled("does", &if phrases.is_empty() { "receives webhooks only".to_owned() } else { phrases.join(", ") })
}

fn routes(description: &Description) -> String {
    if description.routes.is_empty() {
        return "\nIt has no routes.\n".to_owned();
    }
    let mut text = "\nRoutes\n".to_owned();
    let mut above = String::new();
    for route in &description.routes {
        let types = route.media_types.join(", ");
        let types = if types.is_empty() { "any media type" } else { &types };
        text += &wrapped(&plain(&format!("{}: {}, {types}", route.name, route.methods.join(" or "))), 2);
        text += &wrapped(&plain(&route.summary), 4);
        let known = describe::authenticity(route);
        text += &wrapped(&plain(if known == above { "authenticated the same way" } else { &known }), 4);
        above = known;
    }
    text
}

fn settings(description: &Description) -> String {
    if description.settings.is_empty() {
        return "\nIt has no settings.\n".to_owned();
    }
    let mut text = "\nSettings\n".to_owned();
    for setting in &description.settings {
        let key = if setting.key == "*" { "any other key" } else { &setting.key };
        let line = format!("{key}: {}; {}", describe::need(setting), describe::secrecy(setting.secrecy));
        text += &wrapped(&plain(&line), 2);
        text += &wrapped(&plain(&setting.summary), 4);
    }
    text
}

fn labelled(label: &str, value: &str) -> String {
    format!("{label:<LABEL$}{}", wrapped(&plain(value), LABEL).trim_start())
}

#[cfg(test)]
mod tests {
    use super::super::inspect::look;
    use super::*;
    use cordboard::plug::builtin;

    #[test]
    fn every_plug_fits_80_columns() {
        for plug in builtin::ALL {
            let inspection = look(plug.name).unwrap();
            let text = super::inspection(&inspection);
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            assert!(text.contains(&inspection.digest) && text.contains("\nimports  no"), "{text}");
            for route in &inspection.description.routes {
                assert!(text.contains(&format!("\n  {}: ", route.name)), "{text}");
            }
            for setting in inspection.description.settings.iter().filter(|setting| setting.key != "*") {
                assert!(text.contains(&format!("\n  {}: ", setting.key)), "{text}");
            }
        }
    }

    #[test]
    fn a_provider_is_described_in_words() {
        let text = inspection(&look("veeting").unwrap());
        for line in [
            "contract cordboard:provider/provider@0.1.0\n",
            "class    lean: 1 memory, ",
            "does     creates conferences if room-url is set, updates them in place\n",
            "calls    no host\n",
            "  onMeetingScheduled: POST or PUT, any media type\n    A new meeting was scheduled\n",
            "  api-key: optional; secret; authenticates senders and is never sent\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let known = "authenticated by the header x-api-key, which holds the setting api-key-onMeetingScheduled or \
                     api-key; if it is not set, the address is the secret";
        assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(known), "{text}");
    }

    #[test]
    fn errors_suggest_a_fix() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("text.wasm");
        std::fs::write(&file, "text").unwrap();
        for (plug, hint) in [
            ("jitzi", "did you mean `jitsi`?"),
            ("./no-such.wasm", "use one of directory, hubspot, iotum, jitsi, phonebook, veeting, or correct the path"),
            (folder.path().to_str().unwrap(), "not a regular file"),
            (file.to_str().unwrap(), "use the .wasm file that the build produced"),
            ("a\u{1b}[2J", "correct the path"),
        ] {
            let error = look(plug).unwrap_err().to_string();
            assert!(error.contains(hint) && !error.contains('\u{1b}'), "{error}");
        }
    }
}
