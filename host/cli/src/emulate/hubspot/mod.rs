//! `cordboard emulate hubspot`
//!
//! command line and configuration → [`options`] → emulator → [`greeting`] → serving

mod greeting;
mod options;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use cordboard_emulator::hubspot::{Fault, Forward, HubSpot, Signatures, User};

use crate::CliError;
use crate::server_group::listen;
use crate::signal::Shutdown;
use crate::terminal::Output;
use cordboard::config::Config;
use cordboard::server::{self, ServeLimits};

/// Run a local HubSpot with settings, meetings and signed webhooks.
#[derive(Debug, Args)]
#[command(after_help = "\
To make a bridge use the emulator, add to cordboard.toml (with --config, any key
works):
  [app.54321]
  outbound = { allow-private = true, allow = [\"127.0.0.1:8090\"] }
  [app.54321.settings]
  api-url = \"http://127.0.0.1:8090\"
  developer-api-key = \"any\"

Faults for --fault, permanent or for a number of times:
  rate-limited     an API request gets 429
  server-error     an API request gets 500
  slow             an API request is answered 3 s late
  wrong-signature  a webhook is signed with another secret
  replay           a webhook is sent twice
A booking sends two webhooks, as the user is verified first: `replay=2` repeats
both.

Examples:
  cordboard emulate hubspot --config cordboard.toml
  cordboard emulate hubspot --user 123=ada@acme.example --fault replay=2
  cordboard emulate hubspot --forward https://a.example=http://127.0.0.1:9000

Endpoints for scripts, here to book a meeting and to set a fault:
  curl http://127.0.0.1:8090/emulator/meetings \\
    -H 'Content-Type: application/json' -d '{\"accountId\": 123123,
    \"topic\": \"Review\", \"startTime\": 1900000000000, \"endTime\": 1900001800000}'
  curl -X PUT http://127.0.0.1:8090/emulator/faults \\
    -H 'Content-Type: application/json' \\
    -d '{\"faults\": [{\"kind\": \"replay\", \"times\": 2}]}'
GET /emulator/state returns the current state, GET /emulator/calls all calls.")]
pub struct Hubspot {
    /// Address to listen on; loopback only, since anyone who reaches it can send signed webhooks.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Configuration of the bridge, for app, secrets and accounts.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// ID of the app; required if the configuration has several.
    #[arg(long, value_name = "ID")]
    app: Option<u64>,
    /// Environment variable with the app's client secret [default: from --config, else generated].
    #[arg(long, value_name = "NAME")]
    client_secret_env: Option<String>,
    /// Account that installed the app; can be repeated.
    #[arg(long = "account", value_name = "ID")]
    accounts: Vec<u64>,
    /// User in each account; can be repeated.
    #[arg(long = "user", value_name = "NUMBER=EMAIL", value_parser = options::user)]
    users: Vec<User>,
    /// Signatures of webhooks: v1, v2, v3, v1+v3 or v2+v3 [default: the app's first `accept-signatures`, else v1+v3].
    #[arg(long, value_name = "NAMES")]
    signatures: Option<Signatures>,
    /// Send webhooks for the first address to the second, signed for the first; can be repeated.
    #[arg(long = "forward", value_name = "URL=URL", value_parser = options::forward)]
    forwards: Vec<Forward>,
    /// Custom property of accounts, since unknown ones are rejected; can be repeated.
    #[arg(long = "property", value_name = "NAME")]
    properties: Vec<String>,
    /// Custom meeting outcome of accounts; can be repeated.
    #[arg(long = "outcome", value_name = "NAME")]
    outcomes: Vec<String>,
    /// Enforce HubSpot's rate limits: 110 requests per 10 s, 5 searches per second.
    #[arg(long)]
    rate_limits: bool,
    /// Delay until search finds new objects.
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = options::seconds)]
    indexing_delay: Duration,
    /// Delay until changed settings are visible; about a minute at HubSpot.
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = options::seconds)]
    settings_delay: Duration,
    /// Inject a fault, permanently or a number of times; can be repeated, see below.
    #[arg(long = "fault", value_name = "KIND[=TIMES]", value_parser = options::fault)]
    faults: Vec<Fault>,
    /// Print the address and the generated secrets as JSON.
    #[arg(long)]
    json: bool,
}

/// Serves until ctrl-c or SIGTERM.
pub(super) async fn run(args: Hubspot) -> Result<ExitCode, CliError> {
    let mut shutdown = Shutdown::listen()?;
    if !args.listen.ip().is_loopback() {
        return Err(CliError::new(format!(
            "{} can be reached from other machines, and the emulator sends signed webhooks for anyone: listen on \
             127.0.0.1 or [::1]",
            args.listen
        )));
    }
    let config = args.config.as_deref().map(Config::load).transpose()?;
    let (options, provided) = options::options(&args, config.as_ref())?;
    let hubspot = HubSpot::new(options)?;
    hubspot.set_faults(args.faults.clone()).map_err(|refusal| CliError::new(refusal.to_string()))?;
    let listener = listen(args.listen, "free it, or choose another address with --listen").await?;
    let at = listener.local_addr()?;
    let options = hubspot.options();
    Output { json: args.json }
        .print(|| greeting::json(at, options, &provided), || greeting::text(at, options, &provided, &args))?;
    let stopped = async move { shutdown.received().await };
    server::serve(listener, hubspot.router(), ServeLimits::default(), stopped).await?;
    Ok(ExitCode::SUCCESS)
}
