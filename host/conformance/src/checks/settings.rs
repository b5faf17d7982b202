//! Checks the secrecy of settings, and how missing and unusual settings are handled.

use super::requests::unsendable;
use crate::operation::Operation;
use crate::report::Faults;
use crate::step::Output;
use crate::test_run::{TestRun, describe_call_error};
use crate::transcript::{Transcript, TranscriptEnd};
use cordboard::contract::effect::{Context, Failure};
use cordboard::contract::manifest::Secrecy;
use cordboard::contract::settings::SettingsError;

/// Suffixes of keys whose values only the host should see.
const SECRET_WORDS: [&str; 7] = ["password", "passphrase", "secret", "token", "api-key", "access-key", "private-key"];

/// Checks that settings which are named like secrets are not open, since open settings appear in logs and in `check`.
pub(super) fn secret(test_run: &TestRun<'_>, faults: &mut Faults) {
    let settings = &test_run.plug.description().settings;
    for setting in settings.iter().filter(|setting| setting.secrecy == Secrecy::Open) {
        let key = setting.key.to_ascii_lowercase().replace(['_', '.'], "-");
        if SECRET_WORDS.iter().any(|word| key == *word || key.ends_with(&format!("-{word}"))) {
            faults.add(format!("the setting `{}` is declared open", setting.key));
        }
    }
}

/// Removes each required setting in turn, and checks that operations report it as `invalid`.
pub(super) fn missing(test_run: &TestRun<'_>, faults: &mut Faults) {
    let settings = &test_run.plug.description().settings;
    let required: Vec<_> = settings.iter().filter(|setting| setting.required).collect();
    faults.skip_unless(!required.is_empty(), "no setting is required");
    for setting in required {
        let mut context = test_run.context.clone();
        context.settings.retain(|(key, _)| *key != setting.key);
        context.secrets.retain(|key| *key != setting.key);
        for operation in test_run.operations() {
            if let Some(fault) = fault_without(test_run, &context, &operation, &setting.key) {
                faults.add(format!("`{}` without the setting `{}`: {fault}", operation.name, setting.key));
            }
        }
    }
}

/// The fault of an operation without the setting, if there is one. Operations that do not need the setting may succeed.
fn fault_without(test_run: &TestRun<'_>, context: &Context, operation: &Operation, key: &str) -> Option<String> {
    let transcript = test_run.healthy(context, operation);
    if let Some(why) = unsendable(test_run, context, &transcript) {
        return Some(format!("it still makes a request ({why})"));
    }
    let Transcript { end, effects, .. } = transcript;
    match end {
        TranscriptEnd::Broken(error) => Some(describe_call_error(&error)),
        TranscriptEnd::Output(
            output @ (Output::Failed(Failure::Invalid(_)) | Output::SettingsFailed(SettingsError::Invalid(_))),
        ) => {
            let names_it = output.message().is_some_and(|why| why.contains(key));
            // The input may be invalid even if every setting is there.
            let is_about_input = || test_run.healthy(&test_run.context, operation).output() == Some(&output);
            (!names_it && !is_about_input()).then(|| "its `invalid` does not name the setting".to_owned())
        }
        TranscriptEnd::Output(Output::Failed(Failure::Unsupported | Failure::NotFound)) => None,
        TranscriptEnd::Output(output @ (Output::Failed(_) | Output::SettingsFailed(_))) if effects.is_empty() => {
            Some(format!("it returns {} instead of `invalid`", output.describe()))
        }
        TranscriptEnd::Output(_) | TranscriptEnd::Violation(_) => None,
    }
}

/// Sets each open setting to unusual texts in turn, and checks that operations return valid results.
pub(super) fn unusual(test_run: &TestRun<'_>, faults: &mut Faults) {
    let settings = &test_run.plug.description().settings;
    let declared = settings.iter().filter(|setting| setting.secrecy == Secrecy::Open && setting.key != "*");
    let mut keys: Vec<&String> = declared.map(|setting| &setting.key).collect();
    // Includes settings that are declared by `*`.
    keys.extend(test_run.context.settings.iter().map(|(key, _)| key));
    keys.dedup();
    faults.skip_unless(!keys.is_empty(), "it has no open settings");
    for key in keys {
        for (description, text) in unusual_texts() {
            let mut context = test_run.context.clone();
            context.settings.retain(|(other, _)| other != key);
            context.settings.push((key.clone(), text));
            for operation in test_run.operations() {
                let transcript = test_run.healthy(&context, &operation);
                // Other checks report faults that also occur with valid settings.
                let plain = || test_run.healthy(&test_run.context, &operation).fault();
                let fault = transcript.fault().filter(|fault| plain().as_ref() != Some(fault));
                if let Some(fault) = fault {
                    faults.add(format!("`{}` with {description} in the setting `{key}`: {fault}", operation.name));
                }
            }
            if faults.is_full() {
                return;
            }
        }
    }
}

fn unusual_texts() -> Vec<(&'static str, String)> {
    vec![
        ("an empty string", String::new()),
        ("a space", " ".to_owned()),
        ("4096 letters", "x".repeat(4096)),
        ("control characters", "\u{0}\r\nx: y\u{1b}[31m".to_owned()),
        ("quotes and braces", "\"'{}[]<>\\%zz".to_owned()),
        ("several scripts", "Grüße 日本 💥 \u{202e}".to_owned()),
        ("a negative number", "-1".to_owned()),
        ("a number of 20 digits", "99999999999999999999".to_owned()),
        ("a URL without a host", "https://".to_owned()),
        ("a URL with a user and a query", "https://user:pass@rooms.example.org/a?b#c".to_owned()),
        ("a URL with another scheme", "javascript:alert(1)".to_owned()),
    ]
}
