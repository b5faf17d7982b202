//! `cordboard demo`: the main job on loopback, over real HTTP and with the real plugs, played and checked.
//!
//! [`stage`] starts the parts: the bridge with a configuration of its own, the stand-in for HubSpot that `cordboard
//! emulate hubspot` serves, and one for iotum's REST API ([`iotum`]) behind iotum's plug. [`script`] plays: HubSpot asks,
//! providers tell. [`right`] holds each answer against what it should be, and [`narrate`] says what happens.

mod cast;
mod iotum;
mod narrate;
mod right;
mod script;
mod stage;
#[cfg(test)]
mod tests;
mod wire;

use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::stop::Stop;
use cast::{ACME, APP, PUBLIC_URL};
use narrate::Narrator;
use stage::Stage;

/// Plays the main job on loopback, with stand-ins for HubSpot and a provider, and checks every answer.
#[derive(Debug, Args)]
#[command(
    after_help = "It needs no configuration and no account, and calls nobody beyond this machine.\n\nExit codes: \
                        0 every answer was right, 1 one was not.\n\nExample:\n  cordboard demo --once"
)]
pub struct Demo {
    /// Ends after the play; else the bridge goes on serving until ctrl-c.
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
    let mut stop = Stop::listen()?;
    let mut narrator = Narrator::stdout();
    // Told to stop, it still removes what it has made.
    let stage = tokio::select! {
        stage = Stage::set(args.port) => stage?,
        () = stop.told() => return Ok(ExitCode::FAILURE),
    };
    let played = tokio::select! {
        played = play(&stage, &mut narrator) => played,
        () = stop.told() => Ok(ExitCode::FAILURE),
    };
    if !args.once && matches!(&played, Ok(code) if *code == ExitCode::SUCCESS) {
        invite(&stage, &mut narrator);
        stop.told().await;
    }
    let struck = stage.strike().await;
    let code = played?;
    struck.map(|()| code)
}

/// Plays once on a stage that is set.
async fn play(stage: &Stage, narrator: &mut Narrator) -> Result<ExitCode, CliError> {
    introduce(stage, narrator);
    Ok(match script::play(stage, narrator).await? {
        Ok(()) => {
            narrator.line("");
            narrator.say("Every answer was right.");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            narrator.wrong(&wrong);
            ExitCode::FAILURE
        }
    })
}

fn introduce(stage: &Stage, narrator: &mut Narrator) {
    narrator.say(
        "Cordboard connects HubSpot to conferencing and telephony systems. This is its main job, on this machine alone: \
         the bridge and its plugs are real, and stand-ins for HubSpot, iotum and simplex Meeting call it, or are \
         called, by HTTP. → is to the bridge, ← is from it. Every answer is checked.",
    );
    narrator.line("");
    narrator.line(&format!("   bridge   {}/hubspot/{APP}/… and /in/…", stage.bridge_url));
    narrator.line(&format!("            which HubSpot knows as {PUBLIC_URL}"));
    narrator.line(&format!("   HubSpot  {}/crm/…, and its page", stage.hubspot_url));
    narrator.line(&format!("   iotum    {}/enterprise_api/…", stage.iotum_url));
    narrator.line(&format!("   config   {}", stage.config.display()));
}

fn invite(stage: &Stage, narrator: &mut Narrator) {
    narrator.line("");
    narrator.say(&format!(
        "All goes on serving until ctrl-c, and is removed then. Meanwhile, book meetings as a person would at {}/, or \
         in another terminal:",
        stage.hubspot_url
    ));
    narrator.line("");
    if let Ok(program) = std::env::current_exe() {
        narrator.line(&format!("   alias cordboard='{}'", program.display()));
    }
    narrator.line(&format!("   cd '{}'", stage.folder().display()));
    narrator.line("   cordboard status");
    narrator.line("   cordboard hubspot video get");
    narrator.line(&format!("   cordboard simulate hubspot create-meeting --account {}", ACME.id));
    narrator.line("   cordboard simulate iotum enter_conference");
    narrator.line("   cordboard simulate simplex onMeetingScheduled");
    narrator.line("   cordboard events list");
    narrator.line("   cordboard events tail");
}
