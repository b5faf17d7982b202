//! Leftovers: what is or may be left at providers, page by page.

use clap::Args;
use serde_json::{Map, Value};

use crate::CliError;
use crate::terminal::{plain, wrapped};
use cordboard::admin::leftovers::Page;
use cordboard::events::rfc3339;
use cordboard::store::{Cursor, Leftover, LeftoverFilter, Store};

/// Digits of an ID to show: enough to tell a million apart.
const SHOWN_DIGITS: usize = 12;

/// Which page to show.
#[derive(Debug, Args)]
pub(super) struct PageArgs {
    /// Show at most this many leftovers, up to 1000.
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Show the page of older leftovers that starts at this cursor.
    #[arg(long, value_name = "CURSOR")]
    before: Option<Cursor>,
    /// Include acknowledged leftovers.
    #[arg(long)]
    all: bool,
}

impl PageArgs {
    /// Reads the page. Without a store, it is empty.
    pub async fn read(&self, store: Option<&dyn Store>) -> Result<Leftovers, CliError> {
        let Some(store) = store else { return Ok(Leftovers { page: None, all: self.all, unacknowledged: 0 }) };
        let limit = usize::from(self.limit);
        let filter = LeftoverFilter { account: None, before: self.before, acknowledged: self.all, limit };
        let page = Page::read(store, filter).await?;
        let unacknowledged = store.count_leftovers(&LeftoverFilter::default()).await?;
        Ok(Leftovers { page: Some(page), all: self.all, unacknowledged })
    }
}

/// A page of leftovers.
pub(super) struct Leftovers {
    page: Option<Page>,
    all: bool,
    unacknowledged: u64,
}

impl Leftovers {
    /// Returns the page as JSON, with the total of unacknowledged leftovers.
    pub fn json(&self) -> Map<String, Value> {
        let none = Page { leftovers: Vec::new(), remaining: 0 };
        let mut members = match self.page.as_ref().unwrap_or(&none).json() {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        members.insert("unacknowledged".to_owned(), self.unacknowledged.into());
        members
    }

    /// Formats the page as text.
    pub fn text(&self) -> String {
        let Some(page) = &self.page else { return "No data yet: the bridge has not run.\n".to_owned() };
        if page.leftovers.is_empty() {
            return match self.unacknowledged {
                0 => "No leftovers at providers.\n".to_owned(),
                _ => "No older leftovers.\n".to_owned(),
            };
        }
        let mut text = "Leftovers at providers:\n".to_owned();
        text.extend(page.leftovers.iter().map(line));
        if let Some(next) = page.next() {
            let all = if self.all { " --all" } else { "" };
            text += &wrapped(&format!("{} more: cordboard status{all} --before {next}", page.remaining), 0);
        }
        text + "When dealt with: cordboard status acknowledge ID…\n"
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
