//! `cordboard demo`: the main job on loopback, over real HTTP and with the real plugs, played and checked.
//!
//! [`environment`] starts the parts: the bridge with a configuration of its own, the stand-in for HubSpot that `cordboard
//! emulate hubspot` serves, and one for iotum's REST API ([`iotum`]) behind iotum's plug. [`scenario`] plays: HubSpot asks,
//! providers tell. [`assertions`] holds each answer against what it should be, and [`printer`] says what happens.

mod assertions;
mod environment;
mod fixtures;
mod iotum;
mod printer;
mod scenario;
#[cfg(test)]
mod tests;
mod wire;

use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::signal::Shutdown;
use environment::Environment;
use fixtures::{ACME, APP, PUBLIC_URL};
use printer::Printer;

/// Plays the main job on loopback, with stand-ins for HubSpot and a provider, and checks every answer.
#[derive(Debug, Args)]
#[command(
    after_help = "It needs no configuration and no account, and calls nobody beyond this machine.\n\nExit codes: \
                        0 every answer was right, 1 one was not.\n\nExample:\n  cordboard demo --once"
)]
pub struct Demo {
    /// Ends after the scenario; else the bridge goes on serving until ctrl-c.
    #[arg(long)]
    once: bool,
    /// Port of 127.0.0.1 for the bridge; 0 takes any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// Plays.
///
/// # Errors
/// Where the parts cannot be started.
pub async fn run(args: Demo) -> Result<ExitCode, CliError> {
    let mut shutdown = Shutdown::listen()?;
    let mut printer = Printer::stdout();
    // Told to stop, it still removes what it has made.
    let environment = tokio::select! {
        environment = Environment::start(args.port) => environment?,
        () = shutdown.received() => return Ok(ExitCode::FAILURE),
    };
    let outcome = tokio::select! {
        outcome = play_all(&environment, &mut printer) => outcome,
        () = shutdown.received() => Ok(ExitCode::FAILURE),
    };
    if !args.once && matches!(&outcome, Ok(code) if *code == ExitCode::SUCCESS) {
        invite(&environment, &mut printer);
        shutdown.received().await;
    }
    let stopped = environment.shutdown().await;
    let code = outcome?;
    stopped.map(|()| code)
}

/// Plays once on an environment that has started.
async fn play_all(environment: &Environment, printer: &mut Printer) -> Result<ExitCode, CliError> {
    introduce(environment, printer);
    Ok(match scenario::run(environment, printer).await? {
        Ok(()) => {
            printer.line("");
            printer.say("Every answer was right.");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::FAILURE
        }
    })
}

fn introduce(environment: &Environment, printer: &mut Printer) {
    printer.say(
        "Cordboard connects HubSpot to conferencing and telephony systems. This is its main job, on this machine alone: \
         the bridge and its plugs are real, and stand-ins for HubSpot, iotum and simplex Meeting call it, or are \
         called, by HTTP. → is to the bridge, ← is from it. Every answer is checked.",
    );
    printer.line("");
    printer.line(&format!("   bridge   {}/hubspot/{APP}/… and /in/…", environment.bridge_url));
    printer.line(&format!("            which HubSpot knows as {PUBLIC_URL}"));
    printer.line(&format!("   HubSpot  {}/crm/…, and its page", environment.hubspot_url));
    printer.line(&format!("   iotum    {}/enterprise_api/…", environment.iotum_url));
    printer.line(&format!("   config   {}", environment.config.display()));
}

fn invite(environment: &Environment, printer: &mut Printer) {
    printer.line("");
    printer.say(&format!(
        "All goes on serving until ctrl-c, and is removed then. Meanwhile, book meetings as a person would at {}/, or \
         in another terminal:",
        environment.hubspot_url
    ));
    printer.line("");
    if let Ok(program) = std::env::current_exe() {
        printer.line(&format!("   alias cordboard='{}'", program.display()));
    }
    printer.line(&format!("   cd '{}'", environment.folder().display()));
    printer.line("   cordboard status");
    printer.line("   cordboard hubspot video get");
    printer.line(&format!("   cordboard simulate hubspot create-meeting --account {}", ACME.id));
    printer.line("   cordboard simulate iotum enter_conference");
    printer.line("   cordboard simulate simplex onMeetingScheduled");
    printer.line("   cordboard events list");
    printer.line("   cordboard events tail");
}
