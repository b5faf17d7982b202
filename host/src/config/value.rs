//! The values of settings: written out, or kept in the environment or in a file.

use toml::Value;

use super::entry::{Entry, Table, kind};
use super::fault::Faults;
use super::reference;
use super::secret::{Secret, Settings};
use super::source::Sources;

/// More than a plug has use for.
const MAX_VALUES: usize = 256;

/// Keys are shown to people and handed to plugs.
const MAX_KEY_LEN: usize = 128;

/// The settings of a plug. What is wrong is left out and noted.
pub(super) fn settings(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Settings {
    let entries = entry.entries(faults).unwrap_or_default();
    let mut read = Vec::new();
    for (key, entry) in entries {
        if key.is_empty() || key.len() > MAX_KEY_LEN || key.contains(char::is_control) {
            faults.add(&entry.path, format!("a key has 1 to {MAX_KEY_LEN} characters on one line: change it"));
        } else {
            read.push((key.to_owned(), values(&entry, sources, faults)));
        }
    }
    read.into_iter().collect()
}

/// One value or a list of them.
fn values(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Vec<Secret> {
    if !entry.value.is_array() {
        return secret(entry, sources, faults).into_iter().collect();
    }
    let items = entry.items(faults).unwrap_or_default();
    if items.len() > MAX_VALUES {
        faults.add(&entry.path, format!("has more than {MAX_VALUES} values: shorten the list"));
        return Vec::new();
    }
    items.iter().filter_map(|item| secret(item, sources, faults)).collect()
}

/// One value. A blank one is refused: as a secret it would be one that everybody knows.
pub(super) fn secret(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Option<Secret> {
    let text = match entry.value {
        Value::String(text) => text.clone(),
        Value::Integer(integer) => integer.to_string(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Table(_) => referred(entry, sources, faults)?,
        other => {
            let wanted = "a string, an integer, `true`, `false`, `{ env = \"NAME\" }` or `{ file = \"path\" }`";
            faults.add(&entry.path, format!("must be {wanted}, not {}", kind(other)));
            return None;
        }
    };
    if text.trim().is_empty() {
        faults.add(&entry.path, "is blank: give it a value, or leave it out");
        return None;
    }
    Some(Secret::new(text))
}

/// What `{ env = "NAME" }` or `{ file = "path" }` stands for.
fn referred(entry: &Entry<'_>, sources: &Sources<'_>, faults: &mut Faults) -> Option<String> {
    let table = Table::open(entry, &reference::VALUE, faults)?;
    match (table.find("env"), table.find("file")) {
        (Some(name), None) => name.parsed(|name| sources.variable(name), faults),
        (None, Some(path)) => path.parsed(|path| sources.file(path), faults),
        _ => {
            faults.add(&entry.path, "must say where the value is: either `env` or `file`");
            None
        }
    }
}
