//! A request of a known caller: its query, its body, its answer.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use cordboard_core::text::line;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::form_urlencoded;

use crate::ingress::body;

use super::caller::Caller;
use super::operation::{Kind, Parameter};
use super::problem::{Problem, Result};
use super::{Admin, BASE};

/// More than any request in JSON needs.
const MAX_BODY_LEN: usize = 64 << 10;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A request of a known caller to an operation.
pub(super) struct Call {
    pub admin: Admin,
    pub caller: Caller,
    pub query: Query,
    pub headers: HeaderMap,
    pub body: Body,
}

impl Call {
    /// Its body, as JSON: an object without a list.
    pub async fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        self.json_with(None).await
    }

    /// Its body, as JSON: an object in which this member alone may be a list, of texts.
    pub async fn json_with_list<T: DeserializeOwned>(&mut self, list: &str) -> Result<T> {
        self.json_with(Some(list)).await
    }

    async fn json_with<T: DeserializeOwned>(&mut self, list: Option<&str>) -> Result<T> {
        let body = std::mem::take(&mut self.body);
        let body = body::read(&self.headers, body, MAX_BODY_LEN, BODY_TIMEOUT).await?;
        let malformed = |why: &str| {
            let why = line(why, 300);
            Problem::malformed(format!("the body is not what this operation takes ({why}): see {BASE}/openapi.json"))
        };
        let value: Value = serde_json::from_slice(&body).map_err(|error| malformed(&error.to_string()))?;
        // Serde would take an object's members from a list, in the order of the source.
        let misplaced = |(name, member): (&String, &Value)| match member {
            Value::Array(items) if list == Some(name) => !items.iter().all(Value::is_string),
            _ => has_list(member),
        };
        if value.as_object().is_none_or(|members| members.iter().any(misplaced)) {
            return Err(malformed(&match list {
                Some(list) => format!("it is an object, in which only `{list}` is a list, of texts"),
                None => "it is an object of texts, numbers and objects, and has no list".to_owned(),
            }));
        }
        // Of the bytes, for a value no longer tells that a member was there twice.
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

/// A member that may be missing, and is not null where it is there.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An answer in JSON.
pub(super) fn answer(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The parameters of a query, as the operation describes them.
pub(super) struct Query {
    texts: BTreeMap<&'static str, String>,
    numbers: BTreeMap<&'static str, u64>,
}

impl Query {
    /// Reads a query; what the operation does not know is refused.
    pub fn read(parameters: &'static [Parameter], query: &str) -> Result<Self> {
        let mut read = Self { texts: BTreeMap::new(), numbers: BTreeMap::new() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                let known: Vec<_> = parameters.iter().map(|parameter| parameter.name).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                let name = line(&name, 80);
                return Err(Problem::malformed(format!("there is no parameter `{name}` here: known are {known}")));
            };
            let name = parameter.name;
            if read.texts.contains_key(name) || read.numbers.contains_key(name) {
                return Err(Problem::malformed(format!("`{name}` stands twice: give it once")));
            }
            match parameter.kind {
                Kind::Name => {
                    read.texts.insert(name, value.into_owned());
                }
                Kind::Number { min, max, .. } => {
                    let number = value.parse().ok().filter(|number| (min..=max).contains(number));
                    let number = number
                        .ok_or_else(|| Problem::malformed(format!("`{name}` must be a number, {min} to {max}")))?;
                    read.numbers.insert(name, number);
                }
            }
        }
        for parameter in parameters {
            if let Kind::Number { default: Some(default), .. } = parameter.kind {
                read.numbers.entry(parameter.name).or_insert(default);
            }
        }
        Ok(read)
    }

    /// A number that was given, or its default.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.numbers.get(name).copied()
    }

    /// A text that was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// How many items a list may have.
    pub fn limit(&self) -> usize {
        self.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(1)
    }
}
