//! Filters on an object's properties. An unset property matches only `NOT_HAS_PROPERTY`.

use std::cmp::Ordering;

use serde_json::Value;

use crate::hubspot::api::error::ApiError;
use crate::hubspot::clock;
use crate::hubspot::state::objects::{Properties, PropertyKind, kind};
use crate::hubspot::text::truncate;

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    name: String,
    operator: Operator,
    negated: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Operator {
    Compare(&'static [Ordering], String),
    Between(String, String),
    In(Vec<String>),
    Has,
    Contains(Vec<String>),
}

impl Filter {
    /// Parses `{propertyName, operator, value | values | highValue}`.
    ///
    /// # Errors
    /// Returns 400 if a member is missing or the operator is unknown.
    pub fn parse(filter: &Value) -> Result<Self, ApiError> {
        let text = |member: &str| match filter.get(member) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(number @ Value::Number(_)) => Some(number.to_string()),
            Some(Value::Bool(flag)) => Some(flag.to_string()),
            _ => None,
        };
        let need = |member: &str| {
            text(member).ok_or_else(|| ApiError::invalid(format!("a filter with this operator requires `{member}`")))
        };
        let values = || {
            let values = filter.get("values").and_then(Value::as_array).filter(|values| !values.is_empty());
            let values =
                values.and_then(|values| values.iter().map(|value| value.as_str().map(str::to_owned)).collect());
            values.ok_or_else(|| ApiError::invalid("a filter with this operator requires `values`, a list of strings"))
        };
        let operator = text("operator").unwrap_or_default();
        let negated = operator == "NEQ" || operator.starts_with("NOT_");
        let operator = match operator.as_str() {
            "EQ" | "NEQ" => Operator::Compare(&[Ordering::Equal], need("value")?),
            "LT" => Operator::Compare(&[Ordering::Less], need("value")?),
            "LTE" => Operator::Compare(&[Ordering::Less, Ordering::Equal], need("value")?),
            "GT" => Operator::Compare(&[Ordering::Greater], need("value")?),
            "GTE" => Operator::Compare(&[Ordering::Greater, Ordering::Equal], need("value")?),
            "BETWEEN" => Operator::Between(need("value")?, need("highValue")?),
            "IN" | "NOT_IN" => Operator::In(values()?),
            "HAS_PROPERTY" | "NOT_HAS_PROPERTY" => Operator::Has,
            "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN" => Operator::Contains(patterns(&need("value")?)),
            other => {
                let why = format!(
                    "unknown operator `{}`: use EQ, NEQ, LT, LTE, GT, GTE, BETWEEN, IN, NOT_IN, HAS_PROPERTY, \
                     NOT_HAS_PROPERTY, CONTAINS_TOKEN or NOT_CONTAINS_TOKEN",
                    truncate(other, 40)
                );
                return Err(ApiError::invalid(why));
            }
        };
        Ok(Self { name: need("propertyName")?, operator, negated })
    }

    /// Whether the properties match the filter.
    pub fn matches(&self, properties: &Properties) -> bool {
        let Some(stored) = properties.get(&self.name) else { return self.negated && self.operator == Operator::Has };
        let compared = |value: &str| compare(&self.name, stored, value);
        let matches = match &self.operator {
            Operator::Has => true,
            Operator::Compare(orders, value) => compared(value).is_some_and(|order| orders.contains(&order)),
            Operator::Between(low, high) => {
                compared(low).is_some_and(Ordering::is_ge) && compared(high).is_some_and(Ordering::is_le)
            }
            Operator::In(values) => is_in(&self.name, stored, values),
            Operator::Contains(words) => contains(stored, words),
        };
        matches != self.negated
    }
}

/// Compares a stored value with another value of the property. Returns `None` if the value has the wrong type.
pub fn compare(name: &str, stored: &str, value: &str) -> Option<Ordering> {
    match kind(name) {
        PropertyKind::Time => Some(clock::read(stored)?.cmp(&clock::read(value)?)),
        PropertyKind::Number => Some(stored.parse::<i64>().ok()?.cmp(&value.parse::<i64>().ok()?)),
        PropertyKind::Choice => Some(stored.cmp(value)),
        PropertyKind::Text => Some(stored.to_lowercase().cmp(&value.to_lowercase())),
    }
}

/// Whether a value is in a list. HubSpot indexes text in lower case but not the list, so upper-case values never match.
fn is_in(name: &str, stored: &str, values: &[String]) -> bool {
    match kind(name) {
        PropertyKind::Text => values.contains(&stored.to_lowercase()),
        _ => values.iter().any(|value| compare(name, stored, value) == Some(Ordering::Equal)),
    }
}

