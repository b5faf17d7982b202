//! A JSON document that is read leaf by leaf, so that nothing of it is lost.
//!
//! What is taken is taken out; what nobody took is an extra. A reader that does not take a value because it is not of
//! the type it wants leaves it among the extras. Of a name that stands twice in one object the last counts.
//!
//! A document is bounded ([`MAX_VALUES`], [`MAX_BYTES`]): a body that could use up an operation's memory is refused
//! when it is parsed. JSON in its strings counts as part of it.

mod budget;

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::Rejection;

use budget::Budget;

pub use budget::{MAX_BYTES, MAX_VALUES};

/// The longest id that a host keeps, in bytes.
pub const MAX_ID_LEN: usize = 512;

/// A JSON document, and which of its leaves were taken.
#[derive(Clone, Debug)]
pub struct Document {
    root: Value,
    taken: BTreeSet<String>,
    budget: Rc<Budget>,
}

impl Document {
    /// Reads a request's body.
    ///
    /// # Errors
    /// `malformed` where it is not JSON, or is too large.
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

    /// What stands at a JSON pointer, taken or not.
    pub fn peek(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }

    /// Takes what `read` makes of the value at a JSON pointer, with all that lies in it; where it makes nothing of it,
    /// the value stays.
    pub fn take<T>(&mut self, pointer: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = read(self.root.pointer(pointer)?)?;
        self.taken.insert(pointer.to_owned());
        Some(value)
    }

    /// Takes what lies at a JSON pointer as a document of its own, whose pointers begin there; of a string, the JSON in
    /// it. What was taken of it before is not known to it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), where it is a string.
    pub fn take_nested(&mut self, pointer: &str) -> Option<Result<Self, Rejection>> {
        let nested = self.root.pointer_mut(pointer)?.take();
        self.taken.insert(pointer.to_owned());
        let budget = Rc::clone(&self.budget);
        Some(match nested {
            Value::String(text) => Self::read(text.as_bytes(), budget),
            other => Ok(Self::of(other, budget)),
        })
    }

    /// The items of a list, each as a document of its own.
    ///
    /// # Errors
    /// The document itself, where it is no list.
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

    /// Takes a string that is not empty.
    pub fn text(&mut self, pointer: &str) -> Option<String> {
        self.take(pointer, |value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// Takes an id: a string that is not empty, or a number, as text. One that is longer than a host keeps
    /// ([`MAX_ID_LEN`]) is none.
    pub fn id(&mut self, pointer: &str) -> Option<String> {
        let id = |value: &Value| match value {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        self.take(pointer, |value| id(value).filter(|id| id.len() <= MAX_ID_LEN))
    }

    /// Takes a whole number that is not negative.
    pub fn number(&mut self, pointer: &str) -> Option<u64> {
        self.take(pointer, Value::as_u64)
    }

    /// Takes a boolean.
    pub fn boolean(&mut self, pointer: &str) -> Option<bool> {
        self.take(pointer, Value::as_bool)
    }

    /// Every leaf that was not taken, as JSON pointer and JSON text: members by name, items in their order. An empty
    /// list or object is a leaf.
    pub fn into_extras(self) -> Vec<(String, String)> {
        self.extras_under("")
    }

    /// Likewise, with pointers that begin with `prefix`.
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

/// The rejection of a body that is not JSON: says where it breaks off, and quotes nothing of it.
pub fn unreadable(error: &serde_json::Error) -> Rejection {
    Rejection::Malformed(format!(
        "the body is not JSON: {} at line {}, column {}",
        if error.is_eof() { "it ends too early" } else { "it cannot be read on" },
        error.line(),
        error.column()
    ))
}
