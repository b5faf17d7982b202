//! Authenticated requests: query, body and response.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use cordboard_core::text::line;
use cordboard_core::{AccountId, InvalidId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::body::{self, BodyReader};

use super::caller::Caller;
use super::operation::{Kind, Parameter};
use super::problem::{Problem, Result};
use super::{Admin, BASE};

/// Maximum size of a JSON body, in bytes; more than any operation needs.
const MAX_BODY_LEN: usize = 64 << 10;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// An authenticated request to an operation.
pub(super) struct Call {
    pub admin: Admin,
    pub caller: Caller,
    pub query: Query,
    pub headers: HeaderMap,
    pub body: Body,
}

impl Call {
    /// Deserializes the body, a JSON object in which only the member `list`, if any, may be a list, of strings.
    pub async fn json<T: DeserializeOwned>(&mut self, list: Option<&str>) -> Result<T> {
        let body = std::mem::take(&mut self.body);
        // Without a budget: operators have few connections.
        let reader = BodyReader { max: MAX_BODY_LEN, timeout: BODY_TIMEOUT, budget: None };
        let body = reader.read(body::announced(&self.headers), body).await?;
        let malformed = |why: &str| {
            let why = line(why, 300);
            Problem::malformed(format!("invalid body ({why}): see {BASE}/openapi.json"))
        };
        let value: Value = serde_json::from_slice(&body).map_err(|error| malformed(&error.to_string()))?;
        // Serde would also deserialize a struct from a list of its fields.
        let misplaced = |(name, member): (&String, &Value)| match member {
            Value::Array(items) if list == Some(name) => !items.iter().all(Value::is_string),
            _ => has_list(member),
        };
        if value.as_object().is_none_or(|members| members.iter().any(misplaced)) {
            return Err(malformed(&match list {
                Some(list) => format!("expected an object in which just `{list}` is a list, of strings"),
                None => "expected an object without lists".to_owned(),
            }));
        }
        // Parse the bytes again, since a `Value` hides duplicate members.
        serde_json::from_slice(&body).map_err(|error| malformed(&error.to_string()))
    }
}

fn has_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(members) => members.values().any(has_list),
        _ => false,
    }
}

/// Deserializes a member that may be missing but not null.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Renders a list of at most `limit` items, and whether there are more.
pub(super) fn page(name: &str, mut items: Vec<Value>, limit: usize) -> Value {
    let more = items.len() > limit;
    items.truncate(limit);
    json!({ name: items, "more": more })
}

/// The query parameters of an operation, which have been validated.
pub(super) struct Query(BTreeMap<&'static str, String>);

impl Query {
    /// Validates a query, and adds defaults. Rejects parameters that the operation does not declare.
    pub fn read(parameters: &'static [Parameter], query: &str) -> Result<Self> {
        let mut values = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                let names: Vec<_> = parameters.iter().map(|parameter| parameter.name).collect();
                let hint = if names.is_empty() {
                    "this operation has none".to_owned()
                } else {
                    format!("use one of {}", names.join(", "))
                };
                let name = line(&name, 80);
                return Err(Problem::malformed(format!("unknown parameter `{name}`: {hint}")));
            };
            let name = parameter.name;
            match parameter.kind {
                Kind::Id if value.parse::<AccountId>().is_err() => {
                    return Err(Problem::malformed(format!("`{name}`: {InvalidId}")));
                }
                Kind::Number { min, max, .. }
                    if !value.parse().is_ok_and(|number: u64| (min..=max).contains(&number)) =>
                {
                    return Err(Problem::malformed(format!("`{name}` must be a number from {min} to {max}")));
                }
                Kind::Name | Kind::Id | Kind::Number { .. } => {}
            }
            if values.insert(name, value.into_owned()).is_some() {
                return Err(Problem::malformed(format!("duplicate parameter `{name}`: give it once")));
            }
        }
        for parameter in parameters {
            if let Kind::Number { default: Some(default), .. } = parameter.kind {
                values.entry(parameter.name).or_insert_with(|| default.to_string());
            }
        }
        Ok(Self(values))
    }

    /// Returns an id or a number, or its default if it is missing.
    pub fn get<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    /// Returns a string, if present.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the maximum number of items to list.
    pub fn limit(&self) -> usize {
        self.get("limit").unwrap_or(1)
    }
}
