//! `cordboard events`

mod list;
mod show;
mod table;
mod tail;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use cordboard::store::EventFilter;
use cordboard::store::sqlite::Sqlite;

use super::{CliError, ConfigFile};

/// Shows meeting events. It reads the store of `data-dir`, and may run beside `cordboard serve`.
#[derive(Debug, Subcommand)]
pub enum Events {
    /// Lists the latest events, or those that follow a sequence number.
    List(list::List),
    /// Shows an event, or a delivery, whole.
    Show(show::Show),
    /// Shows events as they come, until it is interrupted (ctrl-c).
    Tail(tail::Tail),
}

/// Runs one of them.
///
/// # Errors
/// Where the store cannot be read, or has not what is asked for.
pub async fn run(args: Events) -> Result<ExitCode, CliError> {
    match args {
        Events::List(args) => list::run(args).await,
        Events::Show(args) => show::run(args).await,
        Events::Tail(args) => tail::run(args).await,
    }
}

/// Which events.
#[derive(Debug, Args)]
struct Choice {
    /// Only of this account: the CRM's number of it.
    #[arg(long, value_name = "NUMBER")]
    account: Option<u64>,
    /// Only of this conference: the id that Cordboard gave it, whole.
    #[arg(long, value_name = "ID")]
    conference: Option<String>,
}

impl Choice {
    /// The chosen ones with a greater sequence number than `after`, at most `limit`.
    fn filter(&self, after: u64, limit: usize) -> EventFilter {
        EventFilter { after, account: self.account, conference: self.conference.clone(), last: false, limit }
    }
}

fn open(config: &ConfigFile) -> Result<Sqlite, CliError> {
    Ok(Sqlite::open_read_only(&config.load()?.data_dir)?)
}
