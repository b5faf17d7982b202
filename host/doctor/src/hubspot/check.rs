//! Checks that HubSpot's settings lead to this bridge.

use cordboard::app_settings::{AppSettings, AppSettingsError, Call};
use cordboard::config::{Account, App};
use cordboard::contract::settings::{Endpoint, SettingsError};

use super::{PHONE_NUMBERS, VIDEO, address, describe, read_channel, read_video};
use crate::Doctor;
use crate::finding::{Finding, Verdict};

const SET_VIDEO: &str = "video set --from-config";
const CREATE_CHANNEL: &str = "calling create --from-config --is-ready true";
const MOVE_CHANNEL: &str = "calling update --from-config";
const OPEN_CHANNEL: &str = "calling update --is-ready true";

/// Calling HubSpot's API requires one of these settings.
const KEYS: [&str; 2] = ["developer-api-key", "developer-access-token"];

/// Checks the video settings of an app, and its channel connection if one of its accounts has telephone numbers.
pub(crate) async fn check(doctor: &Doctor<'_>, app: &App, settings: &AppSettings) -> Vec<Finding> {
    let config = doctor.config;
    let mut findings = Vec::new();
    let hint = |subcommand| format!("run {}", doctor.hubspot(subcommand, &app.id));
    let about = format!("HubSpot's video settings, app {}", app.id);
    let expected = |purpose: &str| address(config, settings, purpose);
    let without = format!("users cannot book conferences: {}", hint(SET_VIDEO));
    match read(settings, &read_video(), app, &about, (Verdict::Fault, &without)).await {
        Ok(endpoints) => findings.extend(video(&about, &endpoints, expected, &hint(SET_VIDEO))),
        Err(finding) => findings.push(finding),
    }
    let has_numbers = |account: &Account| account.app == app.id && account.telephony.is_some();
    if !config.accounts.values().any(has_numbers) {
        return findings;
    }
    let about = format!("HubSpot's channel connection, app {}", app.id);
    let without = format!("the help desk requests no numbers: {}", hint(CREATE_CHANNEL));
    match read(settings, &read_channel(), app, &about, (Verdict::Warning, &without)).await {
        Ok(endpoints) => {
            let expected = expected(PHONE_NUMBERS);
            findings.extend(endpoints.iter().map(|endpoint| channel(&about, endpoint, &expected, hint)));
        }
        Err(finding) => findings.push(finding),
    }
    findings
}

/// Reads settings. Returns a finding if they cannot be read, or if nothing is set, with this verdict and consequence.
async fn read(
    settings: &AppSettings,
    call: &Call,
    app: &App,
    about: &str,
    (verdict, without): (Verdict, &str),
) -> Result<Vec<Endpoint>, Finding> {
    match settings.ask(call).await {
        Ok(settings) => Ok(settings.map(|settings| settings.endpoints).unwrap_or_default()),
        Err(error) if error.is_not_found() => {
            Err(Finding::new(verdict, about, format!("nothing is set, so {without}{}", quoted(&error))))
        }
        Err(error) => Err(unread(about, app, error)),
    }
}

/// Quotes HubSpot's message, since 404 may also mean that the app belongs to another developer.
fn quoted(error: &AppSettingsError) -> String {
    match error.error_response() {
        Some(response) if !response.message.is_empty() => format!(" (HubSpot says “{}”)", response.message),
        _ => String::new(),
    }
}

fn unread(about: &str, app: &App, error: AppSettingsError) -> Finding {
    match error {
        AppSettingsError::Settings(SettingsError::Invalid(why), _)
            if !KEYS.iter().any(|key| app.settings.is_set(key)) =>
        {
            Finding::unknown(about, why)
        }
        AppSettingsError::Settings(SettingsError::RateLimited(_), _) => Finding::unknown(about, describe(&error)),
        _ => Finding::fault(about, describe(&error)),
    }
}

/// Compares the video settings. A missing address may be intended and is a warning; a different one is a fault.
fn video(about: &str, endpoints: &[Endpoint], expected: impl Fn(&str) -> String, hint: &str) -> Vec<Finding> {
    let consequences = [
        "users cannot book conferences",
        "rescheduled meetings are not updated at the provider",
        "conferences of deleted meetings remain at the provider",
        "users are not verified with the provider",
    ];
    let mut findings = Vec::new();
    for ((purpose, field), without) in VIDEO.into_iter().zip(consequences) {
        match endpoints.iter().find(|endpoint| endpoint.purpose == purpose) {
            Some(Endpoint { url, .. }) if *url == expected(purpose) => {}
            Some(Endpoint { url, .. }) => {
                findings.push(Finding::fault(about, format!("`{field}` is {url}, which is not this bridge: {hint}")));
            }
            None => findings.push(Finding::warning(about, format!("`{field}` is not set, so {without}: {hint}"))),
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(about, "HubSpot calls this bridge"));
    }
    findings
}

fn channel(about: &str, endpoint: &Endpoint, expected: &str, hint: impl Fn(&'static str) -> String) -> Finding {
    if endpoint.url != expected {
        let hint = hint(MOVE_CHANNEL);
        return Finding::fault(about, format!("`url` is {}, which is not this bridge: {hint}", endpoint.url));
    }
    if !endpoint.enabled {
        let message = format!("users cannot select the app yet: {} when it is ready", hint(OPEN_CHANNEL));
        return Finding::warning(about, message);
    }
    Finding::ok(about, "the help desk calls this bridge")
}
