//! Whether the settings are those that the plug knows.

use super::Report;
use super::place::Place;
use crate::config::nearest::{listed, nearest};
use crate::contract::manifest::Secrecy;

/// Of an inbound secret as many values are tried.
const MOST_INBOUND: usize = 4;

/// Refuses settings that the plug does not know, those that it needs and that are not there, and secrets with more
/// values than can count.
pub(super) fn check(place: &Place<'_>, report: &mut Report) {
    let plug = &place.description.name;
    let own = place.path.key("settings");
    for (key, values) in place.settings.iter() {
        let path = own.key(key);
        match place.declared(key).map(|setting| setting.secrecy) {
            None => report.fault(&path, unknown(place, key)),
            Some(Secrecy::Outbound) if values.len() > 1 => {
                report
                    .fault(&path, "is a secret that is sent, and has several values: keep the one to send".to_owned());
            }
            Some(Secrecy::Inbound) if values.len() > MOST_INBOUND => {
                report.fault(
                    &path,
                    format!("has more than {MOST_INBOUND} values: take those out that are not used any more"),
                );
            }
            Some(_) => {}
        }
    }
    for setting in place.named().filter(|setting| setting.required && !place.has(&setting.key)) {
        let sentence =
            format!("is missing, and the plug `{plug}` needs it: add it ({})", setting.summary.escape_debug());
        report.fault(&own.key(&setting.key), sentence);
    }
}

fn unknown(place: &Place<'_>, key: &str) -> String {
    let plug = &place.description.name;
    let names = || place.named().map(|setting| setting.key.as_str());
    if key == "*" {
        return "stands for other keys and is none: write the key itself".to_owned();
    }
    match nearest(key, names()) {
        Some(meant) => format!("the plug `{plug}` has no such setting: did you mean `{meant}`?"),
        None if names().next().is_none() => format!("the plug `{plug}` has no settings: take it out"),
        None => format!("the plug `{plug}` has no such setting: use one of {}", listed(names())),
    }
}
