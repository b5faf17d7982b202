//! What the demo says: plain lines of at most 80 columns, for a terminal or a file.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

use crate::cli::terminal::{plain, wrapped};
use crate::events::kind;
use crate::store::StoredEvent;

use super::iotum::Call;
use super::right::Wrong;
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
pub struct Narrator {
    out: Box<dyn Write + Send>,
    colour: bool,
    step: usize,
    heading: String,
}

impl Narrator {
    /// Speaks to stdout, in colour where that is a terminal and `NO_COLOR` is not set.
    pub fn stdout() -> Self {
        let asked_not_to = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self::new(Box::new(io::stdout()), io::stdout().is_terminal() && !asked_not_to)
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

    /// The bridge answers: whole on the line where it fits, else field by field.
    pub fn answer(&mut self, party: &str, answer: &Answer) {
        let start = format!("{} ← {}", self::party(party), answer.status);
        let whole = format!("{start} {}", plain(&answer.body));
        match serde_json::from_str(&answer.body) {
            Ok(Value::Object(fields)) if whole.chars().count() > WIDTH => {
                self.text(None, &format!("{start}\n"));
                let names = fields.keys().map(|name| name.chars().count()).max().unwrap_or_default();
                for (name, value) in &fields {
                    self.field(name, names, value);
                }
            }
            _ => self.text(None, &format!("{}\n", cut(whole.trim_end(), WIDTH))),
        }
    }

    fn field(&mut self, name: &str, names: usize, value: &Value) {
        let lines: Vec<String> = match value {
            Value::String(text) => text.lines().map(plain).collect(),
            Value::Array(items) => items.iter().map(ToString::to_string).collect(),
            other => vec![other.to_string()],
        };
        let indent = INDENT + 2;
        for (number, line) in lines.iter().enumerate() {
            let name = if number == 0 { name } else { "" };
            let start = format!("{:indent$}{:names$}  ", "", plain(name));
            for (number, part) in folded(line, WIDTH.saturating_sub(start.chars().count())).iter().enumerate() {
                let start = if number == 0 { start.clone() } else { " ".repeat(start.chars().count()) };
                self.text(None, &format!("{start}{part}\n"));
            }
        }
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
            "{:INDENT$}  kept as {}, {}: account {}, {whose}",
            "",
            stored.sequence,
            kind(&event.happening),
            connection.account
        );
        self.text(Some(Style::Dim), &format!("{}\n", cut(&plain(&line), WIDTH)));
    }

    /// What it means; it was found right.
    pub fn means(&mut self, text: &str) {
        let text = wrapped(&format!("✓ {text}"), INDENT);
        self.text(Some(Style::Green), &text);
    }

    /// What was not right, and in which step.
    pub fn wrong(&mut self, wrong: &Wrong) {
        let Wrong { what, expected, came } = wrong;
        let step = format!("\n✗ step {} went wrong: {}\n", self.step, self.heading);
        self.text(Some(Style::Red), &step);
        for (name, value) in [("looked at", what), ("expected", expected), ("came", came)] {
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

/// The whole text in pieces of at most `width` columns.
fn folded(text: &str, width: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(width.max(1)).map(|piece| piece.iter().collect()).collect()
}
