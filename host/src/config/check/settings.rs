//! Whether the settings are those that the plug knows.

use super::Report;
use super::subject::Subject;
use crate::config::nearest::{listed, nearest};
use crate::contract::manifest::Secrecy;

/// Of an inbound secret as many values are tried.
const MAX_INBOUND: usize = 4;

/// Refuses settings that the plug does not know, those that it needs and that are not there, and secrets with more
/// values than can count.
pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let plug = &subject.description.name;
    let own = subject.path.key("settings");
    for (key, values) in subject.settings.iter() {
        let path = own.key(key);
        match subject.declared(key).map(|setting| setting.secrecy) {
            None => report.fault(&path, unknown(subject, key)),
            Some(Secrecy::Outbound) if values.len() > 1 => {
                report
                    .fault(&path, "is a secret that is sent, and has several values: keep the one to send".to_owned());
            }
            Some(Secrecy::Inbound) if values.len() > MAX_INBOUND => {
                report.fault(
                    &path,
                    format!("has more than {MAX_INBOUND} values: take those out that are not used any more"),
                );
            }
            Some(_) => {}
        }
    }
    for setting in subject.named().filter(|setting| setting.required && !subject.has(&setting.key)) {
        let sentence =
            format!("is missing, and the plug `{plug}` needs it: add it ({})", setting.summary.escape_debug());
        report.fault(&own.key(&setting.key), sentence);
    }
}

fn unknown(subject: &Subject<'_>, key: &str) -> String {
    let plug = &subject.description.name;
    let names = || subject.named().map(|setting| setting.key.as_str());
    if key == "*" {
        return "stands for other keys and is none: write the key itself".to_owned();
    }
    match nearest(key, names()) {
        Some(meant) => format!("the plug `{plug}` has no such setting: did you mean `{meant}`?"),
        None if names().next().is_none() => format!("the plug `{plug}` has no settings: take it out"),
        None => format!("the plug `{plug}` has no such setting: use one of {}", listed(names())),
    }
}
