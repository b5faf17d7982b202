//! What HubSpot has, and what has changed, for people and for programs.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::CliError;
use crate::terminal::{plain, print, print_json, wrapped};
use cordboard::app_settings::State;

use super::fields::{Compared, compared, fields, object};

/// Room for the longest of HubSpot's names.
const NAME: usize = 16;

/// Whether HubSpot shows a change.
#[derive(Debug, PartialEq)]
pub(super) enum Shown {
    /// It does.
    Yes,
    /// It shows what was there before.
    NotYet,
    /// It could not be asked, last; a sentence on why.
    Unknown(String),
}

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
    shown: Option<&Shown>,
) -> Result<ExitCode, CliError> {
    let is_shown = shown.map(|shown| *shown == Shown::Yes);
    let code = if is_shown == Some(false) { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    let fields = compared(before, Some(after));
    let changed: Vec<_> = fields.iter().filter(|field| field.differs()).map(|field| field.name).collect();
    if as_json {
        let problem = shown.and_then(Shown::problem);
        print_json(&json!({
            "app": app, "before": object(before), "after": object(Some(after)), "changed": changed, "shown": is_shown,
            "problem": problem,
        }))?;
        return Ok(code);
    }
    let mut text = format!("At HubSpot, for app {app}:\n");
    text.extend(fields.iter().map(lines));
    let sum = match (changed.is_empty(), shown) {
        (_, Some(Shown::NotYet)) => "HubSpot took it and does not show it yet: look again with `get` in a while.",
        (_, Some(Shown::Unknown(why))) => {
            &format!("HubSpot took it. Whether it shows it is not known: {}.", plain(why))
        }
        (true, _) => "Nothing has changed.",
        (false, None) => "HubSpot can take a minute to show it; `--wait` waits for that.",
        (false, Some(Shown::Yes)) => "HubSpot shows it.",
    };
    text += &wrapped(sum, 0);
    print(&text)?;
    Ok(code)
}

impl Shown {
    fn problem(&self) -> Option<&str> {
        match self {
            Self::Unknown(why) => Some(why),
            Self::Yes | Self::NotYet => None,
        }
    }
}

/// A field as it is, or as it was and is.
fn lines(field: &Compared) -> String {
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
