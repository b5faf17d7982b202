//! Prints the demo as lines of at most 80 columns, for a terminal or a file.

use std::io::{self, Write};

use serde_json::Value;

use crate::terminal::{self, colored, has_color, plain, plain_lines, wrapped};
use cordboard::events::kind;
use cordboard::store::StoredEvent;

use super::answer::Answer;
use super::assertions::AssertionFailure;
use super::iotum::Call;

const WIDTH: usize = 80;
const INDENT: usize = 3;
/// Width of the column of parties.
const PARTY: usize = 8;

/// Styles, by their terminal codes.
const PLAIN: u8 = 0;
const BOLD: u8 = 1;
const DIM: u8 = 2;
const RED: u8 = 31;
const GREEN: u8 = 32;

/// Prints what happens.
pub struct Printer {
    out: Box<dyn Write + Send>,
    color: bool,
    step: usize,
    heading: String,
}

impl Printer {
    /// Prints to stdout, in color if [`has_color`] says so.
    pub fn stdout() -> Self {
        Self::new(Box::new(io::stdout()), has_color())
    }

    /// Prints to any writer.
    pub fn new(out: Box<dyn Write + Send>, color: bool) -> Self {
        Self { out, color, step: 0, heading: String::new() }
    }

    /// Prints a paragraph without indentation.
    pub fn say(&mut self, text: &str) {
        self.text(PLAIN, &wrapped(text, 0));
    }

    /// Prints a line as it is.
    pub fn line(&mut self, line: &str) {
        self.text(PLAIN, &format!("{}\n", plain(line)));
    }

    /// Prints the heading of the next step.
    pub fn step(&mut self, heading: &str) {
        self.step += 1;
        self.heading = heading.to_owned();
        self.text(BOLD, &format!("\n{}. {heading}\n", self.step));
    }

    /// Prints a request to the bridge: its title, and as much of the body as fits on the line.
    pub fn request(&mut self, party: &str, title: &str, body: &str) {
        self.text(PLAIN, &cut(&format!("{} → {title} {body}", self::party(party)), WIDTH));
    }

    /// Prints a request from the bridge to iotum.
    pub fn call(&mut self, call: &Call) {
        let line = format!("{} ← POST {}: {} {}", party("iotum"), call.path, call.status, call.message);
        self.text(DIM, &cut(&line, WIDTH));
    }

    /// Prints the bridge's answer: on one line if it fits, else field by field; a problem by its title and detail.
    pub fn answer(&mut self, party: &str, answer: &Answer) {
        let start = format!("{} ← {} ", self::party(party), answer.status);
        let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        let member = |name| body.get(name).and_then(Value::as_str);
        let text = match (member("title"), member("detail"), &body) {
            (Some(title), Some(detail), _) => hanging(&start, &plain(&format!("{title}: {detail}"))),
            (_, _, Value::Object(fields)) if start.chars().count() + answer.body.chars().count() > WIDTH => {
                let names = fields.keys().map(|name| name.chars().count()).max().unwrap_or_default();
                let fields = fields.iter().map(|(name, value)| {
                    // Pretty JSON has spaces, at which it can wrap.
                    let text = value.as_str().map_or_else(|| format!("{value:#}"), str::to_owned);
                    hanging(&format!("{:INDENT$}  {:names$}  ", "", plain(name)), &plain_lines(&text))
                });
                format!("{}\n{}", start.trim_end(), fields.collect::<String>())
            }
            _ => hanging(&start, &plain(&answer.body)),
        };
        self.text(PLAIN, &text);
    }

    /// Prints a stored event.
    pub fn event(&mut self, stored: &StoredEvent) {
        let (connection, event) = (&stored.event.connection, &stored.event.event);
        let external = || event.conference.as_ref().map_or("none", |conference| conference.id.as_str());
        let (subject, id) = match &stored.conference {
            Some(conference) => (format!("user {}, conference", conference.user_id), conference.id.as_str()),
            None => ("external meeting".to_owned(), external()),
        };
        let id: String = id.chars().take(8).collect();
        let (sequence, kind, account) = (stored.sequence, kind(&event.data), &connection.account);
        let line = format!("{:INDENT$}  event {sequence} {kind}: account {account}, {subject} {id}…", "");
        self.text(DIM, &cut(&line, WIDTH));
    }

    /// Prints an explanation, once its assertions have passed.
    pub fn means(&mut self, text: &str) {
        self.text(GREEN, &hanging(&format!("{:INDENT$}✓ ", ""), text));
    }

    /// Prints a failed assertion and its step.
    pub fn failure(&mut self, failure: &AssertionFailure) {
        let AssertionFailure { property, expected, actual } = failure;
        let step = format!("\n✗ step {} failed: {}\n", self.step, self.heading);
        self.text(RED, &step);
        for (name, value) in [("checked", property), ("expected", expected), ("actual", actual)] {
            self.text(PLAIN, &format!("    {name:<9}  {}\n", plain(value)));
        }
    }

    /// Prints text with a style on each line. A closed pipe, as behind `head`, is ignored.
    fn text(&mut self, style: u8, text: &str) {
        let color = self.color && style != PLAIN;
        let text: String = text.lines().map(|line| colored(line, style, color) + "\n").collect();
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

fn party(name: &str) -> String {
    format!("{:INDENT$}{name:<PARTY$}", "")
}

/// Truncates a line to `width` columns, with an ellipsis, and escapes terminal control characters.
fn cut(text: &str, width: usize) -> String {
    let text = plain(text.trim_end());
    if text.chars().count() <= width {
        return text;
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Wraps text after `start` with a hanging indent. Breaks between words, or within a word that is too long for a line.
fn hanging(start: &str, text: &str) -> String {
    let width = WIDTH.saturating_sub(start.chars().count()).max(1);
    let mut pieces = String::new();
    for word in text.split_whitespace() {
        let chars: Vec<char> = word.chars().collect();
        for piece in chars.chunks(width) {
            pieces.extend(piece);
            pieces.push(' ');
        }
    }
    terminal::hanging(start, &pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_a_hanging_indent() {
        let word = "x".repeat(78);
        assert_eq!(hanging("- ", &format!("a {word} b")), format!("- a\n  {word}\n  b\n"));
        assert_eq!(hanging("- ", &"x".repeat(80)), format!("- {word}\n  xx\n"));
        assert_eq!(hanging("- ", ""), "-\n");
    }

    #[test]
    fn truncated_text_ends_in_an_ellipsis() {
        assert_eq!((cut("äbc", 3), cut("äbcd", 3)), ("äbc".to_owned(), "äb…".to_owned()));
    }
}
