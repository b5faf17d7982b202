//! Prints requests, settings and changes as text or JSON, with settings as HubSpot's fields.

use std::process::ExitCode;

use cordboard_core::{AppId, outbound};
use serde_json::{Map, Value, json};

use crate::CliError;
use crate::simulate::hubspot::number;
use crate::terminal::{Output, exit_code, plain, wrapped};
use cordboard::contract::effect::{OutboundRequest, Piece};
use cordboard::contract::settings::EndpointSettings;
use cordboard_doctor::hubspot::{PHONE_NUMBERS, VIDEO};

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

/// Prints the request of a dry run, with its secrets masked.
pub(super) fn request(output: Output, request: &OutboundRequest) -> Result<ExitCode, CliError> {
    let method = outbound::method(request.method);
    let (url, body) = (masked(&request.url), masked(&request.body));
    let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.clone(), masked(value))).collect();
    output.print(
        || {
            let headers: Map<_, _> =
                headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
            json!({ "method": method.as_str(), "url": url, "headers": headers, "body": body })
        },
        || {
            let lines = headers.iter().map(|(name, value)| plain(&format!("{name}: {value}")) + "\n");
            let body = if body.is_empty() { String::new() } else { format!("\n{}\n", plain(&body)) };
            format!("{method} {}\n{}{body}", plain(&url), lines.collect::<String>())
        },
    )
}

fn masked(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Secret(_) | Piece::Signature(_) => "…".to_owned(),
    };
    pieces.iter().map(piece).collect()
}

/// Prints the current settings.
pub(super) fn settings(output: Output, app: &AppId, settings: Option<&EndpointSettings>) -> Result<ExitCode, CliError> {
    output.print(
        || json!({ "app": number(app.as_str()), "settings": object(settings) }),
        || {
            let lines = fields(settings).into_iter().map(|(name, value)| line(' ', name, &value));
            format!("HubSpot settings of app {app}:\n{}", lines.collect::<String>())
        },
    )
}

/// Prints the differences. `shown` is `None` if the command did not wait for HubSpot to show the change.
pub(super) fn change(
    output: Output,
    app: &AppId,
    before: Option<&EndpointSettings>,
    after: Option<&EndpointSettings>,
    shown: Option<&Shown>,
) -> Result<ExitCode, CliError> {
    let fields = compared(before, after);
    let changed: Vec<_> = fields.iter().filter(|field| field.differs()).map(|field| field.name).collect();
    let is_shown = shown.map(|shown| *shown == Shown::Yes);
    let json = || {
        let problem = if let Some(Shown::Unknown(why)) = shown { Some(why) } else { None };
        json!({
            "app": number(app.as_str()), "before": object(before), "after": object(after), "changed": changed,
            "shown": is_shown, "problem": problem,
        })
    };
    let text = || {
        let summary = match (changed.is_empty(), shown) {
            (_, Some(Shown::NotYet)) => "HubSpot accepted the change but does not show it yet: check later with `get`.",
            (_, Some(Shown::Unknown(why))) => {
                &format!("HubSpot accepted the change, but reading it back failed: {}.", plain(why))
            }
            (true, _) => "No changes.",
            (false, None) => "HubSpot can take a minute to show the change; add --wait to wait for it.",
            (false, Some(Shown::Yes)) => "HubSpot shows the change.",
        };
        let lines: String = fields.iter().map(Compared::lines).collect();
        format!("HubSpot settings of app {app}:\n{lines}{}", wrapped(summary, 0))
    };
    output.print(json, text)?;
    Ok(exit_code(is_shown != Some(false)))
}

fn line(mark: char, name: &str, value: &Value) -> String {
    let value = value.as_str().map_or_else(|| value.to_string(), plain);
    format!("{mark} {name:NAME$}  {value}\n")
}

/// Returns the fields that are set, in HubSpot's order.
fn fields(settings: Option<&EndpointSettings>) -> Vec<(&str, Value)> {
    let Some(settings) = settings else { return Vec::new() };
    let mut fields = Vec::new();
    for endpoint in &settings.endpoints {
        fields.push((field(&endpoint.purpose), Value::from(endpoint.url.as_str())));
        if endpoint.purpose == PHONE_NUMBERS {
            fields.push(("isReady", Value::from(endpoint.enabled)));
        }
    }
    fields.extend(settings.extras.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str()))));
    fields
}

