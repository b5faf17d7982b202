//! A call is shown, or made: before it HubSpot is asked for what it has, after it for whether it shows the change.

use std::process::ExitCode;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::app_settings::{AppSettings, AppSettingsError, Call, State};
use crate::cli::CliError;
use crate::cli::terminal::{print, print_json};

use super::fields::differences;
use super::{Changing, Common, dry_run, show};

/// HubSpot's documents say nothing; a minute has been seen.
const PATIENCE: Duration = Duration::from_secs(120);
const ASK_EVERY: Duration = Duration::from_secs(2);
const SAY_EVERY: Duration = Duration::from_secs(10);

/// Shows what HubSpot has.
pub(super) async fn look(common: &Common, settings: &AppSettings, read: &Call) -> Result<ExitCode, CliError> {
    if common.dry_run {
        return preview(common, settings, read);
    }
    show::state(common.json, settings.app(), &settings.ask(read).await?)
}

/// Makes a change, and shows what has changed.
pub(super) async fn change(
    changing: &Changing,
    settings: &AppSettings,
    call: &Call,
    read: &Call,
) -> Result<ExitCode, CliError> {
    let common = &changing.common;
    if common.dry_run {
        return preview(common, settings, call);
    }
    // What is refused before it is sent should not be asked for either.
    settings.request(call)?;
    let before = current(settings, read).await?;
    let after = settings.ask(call).await?;
    let shown = match changing.wait {
        true => Some(wait(settings, read, &after).await?),
        false => None,
    };
    show::change(common.json, settings.app(), before.as_ref(), &after, shown)
}

fn preview(common: &Common, settings: &AppSettings, call: &Call) -> Result<ExitCode, CliError> {
    let request = settings.request(call)?;
    if common.json {
        return print_json(&dry_run::json(&request));
    }
    print(&dry_run::text(&request))?;
    Ok(ExitCode::SUCCESS)
}

/// What HubSpot has; none where nothing is set.
async fn current(settings: &AppSettings, read: &Call) -> Result<Option<State>, AppSettingsError> {
    match settings.ask(read).await {
        Ok(state) => Ok(Some(state)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Asks until HubSpot shows what it has been told. Whether it does.
async fn wait(settings: &AppSettings, read: &Call, wanted: &State) -> Result<bool, AppSettingsError> {
    let began = Instant::now();
    let mut said = began;
    loop {
        // One answer that does not come is no reason to give up what is done.
        if let Ok(state) = current(settings, read).await
            && differences(state.as_ref(), Some(wanted)).is_empty()
        {
            return Ok(true);
        }
        if began.elapsed() + ASK_EVERY > PATIENCE {
            return Ok(false);
        }
        if said == began || said.elapsed() >= SAY_EVERY {
            said = Instant::now();
            eprintln!("waiting until HubSpot shows it ({} s; a minute is usual)", began.elapsed().as_secs());
        }
        sleep(ASK_EVERY).await;
    }
}
