//! Typed access to what was parsed. Each reading gives the value, or notes a fault and gives none, so that one run
//! finds all that is wrong.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use toml::Value;

use super::fault::Faults;
use super::key_path::KeyPath;
use super::nearest::{listed, nearest};
use super::reference::Section;

/// A value and where it stands.
pub(super) struct Entry<'t> {
    /// Where.
    pub path: KeyPath,
    /// As it was parsed.
    pub value: &'t Value,
}

impl<'t> Entry<'t> {
    /// A string.
    pub fn text(&self, faults: &mut Faults) -> Option<&'t str> {
        self.typed(Value::as_str, "a string in quotes", faults)
    }

    /// A boolean.
    pub fn boolean(&self, faults: &mut Faults) -> Option<bool> {
        self.typed(Value::as_bool, "`true` or `false`", faults)
    }

    /// An integer within bounds.
    pub fn integer(&self, bounds: RangeInclusive<u64>, faults: &mut Faults) -> Option<u64> {
        let integer = self.typed(Value::as_integer, "an integer", faults)?;
        let found = u64::try_from(integer).ok().filter(|integer| bounds.contains(integer));
        if found.is_none() {
            faults.add(&self.path, format!("must be {} to {}: choose such a number", bounds.start(), bounds.end()));
        }
        found
    }

    /// A string that a rule turns into something.
    pub fn parsed<T, P: AsRef<str>>(
        &self,
        parse: impl FnOnce(&'t str) -> Result<T, P>,
        faults: &mut Faults,
    ) -> Option<T> {
        let text = self.text(faults)?;
        parse(text).map_err(|sentence| faults.add(&self.path, sentence.as_ref())).ok()
    }

    /// The items of a list that has some.
    pub fn items(&self, faults: &mut Faults) -> Option<Vec<Entry<'t>>> {
        let items = self.typed(Value::as_array, "a list in `[ ]`", faults)?;
        if items.is_empty() {
            faults.add(&self.path, "the list is empty: name something, or leave the key out");
            return None;
        }
        Some(items.iter().enumerate().map(|(index, value)| Entry { path: self.path.item(index), value }).collect())
    }

    /// The entries of a table whose keys are free.
    pub fn entries(&self, faults: &mut Faults) -> Option<BTreeMap<&'t str, Entry<'t>>> {
        let table = self.typed(Value::as_table, "a table", faults)?;
        Some(table.iter().map(|(key, value)| (key.as_str(), Entry { path: self.path.key(key), value })).collect())
    }

    fn typed<T>(&self, read: impl FnOnce(&'t Value) -> Option<T>, wanted: &str, faults: &mut Faults) -> Option<T> {
        let found = read(self.value);
        if found.is_none() {
            faults.add(&self.path, format!("must be {wanted}, not {}", kind(self.value)));
        }
        found
    }
}

/// What sort of value it is.
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

/// A table whose keys are those of a section of the reference.
pub(super) struct Table<'t> {
    /// Where.
    pub path: KeyPath,
    section: &'static Section,
    values: &'t toml::Table,
}

impl<'t> Table<'t> {
    /// Opens a table; its unknown keys are faults.
    pub fn open(entry: &Entry<'t>, section: &'static Section, faults: &mut Faults) -> Option<Self> {
        let values = entry.typed(Value::as_table, "a table", faults)?;
        Some(Self::of(entry.path.clone(), values, section, faults))
    }

    /// The same, for a table that is at hand.
    pub fn of(path: KeyPath, values: &'t toml::Table, section: &'static Section, faults: &mut Faults) -> Self {
        for key in values.keys().filter(|key| section.find(key).is_none()) {
            faults.add(&path.key(key), unknown(key, section));
        }
        Self { path, section, values }
    }

    /// What stands under a key, if something does.
    pub fn find(&self, key: &str) -> Option<Entry<'t>> {
        self.values.get(key).map(|value| Entry { path: self.path.key(key), value })
    }

    /// What must stand under a key.
    pub fn need(&self, key: &str, faults: &mut Faults) -> Option<Entry<'t>> {
        let found = self.find(key);
        if found.is_none() {
            let summary = self.section.find(key).map_or("it is needed", |key| key.summary);
            faults.add(&self.path.key(key), format!("is missing: add it ({summary})"));
        }
        found
    }

    /// What stands under a key, or its default; none where what stands there is wrong.
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
}

fn unknown(key: &str, section: &Section) -> String {
    let names = || section.keys.iter().map(|key| key.name);
    match nearest(key, names()) {
        Some(meant) => format!("there is no such key: did you mean `{meant}`?"),
        None if names().any(|name| name == "settings") => {
            format!("there is no such key: use one of {}, and put what the plug wants into `settings`", listed(names()))
        }
        None => format!("there is no such key: use one of {}", listed(names())),
    }
}