/// Returns HubSpot's field for the address of a route.
fn field(purpose: &str) -> &str {
    match VIDEO.iter().find(|(route, _)| *route == purpose) {
        Some(&(_, field)) => field,
        None if purpose == PHONE_NUMBERS => "url",
        None => purpose,
    }
}

/// Returns the fields as an object, or null if there are none.
fn object(settings: Option<&EndpointSettings>) -> Value {
    settings.map_or(Value::Null, |_| fields(settings).into_iter().collect())
}

/// A field before and after a change.
#[derive(Debug, PartialEq)]
pub(super) struct Compared<'a> {
    name: &'a str,
    before: Option<Value>,
    after: Option<Value>,
}

impl Compared<'_> {
    /// Whether the setting changed. Timestamps do not count.
    pub fn differs(&self) -> bool {
        !matches!(self.name, "createdAt" | "updatedAt") && self.before != self.after
    }

    /// Formats the field: on one line, or on two if it changed.
    fn lines(&self) -> String {
        let of = |mark, value: &Option<Value>| value.as_ref().map(|value| line(mark, self.name, value));
        let lines =
            if self.differs() { [of('-', &self.before), of('+', &self.after)] } else { [of(' ', &self.after), None] };
        lines.into_iter().flatten().collect()
    }
}

/// Compares settings field by field: current fields first, then removed ones.
pub(super) fn compared<'a>(
    before: Option<&'a EndpointSettings>,
    after: Option<&'a EndpointSettings>,
) -> Vec<Compared<'a>> {
    let [mut before, after] = [before, after].map(fields);
    let mut all = Vec::new();
    for (name, value) in after {
        let old = before.iter().position(|(old, _)| *old == name).map(|at| before.remove(at).1);
        all.push(Compared { name, before: old, after: Some(value) });
    }
    all.extend(before.into_iter().map(|(name, value)| Compared { name, before: Some(value), after: None }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use cordboard::contract::settings::Endpoint;
    use cordboard_doctor::hubspot::endpoint;

    fn video(create: &str, update: Option<&str>) -> EndpointSettings {
        let mut endpoints = vec![endpoint("create-meeting", create.to_owned())];
        endpoints.extend(update.map(|url| endpoint("update-meeting", url.to_owned())));
        EndpointSettings { endpoints, extras: vec![("fetchAccountsUri".to_owned(), "https://f".to_owned())] }
    }

    fn channel(is_ready: bool, updated: &str) -> EndpointSettings {
        let endpoint = Endpoint { enabled: is_ready, ..endpoint(PHONE_NUMBERS, "https://a".to_owned()) };
        EndpointSettings { endpoints: vec![endpoint], extras: vec![("updatedAt".to_owned(), updated.to_owned())] }
    }

    fn named<'a>(before: Option<&'a EndpointSettings>, after: Option<&'a EndpointSettings>) -> Vec<&'a str> {
        compared(before, after).into_iter().filter(Compared::differs).map(|field| field.name).collect()
    }

    #[test]
    fn differences_have_both_values() {
        let (one, other) = (video("https://a", Some("https://b")), video("https://c", None));
        assert_eq!(
            compared(Some(&one), Some(&other)).into_iter().filter(Compared::differs).collect::<Vec<_>>(),
            [
                Compared {
                    name: "createMeetingUrl",
                    before: Some("https://a".into()),
                    after: Some("https://c".into())
                },
                Compared { name: "updateMeetingUrl", before: Some("https://b".into()), after: None },
            ]
        );
        let all = ["createMeetingUrl", "updateMeetingUrl", "fetchAccountsUri"];
        assert_eq!(named(None, Some(&one)), all);
        assert_eq!(named(Some(&one), None), all);
        assert!(named(Some(&one), Some(&one)).is_empty());
    }

    #[test]
    fn timestamps_do_not_count_as_differences() {
        assert!(named(Some(&channel(true, "1")), Some(&channel(true, "2"))).is_empty());
        assert_eq!(named(Some(&channel(true, "1")), Some(&channel(false, "2"))), ["isReady"]);
    }

    #[test]
    fn settings_are_an_object_and_removed_ones_are_null() {
        assert_eq!(object(None), Value::Null);
        assert_eq!(
            object(Some(&video("https://a", None))),
            serde_json::json!({ "createMeetingUrl": "https://a", "fetchAccountsUri": "https://f" })
        );
        assert_eq!(
            object(Some(&channel(false, "1"))),
            serde_json::json!({ "url": "https://a", "isReady": false, "updatedAt": "1" })
        );
    }
}
