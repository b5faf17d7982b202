//! Text for a terminal of 80 columns.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::process::ExitCode;

use super::CliError;

/// Prints to stdout. A reader that stops reading, as `head` does, is no failure.
///
/// # Errors
/// Where stdout fails otherwise.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Whether stdout is to have colour: where people read it at a terminal, unless they want none.
pub fn has_colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Prints one value as JSON on a line, with nothing in it that a terminal would obey.
///
/// # Errors
/// As [`print`].
pub fn print_json(value: &serde_json::Value) -> Result<ExitCode, CliError> {
    print(&format!("{}\n", escaped(&value.to_string())))?;
    Ok(ExitCode::SUCCESS)
}

/// JSON in which texts hold what a terminal would obey as escapes, which mean the same.
fn escaped(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut escaped, char| {
        if is_obeyed(char) {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(char));
        } else {
            escaped.push(char);
        }
        escaped
    })
}

/// Text of others, with nothing in it that a terminal would obey.
pub fn plain(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut plain, char| {
        if is_obeyed(char) {
            // Writing to a string cannot fail.
            let _ = write!(plain, "{}", char.escape_unicode());
        } else {
            plain.push(char);
        }
        plain
    })
}

/// Whether a terminal obeys it. U+202A… turn the direction of writing, which can make a line read as another.
fn is_obeyed(char: char) -> bool {
    char.is_control() || matches!(char, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// At most so many columns: everything beyond ASCII, of which a letter may take two or none, is shown as an escape.
pub fn cut(text: &str, columns: usize) -> String {
    let shown: String = text.chars().take(columns + 1).flat_map(char::escape_default).take(columns + 1).collect();
    if shown.len() <= columns {
        return shown;
    }
    shown.chars().take(columns.saturating_sub(1)).chain(['…']).take(columns).collect()
}

/// A sentence broken into lines of at most 80 columns, each after `indent` spaces.
pub fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > 80 {
            lines.push('\n');
            column = 0;
        }
        if column == 0 {
            lines.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_eighty_columns() {
        let text = wrapped(&"a sentence of many words ".repeat(20), 4);
        assert!(text.lines().count() > 5);
        assert!(
            text.lines().all(|line| line.chars().count() <= 80 && line.starts_with("    a") | line.starts_with("    "))
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}"), "a\\u{1b}[31mb\\u{202e}");
        assert_eq!(plain("Grüße 日本"), "Grüße 日本");
        let value = serde_json::json!({ "a": "\u{1b}[31m\u{9b}31m\u{7f}\u{202e}\n日本" });
        let json = escaped(&value.to_string());
        assert_eq!(json, r#"{"a":"\u001b[31m\u009b31m\u007f\u202e\n日本"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
    }
}
