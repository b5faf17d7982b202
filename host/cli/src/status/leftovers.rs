//! What needs the operator's attention, a page at a time.

use clap::Args;
use serde_json::{Map, Value};

use crate::CliError;
use crate::terminal::{plain, wrapped};
use cordboard::admin::leftovers::Page;
use cordboard::events::rfc3339;
use cordboard::store::{Cursor, Leftover, LeftoverFilter, Store};

/// Digits of an id that are shown: enough to tell a million apart.
const SHOWN_DIGITS: usize = 12;

/// Which page.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Shows at most so many lines of what needs attention.
    #[arg(long, value_name = "LINES", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Shows older lines: the cursor is what the page before ends with.
    #[arg(long, value_name = "CURSOR", value_parser = cursor)]
    before: Option<Cursor>,
    /// Also shows lines that are acknowledged.
    #[arg(long)]
    all: bool,
}

fn cursor(text: &str) -> Result<Cursor, &'static str> {
    text.parse()
}

impl Which {
    /// Reads the page; none where nothing has been served yet.
    pub async fn read(&self, store: Option<&dyn Store>) -> Result<Leftovers, CliError> {
        let Some(store) = store else { return Ok(Leftovers { page: None, all: self.all, unacknowledged: 0 }) };
        let filter = LeftoverFilter {
            account: None,
            before: self.before,
            acknowledged: self.all,
            limit: usize::from(self.limit),
        };
        let page = Page::read(store, filter).await?;
        let unacknowledged = store.count_leftovers(&LeftoverFilter::default()).await?;
        Ok(Leftovers { page: Some(page), all: self.all, unacknowledged })
    }
}

/// A page, as it is shown.
pub(super) struct Leftovers {
    page: Option<Page>,
    all: bool,
    unacknowledged: u64,
}

impl Leftovers {
    /// For programs: the page's members, and how many nobody has acknowledged.
    pub fn json(&self) -> Map<String, Value> {
        let none = Page { leftovers: Vec::new(), remaining: 0 };
        let mut members = match self.page.as_ref().unwrap_or(&none).json() {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        members.insert("unacknowledged".to_owned(), self.unacknowledged.into());
        members
    }

    /// For people.
    pub fn text(&self) -> String {
        let Some(page) = &self.page else { return "Nothing has been served yet.\n".to_owned() };
        if page.leftovers.is_empty() {
            return match self.unacknowledged {
                0 => "Nothing is left at providers.\n".to_owned(),
                _ => "There are no older lines.\n".to_owned(),
            };
        }
        let mut text = "To look at:\n".to_owned();
        text.extend(page.leftovers.iter().map(line));
        if let Some(next) = page.next() {
            let all = if self.all { " --all" } else { "" };
            text += &wrapped(&format!("{} more: cordboard status{all} --before {next}", page.remaining), 0);
        }
        text + "Dealt with: cordboard status acknowledge ID…\n"
    }
}

fn line(leftover: &Leftover) -> String {
    let conference = leftover.conference.as_ref();
    let topic = conference.map_or("", |conference| conference.topic.as_str());
    let provider_id = conference.map_or("", |conference| conference.provider_id.as_str());
    let id: String = leftover.operation.chars().take(SHOWN_DIGITS).collect();
    let at = rfc3339(leftover.at).unwrap_or_default();
    let line = format!("{id}  {at}  {}  {} {}", leftover.connection, plain(provider_id), plain(topic));
    let mut text = wrapped(&line, 2);
    text += &wrapped(&plain(&leftover.why), 4);
    if let Some(at) = leftover.acknowledged_at {
        text += &wrapped(&format!("acknowledged {}", rfc3339(at).unwrap_or_default()), 4);
    }
    text
}