/// Returns the words of a text in lower case.
pub fn tokens(text: &str) -> impl Iterator<Item = String> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Returns the words of a text in lower case, in which `*` matches anything.
fn patterns(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_alphanumeric() && char != '*');
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn contains(stored: &str, words: &[String]) -> bool {
    let tokens: Vec<_> = tokens(stored).collect();
    words.iter().all(|word| tokens.iter().any(|token| matches_pattern(token, word)))
}

fn matches_pattern(token: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return token == pattern };
    let Some(mut token) = token.strip_prefix(start) else { return false };
    let mut pieces: Vec<_> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match token.split_once(piece) {
            Some((_, rest)) => token = rest,
            None => return false,
        }
    }
    token.ends_with(end)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(filter: Value) -> bool {
        let properties = [
            ("hs_meeting_title", "Quarterly Review, ACME"),
            ("hs_meeting_outcome", "SCHEDULED"),
            ("hs_timestamp", "2018-08-13T22:00:00Z"),
            ("hubspot_owner_id", "900"),
        ];
        let properties = properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Filter::parse(&filter).unwrap().matches(&properties)
    }

    fn with(name: &str, operator: &str, value: &str) -> bool {
        fits(json!({ "propertyName": name, "operator": operator, "value": value }))
    }

    #[test]
    fn text_is_compared_without_case_and_choices_with_case() {
        assert!(with("hs_meeting_title", "EQ", "quarterly review, acme"));
        assert!(!with("hs_meeting_title", "NEQ", "quarterly review, acme"));
        assert!(with("hs_meeting_outcome", "EQ", "SCHEDULED") && !with("hs_meeting_outcome", "EQ", "scheduled"));
        assert!(with("hs_meeting_title", "NEQ", "other"));
    }

    #[test]
    fn times_and_numbers_are_compared_as_such() {
        for value in ["1534197600000", "2018-08-13T22:00:00.000Z"] {
            assert!(with("hs_timestamp", "EQ", value) && with("hs_timestamp", "LTE", value));
            assert!(!with("hs_timestamp", "GT", value) && with("hs_timestamp", "GTE", value));
        }
        assert!(with("hubspot_owner_id", "LT", "1000") && !with("hubspot_owner_id", "GT", "no number"));
        let between = |low, high| {
            fits(json!({ "propertyName": "hubspot_owner_id", "operator": "BETWEEN", "value": low, "highValue": high }))
        };
        assert!(between("900", "900") && between("1", "1000") && !between("901", "1000"));
    }

    #[test]
    fn an_unset_property_matches_only_not_has_property() {
        for (operator, expected) in [("NEQ", false), ("NOT_HAS_PROPERTY", true), ("HAS_PROPERTY", false), ("EQ", false)]
        {
            assert_eq!(with("hs_meeting_body", operator, "x"), expected, "{operator}");
        }
        assert!(with("hs_meeting_title", "HAS_PROPERTY", "") && !with("hs_meeting_title", "NOT_HAS_PROPERTY", ""));
    }

    #[test]
    fn lists_of_text_match_only_lower_case() {
        let within = |name, operator, value| {
            fits(json!({ "propertyName": name, "operator": operator, "values": ["other", value] }))
        };
        assert!(within("hs_meeting_title", "IN", "quarterly review, acme"));
        assert!(!within("hs_meeting_title", "IN", "Quarterly Review, ACME"));
        assert!(
            within("hs_meeting_outcome", "IN", "SCHEDULED") && !within("hs_meeting_outcome", "NOT_IN", "SCHEDULED")
        );
        assert!(within("hs_timestamp", "IN", "1534197600000"));
    }

    #[test]
    fn tokens_are_whole_words_or_patterns() {
        for (value, expected) in [
            ("review", true),
            ("acme quarterly", true),
            ("quarter", false),
            ("quarter*", true),
            ("*view", true),
            ("*art*ly", true),
            ("*x*", false),
        ] {
            assert_eq!(with("hs_meeting_title", "CONTAINS_TOKEN", value), expected, "{value}");
            assert_eq!(with("hs_meeting_title", "NOT_CONTAINS_TOKEN", value), !expected, "{value}");
        }
    }

    #[test]
    fn an_incomplete_filter_is_rejected() {
        for filter in [
            json!({ "propertyName": "x", "operator": "EQ" }),
            json!({ "propertyName": "x", "operator": "LIKE", "value": "y" }),
            json!({ "propertyName": "x", "operator": "IN", "value": "y" }),
            json!({ "propertyName": "x", "operator": "BETWEEN", "value": "1" }),
            json!({ "operator": "HAS_PROPERTY" }),
            json!("x"),
        ] {
            assert!(Filter::parse(&filter).is_err(), "{filter}");
        }
    }
}
