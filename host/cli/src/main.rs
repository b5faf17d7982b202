//! The `cordboard` program: commands around the library, each a module.
//!
//! Exit codes: 0 all is well, 1 something failed or was answered otherwise than wanted, 2 the command line is wrong.

mod audit;
mod check;
mod compile_plug;
pub mod demo;
pub mod doctor;
pub mod emulate;
mod error;
pub mod events;
mod http;
pub mod hubspot;
mod listeners;
pub mod plug;
mod purge;
pub mod retention;
mod secret_env;
mod serve;
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
use tracing_subscriber::EnvFilter;

use cordboard::config::{Config, ConfigError};

pub use error::CliError;
use secret_env::secret_env;

/// Gives memory back to the system after a burst, which the system's own allocator does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The bridge between HubSpot and conferencing and telephony systems.
///
/// Start with `cordboard demo`, which needs nothing. Then write a cordboard.toml (host/CONFIGURATION.md has every key),
/// look at it with `cordboard check`, run it with `cordboard serve`, and let `cordboard status` tell what to enter at
/// HubSpot and at your providers.
#[derive(Debug, Parser)]
#[command(name = "cordboard", version, max_term_width = 80)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays the main job on loopback, with stand-ins for HubSpot and a provider.
    Demo(demo::Demo),
    /// Serves until it is told to stop (ctrl-c or SIGTERM).
    Serve(serve::Serve),
    /// Checks a configuration and its plugs, without starting anything.
    Check(check::Check),
    /// Diagnose the installation and suggest fixes.
    Doctor(doctor::Doctor),
    /// Shows addresses to hand out, and what needs the operator's hand.
    Status(status::Status),
    /// Sets where HubSpot calls an app.
    #[command(subcommand)]
    Hubspot(hubspot::HubSpotCommand),
    /// Sends a correctly signed request, as HubSpot or a provider would.
    Simulate(simulate::Simulate),
    /// Stands in for a vendor, on this machine.
    #[command(subcommand)]
    Emulate(emulate::EmulateCommand),
    /// Shows meeting events.
    #[command(subcommand)]
    Events(events::Events),
    /// Looks at plugs, tries them, and changes which of them serve.
    #[command(subcommand)]
    Plug(plug::PlugCommand),
    /// Show who changed or compared what, newest first.
    Audit(audit::Audit),
    /// Shows whether old records are pruned, and resumes it where it is paused.
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// Makes tokens of the admin API.
    #[command(subcommand)]
    Token(token::TokenCommand),
    #[command(hide = true)]
    CompilePlug(compile_plug::CompilePlug),
}

/// The configuration that is read where none is named.
const DEFAULT_CONFIG: &str = "cordboard.toml";

/// Where the configuration is.
#[derive(Debug, Args)]
pub struct ConfigFile {
    /// The configuration.
    #[arg(long = "config", value_name = "FILE", default_value = DEFAULT_CONFIG)]
    path: PathBuf,
}

impl ConfigFile {
    /// Reads it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn load(&self) -> Result<Config, CliError> {
        Ok(self.read()?)
    }

    /// Reads it; what is wrong stays apart.
    fn read(&self) -> Result<Config, ConfigError> {
        Config::load(&self.path)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // It has no need of a log or of threads, and limits on both.
    if let Command::CompilePlug(args) = &cli.command {
        return compile_plug::run(args);
    }
    let quiet = matches!(cli.command, Command::Demo(_));
    log(if quiet { "error" } else { "cordboard=info,warn" });
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = match runtime.enable_all().on_thread_park(move || purge::now_and_then(purge)).build() {
        Ok(runtime) => runtime,
        Err(error) => return CliError(format!("the system gives no threads: {error}")).report(),
    };
    let result = runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(args).await,
            Command::Serve(args) => serve::run(args, purge).await,
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

/// The log goes to stderr; `RUST_LOG` sets what of it.
fn log(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour).init();
}

/// Gives back what was freed a while ago: what this thread holds for itself, and what no thread holds. The allocator does
/// so itself only while it is at work.
fn purge() {
    // SAFETY: it takes no pointer, and may be called at any time from any thread.
    unsafe { libmimalloc_sys::mi_collect(false) }
}
