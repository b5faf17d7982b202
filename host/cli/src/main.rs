//! The `cordboard` program: one module per command.
//!
//! It wraps the library `cordboard` for operators and plug authors, and its developer tools may name vendors. Anything
//! that an embedder needs belongs in the library instead.
//!
//! Exit status: 0 on success, 1 on failure or an unwanted result, 2 on a usage error.

mod audit;
mod check;
mod compile_plug;
mod connection_limits;
pub mod demo;
mod doctor;
pub mod emulate;
mod error;
pub mod events;
mod files;
pub mod hubspot;
pub mod plug;
mod purge;
pub mod retention;
mod secret_env;
mod serve;
mod server_group;
mod shell;
mod signal;
pub mod simulate;
mod status;
mod terminal;
pub mod token;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use cordboard::config::{Config, ConfigError};

pub use error::CliError;
use secret_env::secret_env;

/// Returns memory to the system after a burst, which the system's own allocator does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A bridge between HubSpot and conferencing and telephony systems.
///
/// Try `cordboard demo` first: it needs no setup. To run a bridge of your own, write a cordboard.toml
/// (host/CONFIGURATION.md describes every key), validate it with `cordboard check` and start it with `cordboard serve`.
/// `cordboard status` shows the addresses to enter at HubSpot and at your providers, and `cordboard doctor` checks that
/// they work.
#[derive(Debug, Parser)]
#[command(name = "cordboard", version, max_term_width = 80)]
#[command(after_help = "Run `cordboard help <COMMAND>` for details and examples.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a self-checking demo on this machine.
    ///
    /// The bridge and its plugs are real; HubSpot, iotum and simplex Meeting are emulated. Requests go over HTTP on
    /// loopback, and the demo checks every response.
    Demo(demo::Demo),
    /// Run the bridge.
    ///
    /// Serves until ctrl-c or SIGTERM, and finishes the requests in flight before it exits. SIGHUP reloads the
    /// configuration; if the new one is invalid, the bridge logs why and keeps the current one.
    Serve(serve::Serve),
    /// Validate the configuration without starting the bridge.
    ///
    /// Loads every plug and reports unknown and missing keys. Does not test whether values work, which
    /// `cordboard doctor` does for some.
    Check(check::Check),
    /// Diagnose the installation and suggest fixes.
    ///
    /// Validates the configuration, calls the bridge at its public address as HubSpot would, checks the app's settings
    /// at HubSpot, compares clocks, connects to the providers, and checks retention and file descriptor limits. It
    /// changes nothing.
    Doctor(doctor::DoctorArgs),
    /// Show the addresses to hand out and whatever needs attention.
    ///
    /// Lists, for each app and connection, the addresses to enter at HubSpot and at providers, with their methods and
    /// authentication. Then lists webhook requests that no plug could read, and leftovers: conferences that are or may
    /// be left at a provider.
    Status(status::Status),
    /// View and change which addresses HubSpot calls.
    ///
    /// Calls HubSpot's API with `developer-api-key` or `developer-access-token` from the app's settings. Use --dry-run
    /// to see a request before it is sent.
    #[command(subcommand)]
    Hubspot(hubspot::HubSpotCommand),
    /// Send a signed request as HubSpot or a provider would.
    ///
    /// With a configuration, the request goes to the `listen` address of the bridge on this machine and is signed for
    /// `public-url`, so no proxy is needed. With --to it goes to any address.
    Simulate(simulate::Simulate),
    /// Emulate a vendor's API on this machine.
    #[command(subcommand)]
    Emulate(emulate::EmulateCommand),
    /// List, show and follow meeting events.
    ///
    /// Reads the store in `data-dir` directly, also while `cordboard serve` is running.
    #[command(subcommand)]
    Events(events::Events),
    /// Inspect and test plugs, and roll them out.
    ///
    /// `inspect` and `test` work on files. The other commands call the admin API of a running bridge, with a token from
    /// `cordboard token new` in CORDBOARD_ADMIN_TOKEN.
    ///
    /// A typical rollout: `push` the file, `diff` it with the live plug, `activate` it with --canary, watch it with
    /// `history`, then `promote` it or `rollback`.
    #[command(subcommand)]
    Plug(plug::PlugCommand),
    /// Show the audit log of the admin API, newest entries first.
    Audit(audit::Audit),
    /// Show whether old records are pruned, and resume paused pruning.
    ///
    /// Finished and acknowledged records are pruned after `retention-days`. Pruning pauses while the clock looks wrong.
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// Create tokens for the admin API.
    ///
    /// `cordboard plug`, `audit`, `retention` and `status acknowledge` read theirs from CORDBOARD_ADMIN_TOKEN.
    #[command(subcommand)]
    Token(token::TokenCommand),
    #[command(hide = true)]
    CompilePlug(compile_plug::CompilePlug),
}

/// The configuration file used without `--config`.
const DEFAULT_CONFIG: &str = "cordboard.toml";

/// The configuration file.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// Path to the configuration file.
    #[arg(long = "config", value_name = "FILE", default_value = DEFAULT_CONFIG)]
    path: PathBuf,
}

impl ConfigFile {
    /// Reads and validates the file.
    ///
    /// # Errors
    /// Fails with all faults of the configuration, one per line.
    pub fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.path)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // The compiler child needs neither a log nor threads, and runs under limits that would affect both.
    if let Command::CompilePlug(args) = &cli.command {
        return compile_plug::run(args);
    }
    let quiet = matches!(cli.command, Command::Demo(_));
    log(if quiet { "error" } else { "cordboard=info,warn" });
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = match runtime.enable_all().on_thread_park(purge::now_and_then).build() {
        Ok(runtime) => runtime,
        Err(error) => return CliError::Runtime(error).report(),
    };
    let result = runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::Check(args) => check::run(&args),
            Command::Doctor(args) => doctor::run(args).await,
            Command::Status(args) => status::run(args).await,
            Command::Hubspot(command) => hubspot::run(command).await,
            Command::Simulate(args) => simulate::run(args).await,
            Command::Emulate(command) => emulate::run(command).await,
            Command::Events(args) => events::run(args).await,
            Command::Plug(args) => plug::run(args).await,
            Command::Audit(args) => audit::run(args).await,
            Command::Retention(args) => retention::run(args).await,
            Command::Token(args) => token::run(&args),
            Command::CompilePlug(args) => Ok(compile_plug::run(&args)),
        }
    });
    result.unwrap_or_else(|error| error.report())
}

/// Logs to stderr, filtered by `RUST_LOG` or else by `default`.
fn log(default: &str) {
    let chosen = std::env::var("RUST_LOG").unwrap_or_default();
    // An empty directive would mean errors only.
    let directives: Vec<_> = chosen.split(',').filter(|directive| !directive.trim().is_empty()).collect();
    let chosen = if directives.is_empty() { None } else { directives.join(",").parse::<Targets>().ok() };
    let filter = chosen.or_else(|| default.parse().ok());
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let format = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(color);
    tracing_subscriber::registry().with(format).with(filter.unwrap_or_default()).init();
}
