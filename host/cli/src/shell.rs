//! Builds command lines for people to copy, and parses values of options.

use std::path::Path;

use cordboard_core::AppId;

use super::DEFAULT_CONFIG;
use super::terminal::plain;

/// Returns the `--config` and `--app` options for a command, each with a leading space. The default configuration file
/// and a missing app need no option.
pub fn options(config: &Path, app: Option<&AppId>) -> String {
    let file = match config == Path::new(DEFAULT_CONFIG) {
        true => String::new(),
        false => format!(" --config {}", quote(&config.to_string_lossy())),
    };
    file + &app.map(|app| format!(" --app {app}")).unwrap_or_default()
}

/// Parses `KEY=VALUE`.
pub fn assignment(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE"),
    }
}

/// Quotes a word if the shell would interpret it.
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
    fn only_a_non_default_configuration_is_named() {
        assert_eq!(options("cordboard.toml".as_ref(), None), "");
        assert_eq!(options("cordboard.toml".as_ref(), Some(&AppId::from(7))), " --app 7");
        assert_eq!(options("/etc/x.toml".as_ref(), Some(&AppId::from(7))), " --config /etc/x.toml --app 7");
        assert_eq!(options("it's mine.toml".as_ref(), None), r" --config 'it'\''s mine.toml'");
        assert_eq!(options("$(x)\u{1b}".as_ref(), None), r" --config '$(x)\u{1b}'");
    }
}
