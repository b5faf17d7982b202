//! Checks that HubSpot's settings lead to this bridge.

use crate::CliError;
use crate::hubspot::{channel_from_config, video_from_config};
use cordboard::app_settings::{AppSettings, AppSettingsError, Call, State};
use cordboard::config::{Account, App, Config};
use cordboard::contract::settings::{ChannelConnectionState, SettingsError, VideoConferencing};

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
    match settings.ask(&Call::GetVideoConferencing).await {
        Ok(State::VideoConferencing(has)) => {
            findings.extend(video(&about, &has, &video_from_config(config, settings), &hint(SET_VIDEO)));
        }
        Ok(_) => {}
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
    match settings.ask(&Call::GetChannelConnection).await {
        Ok(State::ChannelConnection(has)) => {
            findings.push(channel(about, &has, &channel_from_config(config, settings), hint));
        }
        Ok(_) => {}
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
            Finding::unknown(about, CliError::from(error).0)
        }
        _ => Finding::fault(about, CliError::from(error).0),
    }
}

/// Compares the video settings. A missing address may be intended and is a warning; a different one is a fault.
fn video(about: &str, has: &VideoConferencing, wanted: &VideoConferencing, hint: &str) -> Vec<Finding> {
    let fields = [
        ("createMeetingUrl", Some(&has.create_meeting_url), Some(&wanted.create_meeting_url), ""),
        (
            "updateMeetingUrl",
            has.update_meeting_url.as_ref(),
            wanted.update_meeting_url.as_ref(),
            "rescheduled meetings are not updated at the provider",
        ),
        (
            "deleteMeetingUrl",
            has.delete_meeting_url.as_ref(),
            wanted.delete_meeting_url.as_ref(),
            "conferences of deleted meetings remain at the provider",
        ),
        (
            "userVerifyUrl",
            has.user_verify_url.as_ref(),
            wanted.user_verify_url.as_ref(),
            "users are not verified with the provider",
        ),
    ];
    let mut findings: Vec<_> = fields
        .into_iter()
        .filter(|(_, has, wanted, _)| has != wanted)
        .map(|(field, has, _, without)| match has {
            Some(other) => Finding::fault(about, format!("`{field}` is {other}, which is not this bridge: {hint}")),
            None => Finding::warning(about, format!("`{field}` is not set, so {without}: {hint}")),
        })
        .collect();
    if findings.is_empty() {
        findings.push(Finding::well(about, "HubSpot calls this bridge"));
    }
    findings
}

fn channel(
    about: String,
    has: &ChannelConnectionState,
    wanted: &str,
    hint: impl Fn(&'static str) -> String,
) -> Finding {
    if has.url != wanted {
        let hint = hint(MOVE_CHANNEL);
        return Finding::fault(about, format!("`url` is {}, which is not this bridge: {hint}", has.url));
    }
    if !has.is_ready {
        let says = format!("users cannot select the app yet: {} when it is ready", hint(OPEN_CHANNEL));
        return Finding::warning(about, says);
    }
    Finding::well(about, "the help desk calls this bridge")
}
