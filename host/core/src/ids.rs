//! The CRM's ids of apps, accounts and users: opaque text.
//!
//! The ids of some CRMs are numbers, those of others are not. An id appears in URLs, keys of the configuration and of
//! stores, logs and metrics, so it consists of 1 to 64 ASCII letters, digits and the characters `-._~@`, and starts
//! with a letter or digit. Two ids are equal if their texts are: `7` and `07` are different ids.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

/// Maximum length of an id.
pub const MAX_CRM_ID: usize = 64;

/// A regular expression for the ids, for JSON Schemas.
pub const CRM_ID_PATTERN: &str = "^[0-9A-Za-z][-._~@0-9A-Za-z]{0,63}$";

/// The error for a text that is not a valid id. Its message names the fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid id: use the id from the CRM, of up to {} ASCII letters, digits and `-._~@`, starting with a letter or \
     digit",
    MAX_CRM_ID
)]
pub struct InvalidId;

fn check(text: &str) -> Result<&str, InvalidId> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@');
    let starts = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if starts && text.len() <= MAX_CRM_ID && text.bytes().all(is_allowed) { Ok(text) } else { Err(InvalidId) }
}

/// Orders ids that are numbers by their value, before all others, which are ordered by their text.
fn order(one: &str, other: &str) -> Ordering {
    let key = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        (!is_number, if is_number { text.len() } else { 0 })
    };
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

/// Reads an id from a text or, for CRMs whose ids are numbers, from a number.
struct TextOrNumber;

impl<'de> Visitor<'de> for TextOrNumber {
    type Value = Arc<str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an id as a string or a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Arc<str>, E> {
        check(text).map(Arc::from).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Arc<str>, E> {
        Ok(number.to_string().into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Arc<str>, E> {
        self.visit_str(&number.to_string())
    }

    /// Reads a number that serde_json passes on with all its digits.
    fn visit_map<A: MapAccess<'de>>(self, number: A) -> Result<Arc<str>, A::Error> {
        let number = Number::deserialize(MapAccessDeserializer::new(number))?;
        number.as_u64().map(|number| number.to_string().into()).ok_or_else(|| A::Error::custom(InvalidId))
    }
}

macro_rules! id {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        ///
        /// Cheap to clone. Ids that are numbers are ordered by their value, before all others.
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Returns the id's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check(text).map(|text| Self(text.into()))
            }
        }

        /// Every number is a valid id.
        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number.to_string().into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                order(&self.0, &other.0)
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(TextOrNumber).map(Self)
            }
        }
    };
}

id! {
    /// The CRM's id of an app.
    AppId
}
id! {
    /// The CRM's id of an account.
    AccountId
}
id! {
    /// The CRM's id of a user.
    UserId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_safe_in_urls_and_on_terminals() {
        let longest = "a".repeat(MAX_CRM_ID);
        for right in ["1", "0", "007", "00D5g000004Xyz", "a.b-c_d~e@f", &longest] {
            assert_eq!(right.parse::<AccountId>().unwrap().to_string(), right);
        }
        let long = "a".repeat(MAX_CRM_ID + 1);
        for wrong in [
            "", " ", "a b", "a/b", "..", "-1", "a\"", "a'", "a%20", "a:b", "a?b", "a#b", "a\\b", "é", "a\n", "\u{1b}",
            &long,
        ] {
            assert_eq!(wrong.parse::<AccountId>(), Err(InvalidId), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_ordered_by_value_and_come_first() {
        let mut ids: Vec<AccountId> = ["b", "10", "9", "18446744073709551616", "a1", "123"].map(parsed).into();
        ids.sort();
        assert_eq!(ids, ["9", "10", "123", "18446744073709551616", "a1", "b"].map(parsed));
        assert_eq!(AccountId::from(u64::MAX), parsed("18446744073709551615"));
    }

    #[test]
    fn json_may_hold_a_number_and_is_written_as_text() {
        for json in ["123", "\"123\""] {
            assert_eq!(serde_json::from_str::<UserId>(json).unwrap(), UserId::from(123));
        }
        assert_eq!(serde_json::to_string(&UserId::from(123)).unwrap(), "\"123\"");
        for wrong in ["-1", "1.5", "null", "\"\"", "\"a b\"", "[]"] {
            assert!(serde_json::from_str::<UserId>(wrong).is_err(), "{wrong}");
        }
    }

    fn parsed(text: &str) -> AccountId {
        text.parse().unwrap()
    }
}
