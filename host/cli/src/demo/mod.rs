//! `cordboard demo`: runs a typical scenario on loopback, over HTTP and with the real plugs, and checks every answer.
//!
//! [`environment`] starts the bridge with a configuration of its own, the HubSpot emulator of `cordboard emulate
//! hubspot`, and an emulator of iotum's REST API ([`iotum`]). [`scenario`] sends the requests of HubSpot and the
//! providers, [`assertions`] checks the answers, and [`printer`] prints what happens.

mod answer;
mod assertions;
mod environment;
mod fixtures;
mod iotum;
mod printer;
mod scenario;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::signal::Shutdown;
use environment::Environment;
use fixtures::{ACME, APP, PUBLIC_URL};
use printer::Printer;

/// Run a self-checking demo on this machine.
#[derive(Debug, Args)]
#[command(after_help = "\
Needs no configuration and no account, and sends nothing to other machines.

Exit status: 0 if every answer is as expected, 1 otherwise.

Examples:
  # Run the scenario, then keep everything running to try commands.
  cordboard demo

  # Run the scenario and exit.
  cordboard demo --once")]
pub struct Demo {
    /// Exit after the scenario instead of serving until ctrl-c.
    #[arg(long)]
    once: bool,
    /// Port of the bridge on 127.0.0.1; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// Runs the demo.
///
/// # Errors
/// Fails if the bridge or an emulator cannot start or stop.
pub async fn run(args: Demo) -> Result<ExitCode, CliError> {
    let mut shutdown = Shutdown::listen()?;
    let mut printer = Printer::stdout();
    // On shutdown, still remove the temporary folder.
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

/// Runs the scenario once in a started environment.
async fn play_all(environment: &Environment, printer: &mut Printer) -> Result<ExitCode, CliError> {
    introduce(environment, printer);
    Ok(match scenario::run(environment, printer).await? {
        Ok(()) => {
            printer.line("");
            printer.say("Every answer is as expected.");
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
        "Cordboard connects HubSpot to conferencing and telephony systems. This demo shows how, on this machine only: \
         the bridge and its plugs are real; HubSpot, iotum and simplex Meeting are emulated and talk to it over HTTP. \
         → goes to the bridge, ← comes from it. Every answer is checked.",
    );
    printer.line("");
    printer.line(&format!("   bridge   {}/hubspot/{APP}/… and /in/…", environment.bridge_url));
    printer.line(&format!("            known to HubSpot as {PUBLIC_URL}"));
    printer.line(&format!("   HubSpot  {}/crm/… and a booking page", environment.hubspot_url));
    printer.line(&format!("   iotum    {}/enterprise_api/…", environment.iotum_url));
    printer.line(&format!("   config   {}", environment.config.display()));
}

fn invite(environment: &Environment, printer: &mut Printer) {
    printer.line("");
    printer.say(&format!(
        "Everything keeps running until ctrl-c, which also removes all data. Book meetings at {}/, or try these \
         commands in another terminal:",
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
