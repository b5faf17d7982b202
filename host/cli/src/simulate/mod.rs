//! `cordboard simulate`: a developer's stand-in for HubSpot and for providers.
//!
//! sample body → `--set` → address and secret → signature by the plug's own signature scheme → request → answer

mod hubspot;
mod iotum;
mod report;
pub(super) mod request;
mod sample;
pub(super) mod target;
mod veeting;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use cordboard::config::{Config, nearest};
use cordboard::flow::{now, random_id};

use super::terminal::plain;
use super::{CliError, DEFAULT_CONFIG};
use request::Request;
use sample::{Facts, Sender};
use target::Target;

/// Sends a correctly signed request, as HubSpot or a provider would.
///
/// With a configuration it goes to the `listen` address of a `cordboard serve` on this machine, signed for
/// `public-url`, so no proxy is needed between. With --to it goes to any address.
#[derive(Debug, Args)]
#[command(after_help = "\
Events:
  hubspot  create-meeting, update-meeting, delete-meeting, verify-user,
           phone-numbers
  iotum    conference_start, conference_end, start_recording, stop_recording,
           start_streaming, stop_streaming, start_broadcasting,
           stop_broadcasting, recording_ready, transcription_ready,
           enter_livestream, leave_livestream, stream_preview_updated,
           enter_conference, leave_conference, participant_role_changed,
           dialout_status_change, profile_picture_upload_success,
           profile_picture_upload_failure, drive_file_added,
           drive_file_deleted, one_time_access_code_reused
  veeting  onMeetingScheduled, onMeetingUpdated, onMeetingClosed,
           onMeetingDeleted, onMeetingSummaryCreated,
           onMeetingRecordingCreated

Bodies are those that the senders document; what tells one event from the next
(times, ids of reports) is new each time. --set changes a field of them: with
iotum one of the payload, with veeting's summary one of its data.

Exit codes: 0 the answer was 2xx or nothing was sent (--dry-run), 1 it was not.

Examples:
  cordboard simulate hubspot create-meeting --set topic='Plan the year'
  cordboard simulate hubspot delete-meeting --set conferenceId=0f1e2d3c…
  cordboard simulate iotum enter_conference --set conference_id=1258835
  cordboard simulate hubspot verify-user --forge
  TOKEN=… cordboard simulate iotum conference_end --secret-env TOKEN \\
      --to https://bridge.example.com/in/KEY/events")]
pub struct Simulate {
    /// Who sends; `simplex` is another name of veeting.
    #[arg(value_enum)]
    sender: Sender,
    /// What it tells or asks for; see below.
    event: String,
    /// The configuration to take address, app and secret from; without --to, cordboard.toml where none is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Whose request it is: the CRM's number of the account; needed where the configuration has several.
    #[arg(long, value_name = "NUMBER")]
    account: Option<u64>,
    /// Which connection a provider calls; needed where the configuration has several of its plug.
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
    /// Sends to this address, whole as it is, and signs for it.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// The variable of the environment with the secret, in place of the configuration's.
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// Changes a field of the body. What is a string in the sample stays one; else JSON is taken as such.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = sample::assignment)]
    set: Vec<(String, String)>,
    /// Sends what is in this file for a body, byte for byte.
    #[arg(long, value_name = "FILE", conflicts_with = "set")]
    body: Option<PathBuf>,
    /// Which of HubSpot's signatures: v1, v2 or v3 (which is the default).
    #[arg(long, value_name = "NAME")]
    signature: Option<String>,
    /// Signs with a secret that nobody has.
    #[arg(long, conflicts_with = "secret_env")]
    forge: bool,
    /// Shows the request, and sends nothing.
    #[arg(long)]
    dry_run: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// Makes the request, sends it and tells what was answered.
///
/// # Errors
/// Where there is nothing to send, nowhere to send it, or no answer.
pub async fn run(args: Simulate) -> Result<ExitCode, CliError> {
    let request = prepare(&args).await?;
    let answer = if args.dry_run { None } else { Some(request.send().await?) };
    report::print(&request, answer.as_ref(), args.json)?;
    let well = answer.is_none_or(|answer| answer.status.is_success());
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The request, signed.
async fn prepare(args: &Simulate) -> Result<Request, CliError> {
    let random = random_id().map_err(|_| CliError("the system has no randomness: try again".to_owned()))?;
    let config = match (&args.config, &args.to) {
        (Some(path), _) => Some(Config::load(path)?),
        (None, None) => Some(Config::load(DEFAULT_CONFIG.as_ref())?),
        (None, Some(_)) => None,
    };
    let target = match &config {
        Some(config) => Target::configured(config, args)?,
        None => Target::unknown(args.account),
    };
    let facts = Facts { now: now(), app: target.app, account: target.account, random };
    let Some(sample) = args.sender.sample(&args.event, &facts) else {
        return Err(no_such_event(args.sender, &args.event));
    };
    let route = target::route(args.sender.plug(), sample.route)?;
    let address = target.address(&route, args.to.as_deref()).await?;
    let secret =
        if args.forge { Some(facts.random.clone()) } else { target.secret(&route, args.secret_env.as_deref())? };
    let body = match &args.body {
        Some(path) => request::file(path)?,
        None => sample.with(&args.set).to_string().into_bytes(),
    };
    Request::signed(&route, args.signature.as_deref(), secret.as_deref(), address, body, facts.now)
}

fn no_such_event(sender: Sender, event: &str) -> CliError {
    let events = sender.events();
    let hint = match nearest(event, events.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("take one of {}", events.join(", ")),
    };
    CliError(format!("{} sends no `{}`: {hint}", sender.plug(), plain(&event.chars().take(80).collect::<String>())))
}
