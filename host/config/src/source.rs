//! Values from environment variables and files.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Maximum size of a file that holds one value, in bytes. The longest values, private keys, have a few thousand.
const MAX_VALUE_LEN: u64 = 64 * 1024;

/// The environment of a configuration.
pub(super) struct Sources<'a> {
    /// Directory against which relative paths are resolved.
    pub base: &'a Path,
    /// Looks up an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

impl Sources<'_> {
    /// Returns the value of an environment variable.
    ///
    /// # Errors
    /// Returns a message if it is not set. An invalid name may be the secret itself, so the message does not quote it.
    pub fn variable(&self, name: &str) -> Result<String, String> {
        if !is_variable(name) {
            return Err("must be the name of an environment variable: use letters, digits and `_`".to_owned());
        }
        (self.env)(name).ok_or_else(|| format!("the environment variable `{name}` is not set or not UTF-8: set it"))
    }

    /// Returns the text of a file without trailing line breaks.
    ///
    /// # Errors
    /// Returns a message with the path, escaped for terminals.
    pub fn file(&self, path: &str) -> Result<String, String> {
        let text = read(&self.base.join(path), MAX_VALUE_LEN).map_err(|why| {
            let shown: String = path.chars().take(256).collect();
            format!("`{}`: {why}", shown.escape_debug())
        })?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// Whether the text is a valid name of an environment variable.
pub fn is_variable(name: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&name.len()) && name.bytes().all(sound)
}

/// Returns the text of a file of at most `max` bytes.
///
/// # Errors
/// Returns a message without the path and the text.
pub(super) fn read(path: &Path, max: u64) -> Result<String, String> {
    let unreadable = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => "no such file: create it, or correct the path".to_owned(),
        ErrorKind::PermissionDenied => "permission denied: allow the user that Cordboard runs as to read it".to_owned(),
        kind => format!("cannot read the file ({kind}): check the disk, or use another path"),
    };
    // Opening a pipe would block until another process writes to it.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("not a regular file: use another path".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(max + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > max {
        return Err(format!("the file is larger than {max} bytes: shorten it"));
    }
    String::from_utf8(bytes).map_err(|_| "the file is not valid UTF-8: convert it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_regular_utf8_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        let sources = Sources { base: folder.path(), env: &|_| None };
        std::fs::write(&path, "a value\r\n\n").unwrap();
        assert_eq!(sources.file("value").unwrap(), "a value");
        std::fs::write(&path, vec![b'a'; 64 * 1024]).unwrap();
        assert_eq!(sources.file("value").unwrap().len(), 64 * 1024);
        std::fs::write(&path, vec![b'a'; 64 * 1024 + 1]).unwrap();
        let error = |path: &str| sources.file(path).unwrap_err().to_string();
        assert_eq!(error("value"), "`value`: the file is larger than 65536 bytes: shorten it");
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(error("value"), "`value`: the file is not valid UTF-8: convert it");
        assert_eq!(error("."), "`.`: not a regular file: use another path");
        assert_eq!(error("no\u{7}"), "`no\\u{7}`: no such file: create it, or correct the path");
        assert!(sources.file("nul\0").is_err());
    }

    #[test]
    fn errors_quote_only_valid_variable_names() {
        let sources = Sources { base: Path::new(""), env: &|name| (name == "SET").then(|| "value".to_owned()) };
        assert_eq!(sources.variable("SET").unwrap(), "value");
        assert_eq!(
            sources.variable("UNSET").unwrap_err().to_string(),
            "the environment variable `UNSET` is not set or not UTF-8: set it"
        );
        for wrong in ["", "A=B", "a-secret!", "NUL\0"] {
            let sentence = sources.variable(wrong).unwrap_err().to_string();
            assert_eq!(sentence, "must be the name of an environment variable: use letters, digits and `_`");
        }
    }
}
