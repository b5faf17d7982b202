//! What HubSpot has, and what has changed, for people and for programs.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::app_settings::State;
use crate::cli::CliError;
use crate::cli::terminal::{plain, print, print_json, wrapped};

use super::fields::{differences, fields, object};

/// Room for the longest of HubSpot's names.
const NAME: usize = 16;

/// What HubSpot has.
pub(super) fn state(as_json: bool, app: u32, state: &State) -> Result<ExitCode, CliError> {
    if as_json {
        return print_json(&json!({ "app": app, "settings": object(Some(state)) }));
    }
    let lines: String = fields(state).iter().map(|(name, value)| line(' ', name, value)).collect();
    print(&format!("HubSpot has, for app {app}:\n{lines}"))?;
    Ok(ExitCode::SUCCESS)
}

/// What has changed. `shown`: whether HubSpot shows it; none where nobody waited.
pub(super) fn change(
    as_json: bool,
    app: u32,
    before: Option<&State>,
    after: &State,
    shown: Option<bool>,
) -> Result<ExitCode, CliError> {
    let code = if shown == Some(false) { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    let differences = differences(before, Some(after));
    if as_json {
        let changed: Vec<_> = differences.iter().map(|difference| difference.name).collect();
        print_json(&json!({
            "app": app, "before": object(before), "after": object(Some(after)), "changed": changed, "shown": shown,
        }))?;
        return Ok(code);
    }
    let mut text = format!("HubSpot has, for app {app}:\n");
    for (name, value) in fields(after) {
        if differences.iter().all(|difference| difference.name != name) {
            text += &line(' ', name, &value);
        }
    }
    for difference in &differences {
        for (mark, value) in [('-', &difference.before), ('+', &difference.after)] {
            text += &value.as_ref().map(|value| line(mark, difference.name, value)).unwrap_or_default();
        }
    }
    text += &wrapped(
        match (differences.is_empty(), shown) {
            (true, _) => "Nothing has changed.",
            (false, None) => "It can take a minute until HubSpot shows it; `--wait` waits for that.",
            (false, Some(true)) => "HubSpot shows it.",
            (false, Some(false)) => "HubSpot took it and does not show it yet: look again with `get` in a while.",
        },
        0,
    );
    print(&text)?;
    Ok(code)
}

fn line(mark: char, name: &str, value: &Value) -> String {
    let value = value.as_str().map_or_else(|| value.to_string(), plain);
    format!("{mark} {name:NAME$}  {value}\n")
}
