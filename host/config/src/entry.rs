//! Typed access to parsed TOML. Every getter returns the value, or adds a fault and returns `None`, so that one run
//! finds all faults.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use cordboard_core::InvalidId;
use toml::Value;

use super::fault::Faults;
use super::key_path::KeyPath;
use super::nearest::{listed, nearest};
use super::reference::Section;

/// A value and its location.
pub(super) struct Entry<'t> {
    pub path: KeyPath,
    pub value: &'t Value,
}

impl<'t> Entry<'t> {
    /// Returns the value as a string.
    pub fn text(&self, faults: &mut Faults) -> Option<&'t str> {
        self.typed(Value::as_str, "a string in quotes", faults)
    }

    /// Returns the value as a boolean.
    pub fn boolean(&self, faults: &mut Faults) -> Option<bool> {
        self.typed(Value::as_bool, "`true` or `false`", faults)
    }

    /// Returns the value as an integer within bounds, which the type can hold.
    pub fn integer<T: TryFrom<u64>>(&self, bounds: RangeInclusive<u64>, faults: &mut Faults) -> Option<T> {
        let integer = self.typed(Value::as_integer, "an integer", faults)?;
        let integer = u64::try_from(integer).ok().filter(|integer| bounds.contains(integer));
        let integer = integer.and_then(|integer| T::try_from(integer).ok());
        if integer.is_none() {
            faults.add(&self.path, format!("must be between {} and {}", bounds.start(), bounds.end()));
        }
        integer
    }

    /// Returns the value as an id of the CRM: a string or, since some CRMs use numbers, an integer.
    pub fn id<T: FromStr<Err = InvalidId>>(&self, faults: &mut Faults) -> Option<T> {
        let id = match self.value {
            Value::String(text) => text.parse::<T>(),
            Value::Integer(number) => number.to_string().parse(),
            other => {
                faults.add(&self.path, format!("must be an id, as a string or an integer, not {}", kind(other)));
                return None;
            }
        };
        id.map_err(|error| faults.add(&self.path, error.to_string())).ok()
    }

    /// Returns the result of parsing the value, which must be a string.
    pub fn parsed<T, E: Display>(&self, parse: impl FnOnce(&'t str) -> Result<T, E>, faults: &mut Faults) -> Option<T> {
        let text = self.text(faults)?;
        parse(text).map_err(|error| faults.add(&self.path, error.to_string())).ok()
    }

    /// Returns the items of the value, which must be a list and not empty.
    pub fn items(&self, faults: &mut Faults) -> Option<Vec<Entry<'t>>> {
        let items = self.typed(Value::as_array, "a list in `[ ]`", faults)?;
        if items.is_empty() {
            faults.add(&self.path, "must not be empty: add an item, or remove the key");
            return None;
        }
        Some(items.iter().enumerate().map(|(index, value)| Entry { path: self.path.item(index), value }).collect())
    }

    /// Returns the entries of the value, which must be a table with arbitrary keys.
    pub fn entries(&self, faults: &mut Faults) -> Option<BTreeMap<&'t str, Entry<'t>>> {
        let table = self.typed(Value::as_table, "a table", faults)?;
        Some(table.iter().map(|(key, value)| (key.as_str(), Entry { path: self.path.key(key), value })).collect())
    }

    fn typed<T>(&self, read: impl FnOnce(&'t Value) -> Option<T>, expected: &str, faults: &mut Faults) -> Option<T> {
        let found = read(self.value);
        if found.is_none() {
            faults.add(&self.path, format!("must be {expected}, not {}", kind(self.value)));
        }
        found
    }
}

/// Returns the name of a value's type, with its article.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a floating-point number",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// A table with the keys of a section of the reference.
pub(super) struct Table<'t> {
    pub path: KeyPath,
    section: &'static Section,
    values: &'t toml::Table,
}

impl<'t> Table<'t> {
    /// Opens the table at an entry. Unknown keys are faults.
    pub fn open(entry: &Entry<'t>, section: &'static Section, faults: &mut Faults) -> Option<Self> {
        let values = entry.typed(Value::as_table, "a table", faults)?;
        Some(Self::of(entry.path.clone(), values, section, faults))
    }

    /// Opens a table that is not the value of a key, such as the top level.
    pub fn of(path: KeyPath, values: &'t toml::Table, section: &'static Section, faults: &mut Faults) -> Self {
        for key in values.keys().filter(|key| section.find(key).is_none()) {
            faults.add(&path.key(key), unknown(key, section));
        }
        Self { path, section, values }
    }

    /// Returns the entry of an optional key.
    pub fn find(&self, key: &str) -> Option<Entry<'t>> {
        self.values.get(key).map(|value| Entry { path: self.path.key(key), value })
    }

    /// Returns the entry of a required key.
    pub fn need(&self, key: &str, faults: &mut Faults) -> Option<Entry<'t>> {
        let found = self.find(key);
        if found.is_none() {
            let summary = self.section.find(key).map_or("required", |key| key.summary.trim_end_matches('.'));
            faults.add(&self.path.key(key), format!("missing required key: add it ({summary})"));
        }
        found
    }

    /// Reads an optional key. Returns the default if the key is missing, and `None` if its value is invalid.
    pub fn read_or<T>(
        &self,
        key: &str,
        default: T,
        faults: &mut Faults,
        read: impl FnOnce(&Entry<'t>, &mut Faults) -> Option<T>,
    ) -> Option<T> {
        match self.find(key) {
            Some(entry) => read(&entry, faults),
            None => Some(default),
        }
    }

    /// Reads an optional integer within bounds, like [`read_or`](Self::read_or).
    pub fn integer_or<T: TryFrom<u64>>(
        &self,
        key: &str,
        default: T,
        bounds: RangeInclusive<u64>,
        faults: &mut Faults,
    ) -> Option<T> {
        self.read_or(key, default, faults, |entry, faults| entry.integer(bounds, faults))
    }
}

fn unknown(key: &str, section: &Section) -> String {
    let names = || section.keys.iter().map(|key| key.name);
    match nearest(key, names()) {
        Some(name) => format!("unknown key: did you mean `{name}`?"),
        None if names().any(|name| name == "settings") => {
            format!("unknown key: use one of {}, and put settings of the plug under `settings`", listed(names()))
        }
        None => format!("unknown key: use one of {}", listed(names())),
    }
}
