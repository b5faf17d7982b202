//! What the demo says: plain lines of at most 80 columns, for a terminal or a file.

use std::io::{self, Write};

use serde_json::Value;

use crate::terminal::{has_colour, plain, wrapped};
use cordboard::events::kind;
use cordboard::store::StoredEvent;

use super::assertions::AssertionFailure;
use super::iotum::Call;
use super::wire::Answer;

const WIDTH: usize = 80;
const INDENT: usize = 3;
/// Room for the longest name of a party.
const PARTY: usize = 8;

/// How a line stands out, as a terminal is told.
#[derive(Clone, Copy)]
enum Style {
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
}

/// Says what happens.
pub struct Printer {
    out: Box<dyn Write + Send>,
    colour: bool,
    step: usize,
    heading: String,
}

impl Printer {
    /// Speaks to stdout, in colour where that is a terminal and `NO_COLOR` is not set.
    pub fn stdout() -> Self {
        Self::new(Box::new(io::stdout()), has_colour())
    }

    /// Speaks to any writer.
    pub fn new(out: Box<dyn Write + Send>, colour: bool) -> Self {
        Self { out, colour, step: 0, heading: String::new() }
    }

    /// A sentence or more, without indent.
    pub fn say(&mut self, text: &str) {
        self.text(None, &wrapped(text, 0));
    }

    /// A line as it is.
    pub fn line(&mut self, line: &str) {
        self.text(None, &format!("{}\n", plain(line)));
    }

    /// The next step begins.
    pub fn step(&mut self, heading: &str) {
        self.step += 1;
        self.heading = heading.to_owned();
        self.text(Some(Style::Bold), &format!("\n{}. {heading}\n", self.step));
    }

    /// Somebody calls the bridge: `what`, with a body, as far as it fits on the line.
    pub fn request(&mut self, party: &str, what: &str, body: &str) {
        let line = cut(&plain(&format!("{} → {what} {body}", self::party(party))), WIDTH);
        self.text(None, &format!("{}\n", line.trim_end()));
    }

    /// The bridge calls iotum.
    pub fn call(&mut self, call: &Call) {
        let line = format!("{} ← POST {}: {} {}", party("iotum"), call.path, call.status, call.message);
        self.text(Some(Style::Dim), &format!("{}\n", cut(&plain(line.trim_end()), WIDTH)));
    }

    /// The bridge answers: whole on the line where it fits, else field by field; a problem by its title and detail.
    pub fn answer(&mut self, party: &str, answer: &Answer) {
        let start = format!("{} ← {} ", self::party(party), answer.status);
        let body = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        let member = |name| body.get(name).and_then(Value::as_str);
        let text = match (member("title"), member("detail"), &body) {
            (Some(title), Some(detail), _) => hanging(&start, &plain(&format!("{title}: {detail}"))),
            (_, _, Value::Object(fields)) if start.chars().count() + answer.body.chars().count() > WIDTH => {
                let names = fields.keys().map(|name| name.chars().count()).max().unwrap_or_default();
                let fields = fields.iter().map(|(name, value)| field(name, names, value));
                format!("{}\n{}", start.trim_end(), fields.collect::<String>())
            }
            _ => hanging(&start, &plain(&answer.body)),
        };
        self.text(None, &text);
    }

    /// An event that the bridge has kept.
    pub fn event(&mut self, stored: &StoredEvent) {
        let (connection, event) = (&stored.event.connection, &stored.event.event);
        let whose = match &stored.conference {
            Some(conference) => {
                let id: String = conference.id.chars().take(8).collect();
                format!("user {}, conference {id}…", conference.user_id)
            }
            None => {
                let id = event.conference.as_ref().map_or("none", |conference| conference.id.as_str());
                format!("its own meeting {}…", id.chars().take(8).collect::<String>())
            }
        };
        let line = format!(
            "{:INDENT$}  event {} {}: account {}, {whose}",
            "",
            stored.sequence,
            kind(&event.data),
            connection.account
        );
        self.text(Some(Style::Dim), &format!("{}\n", cut(&plain(&line), WIDTH)));
    }

