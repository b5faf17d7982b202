//! `cordboard simulate`: sends a request as HubSpot or a provider would.
//!
//! sample body → `--set` → address and secret → signature by the plug's own signature scheme → request → answer

pub(super) mod hubspot;
pub(super) mod iotum;
mod report;
pub(super) mod sample;
mod target;
mod veeting;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use cordboard_core::AccountId;
use cordboard_doctor::http::cause;
use cordboard_doctor::request::{Answer, Request, is_loopback};
use reqwest::Client;
use reqwest::redirect::Policy;

use cordboard::clock::now;
use cordboard::config::{Config, nearest};
use cordboard::random::random_id;

use super::terminal::{Output, excerpt, exit_code, hanging};
use super::{CliError, DEFAULT_CONFIG, files, shell};
use sample::{Facts, Sender};
use target::Target;

/// Maximum size of a body file: more than any receiver accepts.
const MAX_BODY_LEN: u64 = 16 << 20;
const TIMEOUT: Duration = Duration::from_secs(30);

/// The help below the list of events.
const HELP: &str = "\
Bodies follow the sender's documentation. Times and report IDs are new each
time, so that no event is a duplicate. --set changes a field of the body; for
iotum a field of its `payload`, for onMeetingSummaryCreated one of its `data`.

Exit status: 0 if the answer is 2xx or with --dry-run, 1 otherwise.

Examples:
  cordboard simulate hubspot create-meeting --set topic='Plan the year'
  cordboard simulate hubspot delete-meeting --set conferenceId=0f1e2d3c…
  cordboard simulate iotum enter_conference --set conference_id=1258835
  cordboard simulate hubspot verify-user --forge
  TOKEN=… cordboard simulate iotum conference_end --secret-env TOKEN \\
      --to https://bridge.example.com/in/KEY/events";

/// Send a signed request as HubSpot or a provider would.
#[derive(Debug, Args)]
#[command(after_help = help())]
pub struct Simulate {
    /// Sender to simulate; `simplex` is an alias of `veeting`.
    #[arg(value_enum)]
    sender: Sender,
    /// Event or request to send, by the sender's name for it; see below.
    event: String,
    /// Configuration with the address, app and secret [default: cordboard.toml, unless --to is given].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// ID of the account; required if the configuration has several.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Connection that the provider calls; required if the configuration has several with its plug.
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
    /// Send to this exact URL, and sign for it.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// Environment variable with the secret, instead of the configured one.
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// Set a field of the body. A string field stays a string; for others, the value is parsed as JSON if possible.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = shell::assignment)]
    set: Vec<(String, String)>,
    /// Send the contents of this file as the body, byte for byte.
    #[arg(long, value_name = "FILE", conflicts_with = "set")]
    body: Option<PathBuf>,
    /// Version of HubSpot's signature: v1, v2 or v3 [default: v3].
    #[arg(long, value_name = "NAME")]
    signature: Option<String>,
    /// Sign with a random secret, to see the request rejected.
    #[arg(long, conflicts_with = "secret_env")]
    forge: bool,
    /// Print the request without sending it.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

/// Lists the events of each sender above the rest of the help.
fn help() -> String {
    let events = |sender: &Sender| hanging(&format!("  {:<9}", sender.plug()), &sender.events().join(", "));
    format!("Events:\n{}\n{HELP}", Sender::value_variants().iter().map(events).collect::<String>())
}

/// Builds the request, sends it and prints the answer.
///
/// # Errors
/// Fails if the request cannot be built or gets no answer.
pub async fn run(args: Simulate) -> Result<ExitCode, CliError> {
    let request = prepare(&args).await?;
    let answer = if args.dry_run { None } else { Some(send(&request).await?) };
    let answer = answer.as_ref();
    args.output.print(|| report::json(&request, answer), || report::text(&request, answer))?;
    Ok(exit_code(answer.is_none_or(|answer| answer.status.is_success())))
}

/// Builds and signs the request.
async fn prepare(args: &Simulate) -> Result<Request, CliError> {
    let random = random_id()?;
    let default = args.to.is_none().then_some(Path::new(DEFAULT_CONFIG));
    let config = args.config.as_deref().or(default).map(Config::load).transpose()?;
    let target = match &config {
        Some(config) => Target::configured(config, args)?,
        None => Target::unknown(args.account.clone()),
    };
    let facts = Facts { now: now(), app: target.app.clone(), account: target.account.clone(), random };
    let Some(sample) = args.sender.sample(&args.event, &facts) else {
        return Err(no_such_event(args.sender, &args.event));
    };
    let route = target::route(args.sender.plug(), sample.route)?;
    let address = target.address(&route, args.to.as_deref()).await?;
    let secret = match args.forge {
        true => Some(facts.random.clone()),
        false => target.secret(&route, args.secret_env.as_deref())?,
    };
    let body = match &args.body {
        Some(path) => files::read(path, MAX_BODY_LEN).map_err(|error| {
            let path = path.display().to_string();
            CliError::new(format!("cannot send {} ({error}): correct the path or the file", path.escape_debug()))
        })?,
        None => sample.with(&args.set).to_string().into_bytes(),
    };
    Ok(Request::signed(&route, args.signature.as_deref(), secret.as_deref(), address, body, facts.now)?)
}

/// Sends the request and waits for the answer. An error names only the host, since the URL may contain an ingest key.
async fn send(request: &Request) -> Result<Answer, CliError> {
    let unanswered = |error| {
        CliError::new(format!(
            "no answer from {} ({}): check that the receiver is running there, or use another address",
            request.to.authority(),
            cause(error)
        ))
    };
    let mut client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT);
    if is_loopback(&request.to) {
        client = client.no_proxy();
    }
    request.send(&client.build().map_err(unanswered)?).await.map_err(unanswered)
}

fn no_such_event(sender: Sender, event: &str) -> CliError {
    let events = sender.events();
    let hint = match nearest(event, events.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("use one of {}", events.join(", ")),
    };
    CliError::new(format!("{} sends no `{}`: {hint}", sender.plug(), excerpt(event)))
}
