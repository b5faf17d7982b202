//! Checks that HubSpot's settings lead to this bridge.

use crate::CliError;
use crate::hubspot::{PHONE_NUMBERS, VIDEO, address, read_channel, read_video};
use cordboard::app_settings::{AppSettings, AppSettingsError};
use cordboard::config::{Account, App, Config};
use cordboard::contract::settings::{Endpoint, SettingsError};

use super::commands::Commands;
use super::finding::Finding;

const SET_VIDEO: &str = "video set --from-config";
const CREATE_CHANNEL: &str = "calling create --from-config --is-ready true";
const MOVE_CHANNEL: &str = "calling update --from-config";
const OPEN_CHANNEL: &str = "calling update --is-ready true";

/// Calling HubSpot's API requires one of these settings.
const KEYS: [&str; 2] = ["developer-api-key", "developer-access-token"];

/// Checks the video settings of an app, and its channel connection if one of its accounts has telephone numbers.
pub(super) async fn examine(
    config: &Config,
    app: &App,
    settings: &AppSettings,
    commands: Commands<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let hint = |words| format!("run {}", commands.hubspot(words, &app.id));
    let about = format!("HubSpot's video settings, app {}", app.id);
    let wanted = |purpose: &str| address(config, settings, purpose);
    match settings.ask(&read_video()).await {
        Ok(has) => {
            let has = has.map(|has| has.endpoints).unwrap_or_default();
            findings.extend(video(&about, &has, wanted, &hint(SET_VIDEO)));
        }
        Err(error) if error.is_not_found() => {
            let (hint, words) = (hint(SET_VIDEO), words(&error));
            let says = format!("nothing is set, so users cannot book conferences: {hint}{words}");
            findings.push(Finding::fault(about, says));
        }
        Err(error) => findings.push(unanswered(about, app, error)),
    }
    let has_numbers = |account: &Account| account.app == app.id && account.telephony.is_some();
    if !config.accounts.values().any(has_numbers) {
        return findings;
    }
    let about = format!("HubSpot's channel connection, app {}", app.id);
    match settings.ask(&read_channel()).await {
        Ok(has) => {
            let has = has.map(|has| has.endpoints).unwrap_or_default();
            findings.extend(has.iter().map(|has| channel(&about, has, &wanted(PHONE_NUMBERS), hint)));
        }
        Err(error) if error.is_not_found() => {
            let (hint, words) = (hint(CREATE_CHANNEL), words(&error));
            let says = format!("nothing is set, so the help desk requests no numbers: {hint}{words}");
            findings.push(Finding::warning(about, says));
        }
        Err(error) => findings.push(unanswered(about, app, error)),
    }
    findings
}

/// Returns HubSpot's message, since 404 may also mean that the app belongs to another developer.
fn words(error: &AppSettingsError) -> String {
    let message = error
        .error_response()
        .map(|error_response| error_response.message.as_str())
        .filter(|message| !message.is_empty());
    message.map(|message| format!(" (HubSpot says “{message}”)")).unwrap_or_default()
}

fn unanswered(about: String, app: &App, error: AppSettingsError) -> Finding {
    match error {
        AppSettingsError::Settings(SettingsError::Invalid(why), _)
            if !KEYS.iter().any(|key| app.settings.is_set(key)) =>
        {
            Finding::unknown(about, why)
        }
        AppSettingsError::Settings(SettingsError::RateLimited(_), _) => {
            Finding::unknown(about, CliError::from(error).to_string())
        }
        _ => Finding::fault(about, CliError::from(error).to_string()),
    }
}

/// Compares the video settings. A missing address may be intended and is a warning; a different one is a fault.
fn video(about: &str, has: &[Endpoint], wanted: impl Fn(&str) -> String, hint: &str) -> Vec<Finding> {
    let consequences = [
        "users cannot book conferences",
        "rescheduled meetings are not updated at the provider",
        "conferences of deleted meetings remain at the provider",
        "users are not verified with the provider",
    ];
    let mut findings = Vec::new();
    for ((purpose, field), without) in VIDEO.into_iter().zip(consequences) {
        match has.iter().find(|endpoint| endpoint.purpose == purpose) {
            Some(Endpoint { url, .. }) if *url == wanted(purpose) => {}
            Some(Endpoint { url, .. }) => {
                findings.push(Finding::fault(about, format!("`{field}` is {url}, which is not this bridge: {hint}")));
            }
            None => findings.push(Finding::warning(about, format!("`{field}` is not set, so {without}: {hint}"))),
        }
    }
    if findings.is_empty() {
        findings.push(Finding::well(about, "HubSpot calls this bridge"));
    }
    findings
}

fn channel(about: &str, has: &Endpoint, wanted: &str, hint: impl Fn(&'static str) -> String) -> Finding {
    if has.url != wanted {
        let hint = hint(MOVE_CHANNEL);
        return Finding::fault(about, format!("`url` is {}, which is not this bridge: {hint}", has.url));
    }
    if !has.enabled {
        let says = format!("users cannot select the app yet: {} when it is ready", hint(OPEN_CHANNEL));
        return Finding::warning(about, says);
    }
    Finding::well(about, "the help desk calls this bridge")
}
