//! Limits the size of documents, so that reading them stays well within an operation's 32 MiB of memory. The plug
//! allocator reclaims almost nothing.

use std::cell::Cell;

use serde_json::Value;

use crate::Rejection;

/// Maximum number of values in a body, including lists and objects. A value may take two bytes in the body and a
/// hundred times as many once it is parsed; an object with one member takes even more.
pub const MAX_VALUES: usize = 30_000;

/// Maximum size in bytes of a body together with the pointers to all its values. Each extra includes its pointer, and
/// one long name may be part of many pointers.
pub const MAX_BYTES: usize = 2 << 20;

/// What remains for a body and the JSON in its strings.
#[derive(Debug)]
pub(super) struct Budget {
    values: Cell<usize>,
    bytes: Cell<usize>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { values: Cell::new(MAX_VALUES), bytes: Cell::new(MAX_BYTES) }
    }

    /// Charges a text before it is parsed.
    ///
    /// # Errors
    /// `malformed`, with the exceeded limit. May also be returned for a text that is not JSON.
    pub(super) fn charge_text(&self, text: &[u8]) -> Result<(), Rejection> {
        take(&self.bytes, text.len(), TOO_LONG)?;
        take(&self.values, most_values(text), TOO_MANY)
    }

    /// Charges the pointers to all values.
    ///
    /// # Errors
    /// `malformed`, with the exceeded limit.
    pub(super) fn charge_pointers(&self, root: &Value) -> Result<(), Rejection> {
        take(&self.bytes, pointers(root, 0), TOO_LONG)
    }
}

const TOO_MANY: &str = "the body contains more than 30000 values: send less at a time";
const TOO_LONG: &str = "the body and the names of its values exceed 2 MiB: send less at a time, or use shorter names";

fn take(left: &Cell<usize>, amount: usize, otherwise: &str) -> Result<(), Rejection> {
    left.set(left.get().checked_sub(amount).ok_or_else(|| Rejection::Malformed(otherwise.to_owned()))?);
    Ok(())
}

/// An upper bound for the number of values: each one but the first follows a comma, or is the first in a list or
/// object.
fn most_values(body: &[u8]) -> usize {
    let (mut values, mut in_string, mut escaped) = (1, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => values += 1,
            _ => {}
        }
    }
    values
}

/// The total length of the pointers to all leaves of a value whose own pointer has `at` bytes.
fn pointers(value: &Value, at: usize) -> usize {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(name, member)| pointers(member, at + 1 + escaped_length(name)));
            members.fold(0, usize::saturating_add)
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().enumerate();
            items.map(|(index, item)| pointers(item, at + 1 + digits(index))).fold(0, usize::saturating_add)
        }
        _ => at,
    }
}

fn escaped_length(name: &str) -> usize {
    name.len() + name.bytes().filter(|byte| matches!(byte, b'~' | b'/')).count()
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().map_or(1, |digits| digits as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn values_are_counted_outside_strings() {
        for (body, values) in [
            ("7", 1),
            ("[]", 2),
            ("[1]", 2),
            ("[1,2,[3]]", 5),
            (r#"{"a":1,"b":{"c":2}}"#, 4),
            (r#""[,{""#, 1),
            (r#"["\"[,",2]"#, 3),
            (r#"["\\",",",2]"#, 4),
        ] {
            assert_eq!(most_values(body.as_bytes()), values, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_value_is_uncounted(texts in prop::collection::vec(r#"[a,\["\\{]{0,4}"#, 0..8), deep in 0..5_usize) {
            let mut value = json!({ "x": texts });
            for _ in 0..deep {
                value = json!([value, {}, 1]);
            }
            let values = 2 + texts.len() + 3 * deep;
            let counted = most_values(value.to_string().as_bytes());
            prop_assert!((values..=values + deep + 1).contains(&counted), "{} of {}", counted, values);
        }

        #[test]
        fn pointer_lengths_match_those_of_extras(
            names in prop::collection::vec("[a-z~/é]{0,6}", 1..12),
            items in 0..120_usize,
        ) {
            let members = names.iter().map(|name| (name.clone(), json!([vec![1; items], {name: {"": null}}])));
            let value = Value::Object(members.collect());
            let extras = Document::parse(value.to_string().as_bytes()).unwrap().into_extras();
            prop_assert_eq!(pointers(&value, 0), extras.iter().map(|(pointer, _)| pointer.len()).sum::<usize>());
        }
    }
}
