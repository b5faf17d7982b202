//! Checks that HubSpot's settings lead to this bridge.

use crate::CliError;
use crate::hubspot::{PHONE_NUMBERS, VIDEO, address, read_channel, read_video};
use cordboard::app_settings::{AppSettings, AppSettingsError, Call};
use cordboard::config::{Account, App, Config};
use cordboard::contract::settings::{Endpoint, SettingsError};

use super::commands::Commands;
use super::finding::{Finding, Verdict};

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
    let without = format!("users cannot book conferences: {}", hint(SET_VIDEO));
    match read(settings, &read_video(), app, &about, (Verdict::Fault, &without)).await {
        Ok(has) => findings.extend(video(&about, &has, wanted, &hint(SET_VIDEO))),
        Err(finding) => findings.push(finding),
    }
    let has_numbers = |account: &Account| account.app == app.id && account.telephony.is_some();
    if !config.accounts.values().any(has_numbers) {
        return findings;
    }
    let about = format!("HubSpot's channel connection, app {}", app.id);
    let without = format!("the help desk requests no numbers: {}", hint(CREATE_CHANNEL));
    match read(settings, &read_channel(), app, &about, (Verdict::Warning, &without)).await {
        Ok(has) => findings.extend(has.iter().map(|has| channel(&about, has, &wanted(PHONE_NUMBERS), hint))),
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
        Ok(has) => Ok(has.map(|has| has.endpoints).unwrap_or_default()),
        Err(error) if error.is_not_found() => {
            Err(Finding::new(verdict, about, format!("nothing is set, so {without}{}", words(&error))))
        }
        Err(error) => Err(unanswered(about, app, error)),
    }
}

/// Returns HubSpot's message, since 404 may also mean that the app belongs to another developer.
fn words(error: &AppSettingsError) -> String {
    let message = error.error_response().map_or("", |error_response| error_response.message.as_str());
    if message.is_empty() { String::new() } else { format!(" (HubSpot says “{message}”)") }
}

fn unanswered(about: &str, app: &App, error: AppSettingsError) -> Finding {
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
