//! Where values come from when they do not stand in the configuration.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// As much may stand in a file of which all is one value: the longest, a private key, has some thousand bytes.
const MAX_VALUE_LEN: u64 = 64 * 1024;

/// What a configuration may refer to.
pub(super) struct Sources<'a> {
    /// The folder of what is named relatively.
    pub base: &'a Path,
    /// The environment.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

impl Sources<'_> {
    /// The value of a variable of the environment.
    pub fn variable(&self, name: &str) -> Result<String, String> {
        // What is not a name may be the secret itself, so it is not repeated.
        if !is_variable(name) {
            return Err("must be the name of a variable: letters, digits and `_`".to_owned());
        }
        (self.env)(name).ok_or_else(|| format!("the environment has no `{name}`, or it is not text: set it"))
    }

    /// The text of a file, without the line end that editors leave behind it.
    pub fn file(&self, path: &str) -> Result<String, String> {
        let shown: String = path.chars().take(256).collect();
        let shown = shown.escape_debug();
        let text = read(&self.base.join(path), MAX_VALUE_LEN).map_err(|sentence| format!("`{shown}`: {sentence}"))?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// Whether this can be the name of a variable of the environment.
pub fn is_variable(name: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&name.len()) && name.bytes().all(sound)
}

/// The text of a file of at most so many bytes, or a sentence without its path.
pub(super) fn read(path: &Path, max: u64) -> Result<String, String> {
    let kind = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    // Opening a pipe would wait for somebody to write into it.
    if !kind.is_file() {
        return Err("this is not a file: name one".to_owned());
    }
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > max {
        return Err(format!("the file is longer than {max} bytes: shorten it"));
    }
    String::from_utf8(bytes).map_err(|_| "the file is not text in UTF-8: save it as such".to_owned())
}

fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file: make it, or correct the path".to_owned(),
        ErrorKind::PermissionDenied => {
            "the file may not be read: allow it to the user that Cordboard runs as".to_owned()
        }
        kind => format!("the file cannot be read ({kind}): name another, or mend the disk"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_bounded_and_only_of_text_in_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        let sources = Sources { base: folder.path(), env: &|_| None };
        std::fs::write(&path, "a value\r\n\n").unwrap();
        assert_eq!(sources.file("value").unwrap(), "a value");
        std::fs::write(&path, vec![b'a'; 64 * 1024]).unwrap();
        assert_eq!(sources.file("value").unwrap().len(), 64 * 1024);
        std::fs::write(&path, vec![b'a'; 64 * 1024 + 1]).unwrap();
        assert_eq!(sources.file("value").unwrap_err(), "`value`: the file is longer than 65536 bytes: shorten it");
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(sources.file("value").unwrap_err(), "`value`: the file is not text in UTF-8: save it as such");
        assert_eq!(sources.file(".").unwrap_err(), "`.`: this is not a file: name one");
        assert_eq!(
            sources.file("no\u{7}").unwrap_err(),
            "`no\\u{7}`: there is no such file: make it, or correct the path"
        );
        assert!(sources.file("nul\0").is_err());
    }

    #[test]
    fn only_names_of_variables_are_repeated() {
        let sources = Sources { base: Path::new(""), env: &|name| (name == "SET").then(|| "value".to_owned()) };
        assert_eq!(sources.variable("SET").unwrap(), "value");
        assert_eq!(sources.variable("UNSET").unwrap_err(), "the environment has no `UNSET`, or it is not text: set it");
        for wrong in ["", "A=B", "a-secret!", "NUL\0"] {
            let sentence = sources.variable(wrong).unwrap_err();
            assert_eq!(sentence, "must be the name of a variable: letters, digits and `_`");
        }
    }
}
