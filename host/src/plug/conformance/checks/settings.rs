//! Settings: secret where they must be, missing, and odd.

use super::requests::unsendable;
use crate::contract::effect::{Context, Failure};
use crate::contract::manifest::Secrecy;
use crate::contract::settings::SettingsError;
use crate::plug::conformance::ask::Gave;
use crate::plug::conformance::course::{Course, End};
use crate::plug::conformance::form;
use crate::plug::conformance::operation::Operation;
use crate::plug::conformance::report::{Faults, Verdict};
use crate::plug::conformance::trial::{Trial, broke};

/// The last words of keys that nobody but the host should see the value of.
const SECRET_WORDS: [&str; 7] = ["password", "passphrase", "secret", "token", "api-key", "access-key", "private-key"];

/// An open setting is shown to its plug, in logs and by `check`.
pub(super) fn secret(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    let settings = &trial.plug.description().settings;
    for setting in settings.iter().filter(|setting| setting.secrecy == Secrecy::Open) {
        let key = setting.key.to_ascii_lowercase().replace(['_', '.'], "-");
        if SECRET_WORDS.iter().any(|word| key == *word || key.ends_with(&format!("-{word}"))) {
            faults.add(format!("the setting `{}` is open", setting.key));
        }
    }
    faults.verdict()
}

/// Each required setting is taken away in turn.
pub(super) fn missing(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    let settings = &trial.plug.description().settings;
    let required: Vec<_> = settings.iter().filter(|setting| setting.required).collect();
    if required.is_empty() {
        return Verdict::NotApplicable("no setting is required".to_owned());
    }
    for setting in required {
        let mut context = trial.context.clone();
        context.settings.retain(|(key, _)| *key != setting.key);
        context.secrets.retain(|key| *key != setting.key);
        for operation in trial.operations() {
            if let Some(fault) = fault_without(trial, &context, &operation, &setting.key) {
                faults.add(format!("`{}` without the setting `{}`: {fault}", operation.name, setting.key));
            }
        }
    }
    faults.verdict()
}

/// An operation that does not need the setting may do without it.
fn fault_without(trial: &Trial<'_>, context: &Context, operation: &Operation, key: &str) -> Option<String> {
    let course = trial.fine(context, operation);
    if let Some(why) = unsendable(trial, context, &course) {
        return Some(format!("it asks for a request all the same ({why})"));
    }
    let Course { end, effects, .. } = course;
    match end {
        End::Broken(error) => Some(broke(&error)),
        End::Gave(gave @ (Gave::Failed(Failure::Invalid(_)) | Gave::Refused(SettingsError::Invalid(_)))) => {
            let names_it = gave.sentence().is_some_and(|why| why.contains(key));
            (!names_it).then(|| "its `invalid` does not name the setting".to_owned())
        }
        End::Gave(Gave::Failed(Failure::Unsupported | Failure::NotFound)) => None,
        End::Gave(gave @ (Gave::Failed(_) | Gave::Refused(_))) if effects.is_empty() => {
            Some(format!("it gives {} instead of `invalid`", gave.word()))
        }
        End::Gave(_) | End::Endless => None,
    }
}

/// Each open setting gets odd texts in turn.
pub(super) fn odd(trial: &Trial<'_>) -> Verdict {
    let mut faults = Faults::default();
    let settings = &trial.plug.description().settings;
    let declared = settings.iter().filter(|setting| setting.secrecy == Secrecy::Open && setting.key != "*");
    let mut keys: Vec<&String> = declared.map(|setting| &setting.key).collect();
    // Those that are declared by `*`.
    keys.extend(trial.context.settings.iter().map(|(key, _)| key));
    keys.dedup();
    if keys.is_empty() {
        return Verdict::NotApplicable("it has no open settings".to_owned());
    }
    for key in keys {
        for (what, text) in odd_texts() {
            let mut context = trial.context.clone();
            context.settings.retain(|(other, _)| other != key);
            context.settings.push((key.clone(), text));
            for operation in trial.operations() {
                let course = trial.fine(&context, &operation);
                // What it does with proper settings, too, is another check's.
                let fault = fault_of(&course.end)
                    .filter(|fault| fault_of(&trial.fine(&trial.context, &operation).end).as_ref() != Some(fault));
                if let Some(fault) = fault {
                    faults.add(format!("`{}` with {what} in the setting `{key}`: {fault}", operation.name));
                }
            }
            if faults.enough() {
                return faults.verdict();
            }
        }
    }
    faults.verdict()
}

fn fault_of(end: &End) -> Option<String> {
    match end {
        End::Broken(error) => Some(broke(error)),
        End::Gave(gave) => form::fault(gave).map(|(_, why)| why),
        End::Endless => None,
    }
}

fn odd_texts() -> Vec<(&'static str, String)> {
    vec![
        ("nothing", String::new()),
        ("a blank", " ".to_owned()),
        ("4096 letters", "x".repeat(4096)),
        ("control characters", "\u{0}\r\nx: y\u{1b}[31m".to_owned()),
        ("quotes and braces", "\"'{}[]<>\\%zz".to_owned()),
        ("many scripts", "Grüße 日本 💥 \u{202e}".to_owned()),
        ("a negative number", "-1".to_owned()),
        ("a number of 20 digits", "99999999999999999999".to_owned()),
        ("an address without a host", "https://".to_owned()),
        ("an address with a user and a query", "https://user:pass@rooms.example.org/a?b#c".to_owned()),
        ("an address of another kind", "javascript:alert(1)".to_owned()),
    ]
}
