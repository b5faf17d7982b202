//! `cordboard events list`

use std::process::ExitCode;

use clap::Args;

use crate::terminal::print;
use crate::{CliError, ConfigFile};
use cordboard::events::json;
use cordboard::store::{EventFilter, Store};

use super::{Choice, open, table};

#[derive(Debug, Args)]
#[command(after_help = "\
Without --after it lists the latest events; with it those that come next, so
that a program can read on from the last that it saw. The oldest stands first.
README.md shows an event as JSON, key by key.

Examples:
  cordboard events list --account 123123
  cordboard events list --json --after 0 --limit 1000")]
pub struct List {
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    choice: Choice,
    /// Only events with a greater sequence number, from the first of them on.
    #[arg(long, value_name = "SEQUENCE")]
    after: Option<u64>,
    /// At most so many, up to 10000.
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
    /// Prints one JSON object a line for each event.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: List) -> Result<ExitCode, CliError> {
    let store = open(&args.config)?;
    let filter = args.choice.filter(args.after.unwrap_or(0), usize::from(args.limit));
    let events = store.events(&EventFilter { last: args.after.is_none(), ..filter }).await?;
    let text = if args.json {
        events.iter().map(|event| format!("{}\n", json::event(event))).collect()
    } else if events.is_empty() {
        "There are no such events.\n".to_owned()
    } else {
        events.iter().fold(table::header(), |text, event| text + &table::row(event))
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
