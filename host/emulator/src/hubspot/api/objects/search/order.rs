//! In which order results come: by one property, or as they were made.

use std::cmp::Ordering;

use serde_json::Value;

use super::filter::compare;
use crate::hubspot::api::error::ApiError;
use crate::hubspot::state::objects::Object;

/// An order.
#[derive(Clone, Debug, PartialEq)]
pub struct Order(Option<(String, bool)>);

impl Order {
    /// `["name"]`, `["-name"]` for descending, or `[{propertyName, direction}]`.
    ///
    /// # Errors
    /// 400 for more than one, or anything else.
    pub fn parse(sorts: &[Value]) -> Result<Self, ApiError> {
        let sort = match sorts {
            [] => return Ok(Self(None)),
            [sort] => sort,
            _ => return Err(ApiError::invalid("a search is sorted by one property at most")),
        };
        let order = match sort.as_str() {
            Some(name) => match name.strip_prefix('-') {
                Some(name) => Some((name.to_owned(), true)),
                None => Some((name.to_owned(), false)),
            },
            None => {
                let descending = match sort.get("direction").and_then(Value::as_str) {
                    None | Some("ASCENDING") => Some(false),
                    Some("DESCENDING") => Some(true),
                    Some(_) => None,
                };
                let name = sort.get("propertyName").and_then(Value::as_str);
                name.map(str::to_owned).zip(descending)
            }
        };
        let wrong = || {
            ApiError::invalid("`sorts` holds a name or {\"propertyName\",\"direction\":\"ASCENDING\"|\"DESCENDING\"}")
        };
        order.map(|order| Self(Some(order))).ok_or_else(wrong)
    }

    /// Sorts objects that come as they were made; those without the property come last.
    pub fn sort(&self, objects: &mut [Object]) {
        let Some((name, descending)) = &self.0 else { return };
        objects.sort_by(|one, other| match (one.properties.get(name), other.properties.get(name)) {
            (Some(one), Some(other)) => {
                let order = compare(name, one, other).unwrap_or(Ordering::Equal);
                if *descending { order.reverse() } else { order }
            }
            (one, other) => one.is_none().cmp(&other.is_none()),
        });
    }
}
