//! References to plugs.

use std::fmt;
use std::path::{Path, PathBuf};

/// A reference to a plug in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlugRef {
    /// A built-in plug, by name.
    Name(String),
    /// A file. Relative paths are already resolved against the configuration's directory.
    File(PathBuf),
    /// A pushed plug, by the SHA-256 of its file: 64 lower-case hexadecimal digits.
    Digest(String),
}

impl PlugRef {
    /// Returns the reference to a pushed plug, or `None` unless `digits` are 64 hexadecimal digits.
    pub fn of_digits(digits: &str) -> Option<Self> {
        let sound = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        sound.then(|| Self::Digest(digits.to_ascii_lowercase()))
    }

    /// Parses `name`, `./file.wasm` or `sha256:…`.
    ///
    /// # Errors
    /// Returns a message if the text is none of them.
    pub(super) fn parse(text: &str, base: &Path) -> Result<Self, &'static str> {
        if let Some(digest) = text.strip_prefix("sha256:") {
            return Self::of_digits(digest).ok_or("invalid digest: use `sha256:` and 64 hexadecimal digits");
        }
        if text.contains('\0') {
            return Err("must not contain a NUL byte: remove it");
        }
        if text.contains(['/', std::path::MAIN_SEPARATOR]) || text.ends_with(".wasm") {
            return Ok(Self::File(base.join(text)));
        }
        let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.is_empty() && text.len() <= 64 && text.bytes().all(sound) {
            return Ok(Self::Name(text.to_owned()));
        }
        Err("must be the name of a built-in plug, the path of a `.wasm` file, or `sha256:` and 64 hexadecimal digits")
    }
}

/// Formats the reference as in the configuration.
impl fmt::Display for PlugRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => formatter.write_str(name),
            Self::File(path) => write!(formatter, "{}", path.to_string_lossy().escape_debug()),
            Self::Digest(digest) => write!(formatter, "sha256:{digest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_paths_and_digests_are_parsed() {
        let parse = |text: &str| PlugRef::parse(text, Path::new("/etc/cordboard"));
        assert_eq!(parse("rooms-2"), Ok(PlugRef::Name("rooms-2".to_owned())));
        assert_eq!(parse("rooms.wasm"), Ok(PlugRef::File("/etc/cordboard/rooms.wasm".into())));
        assert_eq!(parse("./plugs/rooms"), Ok(PlugRef::File("/etc/cordboard/./plugs/rooms".into())));
        assert_eq!(parse("/rooms.wasm"), Ok(PlugRef::File("/rooms.wasm".into())));
        let digest = parse(&format!("sha256:{}", "Ab".repeat(32))).unwrap();
        assert_eq!(digest, PlugRef::Digest("ab".repeat(32)));
        assert_eq!(digest.to_string(), format!("sha256:{}", "ab".repeat(32)));
        for wrong in ["", " ", "Rooms", "a b", "sha256:", "sha256:abc", "sha512:ab", "a\0.wasm", &"n".repeat(65)] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
