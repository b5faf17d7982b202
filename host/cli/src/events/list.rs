//! `cordboard events list`

use std::process::ExitCode;

use clap::Args;

use crate::CliError;
use crate::terminal::print;
use cordboard::events::json;
use cordboard::store::{EventFilter, Store};

use super::{Choice, open, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Events are listed oldest first: the latest ones, or with --after those that
follow a sequence number. A program that remembers the last sequence number it
has seen can pass it to --after to read only what is new. docs/events.md
describes the JSON.

Examples:
  cordboard events list --account 123123
  cordboard events list --json --after 0 --limit 1000")]
pub struct List {
    #[command(flatten)]
    choice: Choice,
    /// List the events after this sequence number instead of the latest ones.
    #[arg(long, value_name = "SEQUENCE")]
    after: Option<u64>,
    /// List at most this many events, up to 10000.
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
}

pub(super) async fn run(args: List) -> Result<ExitCode, CliError> {
    let store = open(&args.choice.config)?;
    let filter = args.choice.filter(args.after.unwrap_or(0), usize::from(args.limit));
    let events = store.events(&EventFilter { last: args.after.is_none(), ..filter }).await?;
    let text = if args.choice.json {
        events.iter().map(|event| format!("{}\n", json::event(event))).collect()
    } else if events.is_empty() {
        "No events.\n".to_owned()
    } else {
        events.iter().fold(table::header(), |text, event| text + &table::row(event))
    };
    print(&text)
}
