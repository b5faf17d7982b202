//! Printing to an 80-column terminal.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::CliError;

/// How a command prints its result.
#[derive(Clone, Copy, Debug, Args)]
pub struct Output {
    /// Print JSON instead of text.
    #[arg(long)]
    pub json: bool,
}

impl Output {
    /// Prints a result as JSON or as text.
    ///
    /// # Errors
    /// Fails if [`print`] does.
    pub fn print(self, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> Result<ExitCode, CliError> {
        if self.json { print_json(&json()) } else { print(&text()) }
    }
}

/// Returns the exit status of a command that ran.
pub fn exit_code(is_success: bool) -> ExitCode {
    if is_success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints to stdout. A closed pipe, as behind `head`, counts as success.
///
/// # Errors
/// Fails if writing to stdout fails for another reason.
pub fn print(text: &str) -> Result<ExitCode, CliError> {
    match write(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Writes to stdout at once.
///
/// # Errors
/// Fails if stdout is closed or writing fails.
pub fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Shows progress on a line that the next text replaces, only on a terminal.
pub fn progress(text: &str) {
    if io::stderr().is_terminal() {
        eprint!("\r\u{1b}[K{text}");
    }
}

/// Whether to color stdout: only on a terminal, and not if `NO_COLOR` is set.
pub fn has_color() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Sets the style of a text by its terminal code, if there is `color`.
pub fn colored(text: &str, code: u8, color: bool) -> String {
    if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Prints a value as one line of JSON, with terminal control characters escaped.
///
/// # Errors
/// Fails if [`print`] does.
pub fn print_json(value: &Value) -> Result<ExitCode, CliError> {
    print(&format!("{}\n", escaped(&value.to_string())))
}

/// Writes terminal control characters in JSON as `\u` escapes, which keep the value the same.
fn escaped(json: &str) -> String {
    replaced(json, |char| format!("\\u{:04x}", u32::from(char)))
}

/// Escapes terminal control characters in untrusted text.
pub fn plain(text: &str) -> String {
    replaced(text, |char| char.escape_unicode().to_string())
}

/// Returns the beginning of an untrusted argument, for an error.
pub fn excerpt(text: &str) -> String {
    plain(&text.chars().take(80).collect::<String>())
}

/// Escapes terminal control characters in untrusted text, but keeps its line breaks.
pub fn plain_lines(text: &str) -> String {
    text.lines().map(|line| plain(line) + "\n").collect()
}

fn replaced(text: &str, escape: impl Fn(char) -> String) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, char| {
        if is_obeyed(char) {
            shown.push_str(&escape(char));
        } else {
            shown.push(char);
        }
        shown
    })
}

/// Whether a terminal would act on the character. U+202A and its kind change the writing direction, which can make a
/// line read as a different one.
fn is_obeyed(char: char) -> bool {
    char.is_control() || matches!(char, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Truncates text to `columns`, with an ellipsis. Other characters than ASCII are escaped, since one may take two columns
/// or none.
pub fn cut(text: &str, columns: usize) -> String {
    let escape = |char: char| match char {
        ' '..='~' | '…' => char.to_string(),
        _ => char.escape_default().to_string(),
    };
    let shown: String = text.chars().take(columns + 1).map(escape).collect();
    if shown.chars().count() <= columns {
        return shown;
    }
    shown.chars().take(columns.saturating_sub(1)).chain(['…']).take(columns).collect()
}

/// Formats a row of a table: untrusted cells, each truncated to its width, with two spaces between them.
pub fn row<const COLUMNS: usize>(widths: [usize; COLUMNS], cells: [&str; COLUMNS]) -> String {
    let cells = widths.into_iter().zip(cells).map(|(width, cell)| format!("{:width$}  ", cut(cell, width)));
    format!("{}\n", cells.collect::<String>().trim_end())
}

/// Formats a count with its noun, which takes an `s` in the plural.
pub fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Shortens an RFC 3339 time to seconds, for a table.
pub fn seconds(time: &str) -> String {
    time.split('.').next().unwrap_or_default().replace('T', " ")
}

/// Width of the column of labels.
const LABEL: usize = 9;

/// Formats an untrusted value beside its label, on one or more lines.
pub fn labeled(label: &str, value: &str) -> String {
    hanging(&format!("{label:<LABEL$}"), &plain(value))
}

/// Wraps text after `start` with a hanging indent.
pub fn hanging(start: &str, text: &str) -> String {
    let lines = format!("{start}{}", wrapped(text, start.chars().count()).trim_start());
    format!("{}\n", lines.trim_end())
}

/// Wraps text to lines of at most 80 columns, each indented by `indent` spaces. A longer word gets a line of its own.
pub fn wrapped(text: &str, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 80 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(" ".repeat(indent) + word),
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_fit_80_columns() {
        let text = wrapped(&"a sentence of many words ".repeat(20), 4);
        assert!(text.lines().count() > 5);
        assert!(
            text.lines().all(|line| line.chars().count() <= 80 && line.starts_with("    a") | line.starts_with("    "))
        );
    }

    #[test]
    fn rows_are_truncated_and_escaped() {
        assert_eq!(row([4, 3, 2], ["a", "abcd", ""]), "a     ab…\n");
        assert_eq!(row([8, 3], [&cut("日本", 8), "b"]), "\\u{65e5…  b\n");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}"), "a\\u{1b}[31mb\\u{202e}");
        assert_eq!(plain("Grüße 日本"), "Grüße 日本");
        let value = serde_json::json!({ "a": "\u{1b}[31m\u{9b}31m\u{7f}\u{202e}\n日本" });
        let json = escaped(&value.to_string());
        assert_eq!(json, r#"{"a":"\u001b[31m\u009b31m\u007f\u202e\n日本"}"#);
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
    }
}
