//! `cordboard emulate hubspot`
//!
//! command line and configuration → [`options`] → the stand-in → what its user should know ([`greeting`]) → serving

mod greeting;
mod options;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use cordboard_emulator::hubspot::{Fault, Forward, HubSpot, Signatures, User};
use tokio::net::TcpListener;

use crate::CliError;
use crate::signal::Shutdown;
use crate::terminal::{print, print_json};
use cordboard::config::Config;
use cordboard::ingress::{self, ServeLimits};

/// A local HubSpot: settings, meetings, and webhooks that are signed.
#[derive(Debug, Args)]
#[command(after_help = "\
It answers HubSpot's settings, meetings, notes, search and OAuth. On its page a person books, moves and cancels a \
                        meeting: it calls the webhooks that were set through its settings, signed, in HubSpot's order. \
                        With --config it takes app, secrets and accounts from there, and calls to `public-url` reach \
                        the `cordboard serve` on this machine. It forgets everything when it stops.

To let a bridge use it, put into cordboard.toml (any key will do where --config names that file):
  [app.54321]
  outbound = { allow-private = true, allow = [\"127.0.0.1:8090\"] }
  [app.54321.settings]
  api-url = \"http://127.0.0.1:8090\"
  developer-api-key = \"any\"

Faults of --fault, each for ever or so many times:
  rate-limited     a request of the API is answered 429
  server-error     a request of the API is answered 500
  slow             a request of the API is answered 3 s late
  wrong-signature  a webhook is signed with another secret
  replay           a webhook is sent twice
Verifying a user is a webhook too, so `replay=2` is for one booking.

Examples:
  cordboard emulate hubspot --config cordboard.toml
  cordboard emulate hubspot --user 123=ada@acme.example --fault replay=2
  cordboard emulate hubspot --forward https://a.example=http://127.0.0.1:9000

Its own endpoints, for scripts (a meeting is booked, a fault is set):
  curl http://127.0.0.1:8090/emulator/meetings \\
    -H 'Content-Type: application/json' -d '{\"accountId\": 123123,
    \"topic\": \"Review\", \"startTime\": 1900000000000, \"endTime\": 1900001800000}'
  curl -X PUT http://127.0.0.1:8090/emulator/faults \\
    -H 'Content-Type: application/json' \\
    -d '{\"faults\": [{\"kind\": \"replay\", \"times\": 2}]}'
GET /emulator/state and /emulator/calls show what it has and what was called.")]
pub struct Hubspot {
    /// Where it listens; loopback only, since it signs for whoever asks.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// A configuration of the bridge, for app, secrets and accounts.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// HubSpot's number of the app; needed where the configuration has several.
    #[arg(long, value_name = "NUMBER")]
    app: Option<u64>,
    /// The variable of the environment with the app's client secret; without it and --config one is made.
    #[arg(long, value_name = "NAME")]
    client_secret_env: Option<String>,
    /// An account that installed the app; may be given again.
    #[arg(long = "account", value_name = "NUMBER")]
    accounts: Vec<u64>,
    /// A user of each account; may be given again.
    #[arg(long = "user", value_name = "NUMBER=EMAIL", value_parser = options::user)]
    users: Vec<User>,
    /// What webhooks are signed with: v1, v2, v3, v1+v3 or v2+v3. Without it the first of the app's
    /// `accept-signatures`, or v1+v3 where it has none.
    #[arg(long, value_name = "NAMES")]
    signatures: Option<Signatures>,
    /// Webhooks to the first address are sent to the second, and signed for the first; may be given again.
    #[arg(long = "forward", value_name = "URL=URL", value_parser = options::forward)]
    forwards: Vec<Forward>,
    /// A property that accounts have defined for themselves; may be given again. Unknown ones are refused.
    #[arg(long = "property", value_name = "NAME")]
    properties: Vec<String>,
    /// An outcome of meetings that accounts have defined for themselves; may be given again.
    #[arg(long = "outcome", value_name = "NAME")]
    outcomes: Vec<String>,
    /// Refuses what comes too often, as HubSpot does: 110 requests in 10 s, 5 searches a second.
    #[arg(long)]
    rate_limits: bool,
    /// Seconds until search finds what is new.
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = options::seconds)]
    indexing_delay: Duration,
    /// Seconds until changed settings show; HubSpot's take about a minute.
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = options::seconds)]
    settings_delay: Duration,
    /// Lets something go wrong, for ever or so many times; may be given again, see below.
    #[arg(long = "fault", value_name = "KIND[=TIMES]", value_parser = options::fault)]
    faults: Vec<Fault>,
    /// Prints where it listens, and the secrets that it made, as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Serves until it is told to stop.
pub(super) async fn run(args: Hubspot) -> Result<ExitCode, CliError> {
    let mut shutdown = Shutdown::listen()?;
    if !args.listen.ip().is_loopback() {
        return Err(CliError(format!(
            "{} can be reached from elsewhere, and the stand-in signs for whoever asks: listen on 127.0.0.1 or [::1]",
            args.listen
        )));
    }
    let config = args.config.as_deref().map(Config::load).transpose()?;
    let (options, known) = options::options(&args, config.as_ref())?;
    let hubspot = HubSpot::new(options).map_err(|error| CliError(error.to_string()))?;
    hubspot.set_faults(args.faults.clone()).map_err(|refusal| CliError(refusal.to_string()))?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        CliError(format!("{} cannot be listened on ({error}): free it, or choose another with --listen", args.listen))
    })?;
    let at = listener.local_addr()?;
    if args.json {
        print_json(&greeting::json(at, hubspot.options(), &known))?;
    } else {
        print(&greeting::text(at, hubspot.options(), &known, &args))?;
    }
    let stopped = async move { shutdown.received().await };
    ingress::serve(listener, hubspot.router(), ServeLimits::default(), stopped).await?;
    Ok(ExitCode::SUCCESS)
}
