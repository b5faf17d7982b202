//! Commands as they are to be typed.

use std::path::Path;

use super::DEFAULT_CONFIG;
use super::terminal::plain;

/// The options that a command needs for this configuration and this app, each after a space: none for the configuration
/// that is read anyway, and no app where there is no choice.
pub fn options(config: &Path, app: Option<u64>) -> String {
    let file = match config == Path::new(DEFAULT_CONFIG) {
        true => String::new(),
        false => format!(" --config {}", quote(&config.to_string_lossy())),
    };
    file + &app.map(|app| format!(" --app {app}")).unwrap_or_default()
}

/// A word of a command line, in quotes where a shell would read it otherwise.
fn quote(text: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "/._-+=:,@%".contains(char);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", plain(&text.replace('\'', "'\\''"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_named_where_another_would_be_read() {
        assert_eq!(options("cordboard.toml".as_ref(), None), "");
        assert_eq!(options("cordboard.toml".as_ref(), Some(7)), " --app 7");
        assert_eq!(options("/etc/x.toml".as_ref(), Some(7)), " --config /etc/x.toml --app 7");
        assert_eq!(options("it's mine.toml".as_ref(), None), r" --config 'it'\''s mine.toml'");
        assert_eq!(options("$(x)\u{1b}".as_ref(), None), r" --config '$(x)\u{1b}'");
    }
}
