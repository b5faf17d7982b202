//! Checks settings against those that the plug declares.

use cordboard_core::types::manifest::Secrecy;

use super::Report;
use super::subject::Subject;
use crate::nearest::hint;

/// Maximum number of values of an inbound secret that a signature is tried with.
const MAX_INBOUND: usize = 4;

/// Rejects unknown settings, missing required settings, and secrets with too many values.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let plug = &subject.description.name;
    let own = subject.path.key("settings");
    for (key, values) in subject.settings.iter() {
        let path = own.key(key);
        match subject.declared(key).map(|setting| setting.secrecy) {
            None => report.fault(&path, unknown(subject, key)),
            Some(Secrecy::Outbound) if values.len() > 1 => {
                report.fault(&path, "an outbound secret must have a single value: keep the one to send".to_owned());
            }
            Some(Secrecy::Inbound) if values.len() > MAX_INBOUND => {
                report.fault(&path, format!("more than {MAX_INBOUND} values: remove those no longer in use"));
            }
            Some(_) => {}
        }
    }
    for setting in subject.named().filter(|setting| setting.required && !subject.has(&setting.key)) {
        let sentence =
            format!("missing setting, which the plug `{plug}` requires: add it ({})", setting.summary.escape_debug());
        report.fault(&own.key(&setting.key), sentence);
    }
}

fn unknown(subject: &Subject<'_>, key: &str) -> String {
    let plug = &subject.description.name;
    let names: Vec<&str> = subject.named().map(|setting| setting.key.as_str()).collect();
    match (key, names.as_slice()) {
        ("*", _) => "a wildcard in the plug's description, not a key: use the actual key".to_owned(),
        (_, []) => format!("the plug `{plug}` has no settings: remove it"),
        _ => format!("the plug `{plug}` has no such setting: {}", hint(key, names.iter().copied())),
    }
}
