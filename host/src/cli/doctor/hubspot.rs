//! Does HubSpot call this bridge?

use crate::app_settings::{AppSettings, AppSettingsError, Call, State};
use crate::cli::hubspot::{channel_from_config, video_from_config};
use crate::config::Config;
use crate::contract::settings::{ChannelConnectionState, SettingsError, VideoConferencing};

use super::finding::Finding;

const SET_VIDEO: &str = "type `cordboard hubspot video set --from-config`";

/// Asks HubSpot for both settings of an app. The channel connection counts only where an account of the app has numbers.
pub(super) async fn examine(config: &Config, settings: &AppSettings) -> Vec<Finding> {
    let app = settings.app();
    let mut findings = Vec::new();
    let about = format!("HubSpot's video settings, app {app}");
    match settings.ask(&Call::GetVideoConferencing).await {
        Ok(State::VideoConferencing(has)) => findings.extend(video(&about, &has, &video_from_config(config, settings))),
        Ok(_) => {}
        Err(error) if error.is_not_found() => {
            findings
                .push(Finding::fault(about, format!("nothing is set, so HubSpot offers no conferences: {SET_VIDEO}")));
        }
        Err(error) => findings.push(unanswered(about, &error)),
    }
    let has_numbers = |account: &crate::config::Account| account.app == u64::from(app) && account.telephony.is_some();
    if !config.accounts.values().any(has_numbers) {
        return findings;
    }
    let about = format!("HubSpot's channel connection, app {app}");
    findings.push(match settings.ask(&Call::GetChannelConnection).await {
        Ok(State::ChannelConnection(has)) => channel(about, &has, &channel_from_config(config, settings)),
        Err(error) if error.is_not_found() => Finding::warning(
            about,
            "nothing is set, so the help desk asks for no numbers: type `cordboard hubspot calling create \
             --from-config --is-ready true`",
        ),
        Ok(_) => return findings,
        Err(error) => unanswered(about, &error),
    });
    findings
}

fn unanswered(about: String, error: &AppSettingsError) -> Finding {
    let says = error.to_string().replace("the vendor", "HubSpot");
    match error {
        // Refused before it was sent: nobody gave a key.
        AppSettingsError::Settings(SettingsError::Invalid(_), _) => Finding::unknown(about, says),
        _ => Finding::fault(about, says),
    }
}

/// An address that is not set is HubSpot's silence, which may be meant; another one is somebody else's bridge.
fn video(about: &str, has: &VideoConferencing, wanted: &VideoConferencing) -> Vec<Finding> {
    let fields = [
        ("createMeetingUrl", Some(&has.create_meeting_url), Some(&wanted.create_meeting_url), ""),
        (
            "updateMeetingUrl",
            has.update_meeting_url.as_ref(),
            wanted.update_meeting_url.as_ref(),
            "meetings that move are not moved at the provider",
        ),
        (
            "deleteMeetingUrl",
            has.delete_meeting_url.as_ref(),
            wanted.delete_meeting_url.as_ref(),
            "conferences of deleted meetings stay at the provider",
        ),
        (
            "userVerifyUrl",
            has.user_verify_url.as_ref(),
            wanted.user_verify_url.as_ref(),
            "every user counts as known to the provider",
        ),
    ];
    let mut findings: Vec<_> = fields
        .into_iter()
        .filter(|(_, has, wanted, _)| has != wanted)
        .map(|(field, has, _, without)| match has {
            Some(other) => {
                Finding::fault(about, format!("`{field}` is {other}, which is not this bridge: {SET_VIDEO}"))
            }
            None => Finding::warning(about, format!("`{field}` is not set, so {without}: {SET_VIDEO}")),
        })
        .collect();
    if findings.is_empty() {
        findings.push(Finding::well(about, "HubSpot calls this bridge"));
    }
    findings
}

fn channel(about: String, has: &ChannelConnectionState, wanted: &str) -> Finding {
    if has.url != wanted {
        let mend = "type `cordboard hubspot calling update --from-config`";
        return Finding::fault(about, format!("`url` is {}, which is not this bridge: {mend}", has.url));
    }
    if !has.is_ready {
        let says = "users cannot choose the app yet: type `cordboard hubspot calling update --is-ready true` when they \
                    may";
        return Finding::warning(about, says);
    }
    Finding::well(about, "the help desk asks this bridge")
}
