//! Prints settings and changes as text or JSON.

use std::process::ExitCode;

use cordboard_core::AppId;
use serde_json::{Value, json};

use crate::CliError;
use crate::terminal::{plain, print, print_json, wrapped};
use cordboard::contract::settings::EndpointSettings;

use super::fields::{Compared, compared, fields, object};

/// Width of the column of names.
const NAME: usize = 16;

/// Whether HubSpot shows a change.
#[derive(Debug, PartialEq)]
pub(super) enum Shown {
    /// It shows the new settings.
    Yes,
    /// It still shows the old settings.
    NotYet,
    /// The last read failed, with a description of the error.
    Unknown(String),
}

/// Prints the current settings.
pub(super) fn settings(as_json: bool, app: &AppId, settings: Option<&EndpointSettings>) -> Result<ExitCode, CliError> {
    if as_json {
        return print_json(&json!({ "app": number(app), "settings": object(settings) }));
    }
    let lines: String = fields(settings).iter().map(|(name, value)| line(' ', name, value)).collect();
    print(&format!("HubSpot settings of app {app}:\n{lines}"))
}

/// Prints the differences. `shown` is `None` if the command did not wait for HubSpot to show the change.
pub(super) fn change(
    as_json: bool,
    app: &AppId,
    before: Option<&EndpointSettings>,
    after: Option<&EndpointSettings>,
    shown: Option<&Shown>,
) -> Result<ExitCode, CliError> {
    let is_shown = shown.map(|shown| *shown == Shown::Yes);
    let code = if is_shown == Some(false) { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    let fields = compared(before, after);
    let changed: Vec<_> = fields.iter().filter(|field| field.differs()).map(|field| field.name).collect();
    if as_json {
        let problem = if let Some(Shown::Unknown(why)) = shown { Some(why) } else { None };
        print_json(&json!({
            "app": number(app), "before": object(before), "after": object(after), "changed": changed, "shown": is_shown,
            "problem": problem,
        }))?;
        return Ok(code);
    }
    let mut text = format!("HubSpot settings of app {app}:\n");
    text.extend(fields.iter().map(lines));
    let sum = match (changed.is_empty(), shown) {
        (_, Some(Shown::NotYet)) => "HubSpot accepted the change but does not show it yet: check later with `get`.",
        (_, Some(Shown::Unknown(why))) => {
            &format!("HubSpot accepted the change, but reading it back failed: {}.", plain(why))
        }
        (true, _) => "No changes.",
        (false, None) => "HubSpot can take a minute to show the change; add --wait to wait for it.",
        (false, Some(Shown::Yes)) => "HubSpot shows the change.",
    };
    text += &wrapped(sum, 0);
    print(&text)?;
    Ok(code)
}

/// Returns an app's id as a JSON number, as HubSpot's ids are.
fn number(app: &AppId) -> Value {
    let text = app.as_str();
    text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from)
}

/// Formats a field: on one line, or on two if it changed.
fn lines(field: &Compared<'_>) -> String {
    let of =
        |mark, value: &Option<Value>| value.as_ref().map_or_else(String::new, |value| line(mark, field.name, value));
    match field.differs() {
        false => of(' ', &field.after),
        true => of('-', &field.before) + &of('+', &field.after),
    }
}

fn line(mark: char, name: &str, value: &Value) -> String {
    let value = value.as_str().map_or_else(|| value.to_string(), plain);
    format!("{mark} {name:NAME$}  {value}\n")
}
