//! `cordboard events`

mod list;
mod show;
mod table;
mod tail;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use cordboard_core::AccountId;

use cordboard::store::EventFilter;
use cordboard::store::sqlite::Sqlite;

use super::{CliError, ConfigFile};

/// List, show and follow meeting events.
#[derive(Debug, Subcommand)]
pub enum Events {
    /// List the latest events, or those after a sequence number.
    List(list::List),
    /// Show an event and the webhook request that reported it.
    Show(show::Show),
    /// Follow events as they arrive, until ctrl-c.
    Tail(tail::Tail),
}

/// Runs a subcommand.
///
/// # Errors
/// Fails if the store cannot be read, or holds no such event or request.
pub async fn run(args: Events) -> Result<ExitCode, CliError> {
    match args {
        Events::List(args) => list::run(args).await,
        Events::Show(args) => show::run(args).await,
        Events::Tail(args) => tail::run(args).await,
    }
}

/// Which events to show, and how.
#[derive(Debug, Args)]
struct Choice {
    #[command(flatten)]
    config: ConfigFile,
    /// Only show events of this account.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Only show events of this conference, by Cordboard's full ID of it.
    #[arg(long, value_name = "ID")]
    conference: Option<String>,
    /// Print each event as a JSON object on its own line.
    #[arg(long)]
    json: bool,
}

impl Choice {
    /// Selects at most `limit` of these events, with sequence numbers above `after`.
    fn filter(&self, after: u64, limit: usize) -> EventFilter {
        EventFilter { after, account: self.account.clone(), conference: self.conference.clone(), last: false, limit }
    }
}

fn open(config: &ConfigFile) -> Result<Sqlite, CliError> {
    Ok(Sqlite::open_read_only(&config.load()?.data_dir)?)
}
