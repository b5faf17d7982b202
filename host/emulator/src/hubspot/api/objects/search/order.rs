//! The order of search results: by one property, or by creation.

use std::cmp::Ordering;

use serde_json::Value;

use super::filter::compare;
use crate::hubspot::api::error::ApiError;
use crate::hubspot::state::objects::Object;

/// An order of search results.
#[derive(Clone, Debug, PartialEq)]
pub struct Order(Option<(String, bool)>);

impl Order {
    /// Parses `["name"]`, `["-name"]` for descending order, or `[{propertyName, direction}]`.
    ///
    /// # Errors
    /// Returns 400 for several sorts or another format.
    pub fn parse(sorts: &[Value]) -> Result<Self, ApiError> {
        let sort = match sorts {
            [] => return Ok(Self(None)),
            [sort] => sort,
            _ => return Err(ApiError::invalid("a search may be sorted by at most one property")),
        };
        let order = match sort.as_str() {
            Some(sort) => Some((sort.strip_prefix('-').unwrap_or(sort).to_owned(), sort.starts_with('-'))),
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
        let invalid = || {
            ApiError::invalid("`sorts` takes a name or {\"propertyName\",\"direction\":\"ASCENDING\"|\"DESCENDING\"}")
        };
        order.map(|order| Self(Some(order))).ok_or_else(invalid)
    }

    /// Sorts objects that are in order of creation. Those without the property come last.
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
