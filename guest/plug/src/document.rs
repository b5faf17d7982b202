//! Reads a JSON document without losing any of its values.
//!
//! Reading a value takes it out of the document. Values that are not taken become extras, including those of an
//! unexpected type. If an object has duplicate members, the last one is used.
//!
//! Documents are bounded ([`MAX_VALUES`], [`MAX_BYTES`]): parsing rejects a body that could exhaust an operation's
//! memory. JSON nested in strings counts towards the limits.

mod budget;

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::Rejection;

use budget::Budget;

pub use budget::{MAX_BYTES, MAX_VALUES};

/// Maximum length in bytes of an id that hosts store.
pub const MAX_ID_LEN: usize = cordboard_core::rules::MAX_ID;

/// A JSON document that tracks which of its values were taken.
#[derive(Clone, Debug)]
pub struct Document {
    root: Value,
    taken: BTreeSet<String>,
    budget: Rc<Budget>,
}

impl Document {
    /// Parses a request's body.
    ///
    /// # Errors
    /// `malformed` if it is not JSON or is too large.
    pub fn parse(body: &[u8]) -> Result<Self, Rejection> {
        Self::read(body, Rc::new(Budget::new()))
    }

    fn read(text: &[u8], budget: Rc<Budget>) -> Result<Self, Rejection> {
        budget.charge_text(text)?;
        let root = serde_json::from_slice(text).map_err(|error| unreadable(&error))?;
        budget.charge_pointers(&root)?;
        Ok(Self::of(root, budget))
    }

    fn of(root: Value, budget: Rc<Budget>) -> Self {
        Self { root, taken: BTreeSet::new(), budget }
    }

    /// Returns the value at a JSON pointer without taking it.
    pub fn peek(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }

    /// Passes the value at a JSON pointer to `read` and, if that returns `Some`, takes the value including everything
    /// in it.
    pub fn take<T>(&mut self, pointer: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = read(self.root.pointer(pointer)?)?;
        self.taken.insert(pointer.to_owned());
        Some(value)
    }

    /// Takes the value at a JSON pointer as a separate document. Pointers into it are relative. If the value is a
    /// string, the JSON in it is parsed. Values that were taken from it before become available again.
    ///
    /// # Errors
    /// If the value is a string, as for [`parse`](Self::parse).
    pub fn take_nested(&mut self, pointer: &str) -> Option<Result<Self, Rejection>> {
        let nested = self.root.pointer_mut(pointer)?.take();
        self.taken.insert(pointer.to_owned());
        let budget = Rc::clone(&self.budget);
        Some(match nested {
            Value::String(text) => Self::read(text.as_bytes(), budget),
            other => Ok(Self::of(other, budget)),
        })
    }

    /// Splits a list into one document for each item.
    ///
    /// # Errors
    /// Returns the document unchanged if it is not a list.
    pub fn into_items(self) -> Result<impl ExactSizeIterator<Item = Self>, Self> {
        let Self { root, taken, budget } = self;
        match root {
            Value::Array(items) => Ok(items.into_iter().map(move |item| Self::of(item, Rc::clone(&budget)))),
            root => Err(Self { root, taken, budget }),
        }
    }

    /// Takes a string.
    pub fn string(&mut self, pointer: &str) -> Option<String> {
        self.take(pointer, |value| value.as_str().map(str::to_owned))
    }

    /// Takes a nonempty string.
    pub fn text(&mut self, pointer: &str) -> Option<String> {
        self.take(pointer, |value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// Takes an id: a nonempty string, or a number, which is returned as text. Ids longer than [`MAX_ID_LEN`] are not
    /// taken.
    pub fn id(&mut self, pointer: &str) -> Option<String> {
        let id = |value: &Value| match value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        self.take(pointer, |value| id(value).filter(|id| id.len() <= MAX_ID_LEN))
    }

    /// Takes a nonnegative integer.
    pub fn number(&mut self, pointer: &str) -> Option<u64> {
        self.take(pointer, Value::as_u64)
    }

    /// Takes a boolean.
    pub fn boolean(&mut self, pointer: &str) -> Option<bool> {
        self.take(pointer, Value::as_bool)
    }

    /// Returns the values that were not taken, as JSON pointer and JSON text. Lists and objects are split into their
    /// items and members, unless they are empty.
    pub fn into_extras(self) -> Vec<(String, String)> {
        self.extras_under("")
    }

    /// Returns the values that were not taken, with `prefix` before their pointers.
    pub fn extras_under(&self, prefix: &str) -> Vec<(String, String)> {
        let mut extras = Vec::new();
        self.collect(&self.root, &mut String::new(), prefix, &mut extras);
        extras
    }

    fn collect(&self, value: &Value, at: &mut String, prefix: &str, extras: &mut Vec<(String, String)>) {
        if self.taken.contains(at.as_str()) {
            return;
        }
        let length = at.len();
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (name, member) in members {
                    at.push('/');
                    push_escaped(at, name);
                    self.collect(member, at, prefix, extras);
                    at.truncate(length);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    at.push('/');
                    at.push_str(&index.to_string());
                    self.collect(item, at, prefix, extras);
                    at.truncate(length);
                }
            }
            leaf => extras.push((format!("{prefix}{at}"), leaf.to_string())),
        }
    }
}

fn push_escaped(pointer: &mut String, name: &str) {
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The rejection of a body that is not JSON. Reports the position but quotes nothing.
pub fn unreadable(error: &serde_json::Error) -> Rejection {
    Rejection::Malformed(format!(
        "the body is not JSON: {} at line {}, column {}",
        if error.is_eof() { "unexpected end" } else { "parsing failed" },
        error.line(),
        error.column()
    ))
}