    /// What it means; it was found right.
    pub fn means(&mut self, text: &str) {
        self.text(Some(Style::Green), &hanging(&format!("{:INDENT$}✓ ", ""), text));
    }

    /// What was not right, and in which step.
    pub fn failure(&mut self, failure: &AssertionFailure) {
        let AssertionFailure { what, expected, actual } = failure;
        let step = format!("\n✗ step {} went wrong: {}\n", self.step, self.heading);
        self.text(Some(Style::Red), &step);
        for (name, value) in [("looked at", what), ("expected", expected), ("came", actual)] {
            self.text(None, &format!("    {name:<9}  {}\n", plain(value)));
        }
    }

    /// The text in a style, each line by itself. A reader that stops reading, as `head` does, is no failure.
    fn text(&mut self, style: Option<Style>, text: &str) {
        let text = match style.filter(|_| self.colour) {
            Some(style) => text
                .split_inclusive('\n')
                .map(|line| format!("\u{1b}[{}m{}\u{1b}[0m\n", style as u8, line.trim_end_matches('\n')))
                .collect(),
            None => text.to_owned(),
        };
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

fn party(name: &str) -> String {
    format!("{:INDENT$}{name:<PARTY$}", "")
}

/// The first `width` columns; what is cut is shown as cut.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// A member of an answer, on as many lines as it has.
fn field(name: &str, names: usize, value: &Value) -> String {
    let lines: Vec<String> = match value {
        Value::String(text) => text.lines().map(plain).collect(),
        Value::Array(items) => items.iter().map(|item| plain(&spaced(item))).collect(),
        other => vec![other.to_string()],
    };
    let shown = [plain(name)].into_iter().chain(std::iter::repeat(String::new()));
    let lines = shown.zip(lines).map(|(name, line)| hanging(&format!("{:INDENT$}  {name:names$}  ", ""), &line));
    lines.collect()
}

/// JSON with room for line breaks between the members of an object.
fn spaced(value: &Value) -> String {
    let Value::Object(members) = value else { return value.to_string() };
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("{}: {value}", Value::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(", "))
}

/// A text behind its start, on lines that begin below it: broken between words, or within one that no line can hold.
fn hanging(start: &str, text: &str) -> String {
    let indent = start.chars().count();
    let width = WIDTH.saturating_sub(indent).max(1);
    let mut lines = vec![String::new()];
    let mut column = 0;
    for word in text.split_whitespace() {
        let chars: Vec<char> = word.chars().collect();
        for (number, piece) in chars.chunks(width).enumerate() {
            let apart = usize::from(number == 0 && column > 0);
            if column + apart + piece.len() > width {
                lines.push(String::new());
                column = 0;
            } else if apart > 0 {
                lines.last_mut().into_iter().for_each(|line| line.push(' '));
                column += 1;
            }
            lines.last_mut().into_iter().for_each(|line| line.extend(piece));
            column += piece.len();
        }
    }
    let starts = [start.to_owned()].into_iter().chain(std::iter::repeat(" ".repeat(indent)));
    starts.zip(lines).map(|(start, line)| format!("{}\n", format!("{start}{line}").trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hang_below_their_start() {
        let word = "x".repeat(78);
        assert_eq!(hanging("- ", &format!("a {word} b")), format!("- a\n  {word}\n  b\n"));
        assert_eq!(hanging("- ", &"x".repeat(80)), format!("- {word}\n  xx\n"));
        assert_eq!(hanging("- ", ""), "-\n");
    }

    #[test]
    fn what_is_cut_is_shown_as_cut() {
        assert_eq!((cut("äbc", 3), cut("äbcd", 3)), ("äbc".to_owned(), "äb…".to_owned()));
    }
}
