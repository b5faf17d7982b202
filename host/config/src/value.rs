//! Values of settings: literals, or references to an environment variable or a file.

use toml::Value;

use super::entry::{Entry, Table, kind};
use super::fault::Faults;
use super::reference;
use super::secret::{Secret, Settings};
use super::source::Sources;

/// Maximum number of values of one setting, more than any plug needs.
const MAX_VALUES: usize = 256;

/// Maximum length of a setting's key, in bytes.
const MAX_KEY_LEN: usize = 128;

/// Reads the settings of a plug. Leaves out invalid ones and adds their faults.
pub(super) fn settings(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Settings {
    let entries = entry.entries(faults).unwrap_or_default().into_iter();
    let read = entries.filter_map(|(key, entry)| {
        if key.is_empty() || key.len() > MAX_KEY_LEN || key.contains(char::is_control) {
            faults.add(&entry.path, format!("invalid key: use 1 to {MAX_KEY_LEN} bytes without control characters"));
            return None;
        }
        Some((key.to_owned(), values(&entry, sources, faults)))
    });
    read.collect()
}

/// Reads one value or a list of values.
fn values(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Vec<Secret> {
    if !entry.value.is_array() {
        return secret(entry, sources, faults).into_iter().collect();
    }
    let items = entry.items(faults).unwrap_or_default();
    if items.len() > MAX_VALUES {
        faults.add(&entry.path, format!("more than {MAX_VALUES} values: shorten the list"));
        return Vec::new();
    }
    items.iter().filter_map(|item| secret(item, sources, faults)).collect()
}

/// Reads one value. Rejects a blank one, which anyone could guess if it were a secret.
pub(super) fn secret(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Option<Secret> {
    let text = match entry.value {
        Value::String(text) => text.clone(),
        Value::Integer(integer) => integer.to_string(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Table(_) => referred(entry, sources, faults)?,
        other => {
            let expected = "a string, an integer, `true`, `false`, `{ env = \"NAME\" }` or `{ file = \"path\" }`";
            faults.add(&entry.path, format!("must be {expected}, not {}", kind(other)));
            return None;
        }
    };
    if text.trim().is_empty() {
        faults.add(&entry.path, "must not be blank: set a value, or remove the key");
        return None;
    }
    Some(Secret::new(text))
}

/// Resolves `{ env = "NAME" }` or `{ file = "path" }`.
fn referred(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Option<String> {
    let table = Table::open(entry, &reference::VALUE, faults)?;
    match (table.find("env"), table.find("file")) {
        (Some(name), None) => name.parsed(|name| sources.variable(name), faults),
        (None, Some(path)) => path.parsed(|path| sources.file(path), faults),
        _ => {
            faults.add(&entry.path, "must have exactly one of `env` and `file`");
            None
        }
    }
}
