//! `cordboard events tail`

use std::future::Future;
use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::io::Interest;
use tokio::net::unix::pipe;

use crate::signal::Shutdown;
use crate::{CliError, terminal};
use cordboard::events::json;
use cordboard::store::{EventFilter, Store, StoredEvent};

use super::{Choice, open, table};

/// Time between two reads of the store.
const POLL_INTERVAL: Duration = Duration::from_millis(300);
/// Events read at a time.
const PAGE: usize = 200;

#[derive(Debug, Args)]
#[command(after_help = "\
Starts with the next event to arrive, or right after --after. Ctrl-c or SIGTERM
ends it with exit status 0.

Examples:
  cordboard events tail
  cordboard events tail --json --after 0 --count 10")]
pub struct Tail {
    #[command(flatten)]
    choice: Choice,
    /// Start with the stored events after this sequence number.
    #[arg(long, value_name = "SEQUENCE")]
    after: Option<u64>,
    /// Exit after this many events.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
}

pub(super) async fn run(args: Tail) -> Result<ExitCode, CliError> {
    let mut shutdown = Shutdown::listen()?;
    let store = open(&args.choice.config)?;
    let after = match args.after {
        Some(after) => after,
        None => newest(&store).await?,
    };
    if !args.choice.json {
        terminal::print(&table::header())?;
    }
    let print = |event: &StoredEvent| {
        terminal::write(&if args.choice.json { format!("{}\n", json::event(event)) } else { table::row(event) })
    };
    let filter = args.choice.filter(after, PAGE);
    let ended = async {
        tokio::select! {
            () = shutdown.received() => {}
            () = deserted() => {}
        }
    };
    match follow(&store, filter, args.count, print, ended).await {
        // A closed pipe, as behind `head`, counts as success.
        Err(CliError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        followed => followed.map(|()| ExitCode::SUCCESS),
    }
}

/// Completes when the reader of a piped stdout closes it. Otherwise only the next event would reveal that.
async fn deserted() {
    // Only a pipe reports that its reader is gone; files cannot be watched.
    let watched = io::stdout().as_fd().try_clone_to_owned().and_then(pipe::Sender::from_owned_fd_unchecked);
    let gone = match &watched {
        Ok(out) => out.ready(Interest::ERROR).await.is_ok(),
        Err(_) => false,
    };
    if !gone {
        std::future::pending().await
    }
}

/// Returns the sequence number of the newest event, or 0 without events.
async fn newest(store: &dyn Store) -> Result<u64, CliError> {
    let filter = EventFilter { last: true, limit: 1, ..EventFilter::default() };
    Ok(store.events(&filter).await?.first().map_or(0, |event| event.sequence))
}

/// Prints events as they arrive, until `count` are printed or `ended` completes.
async fn follow(
    store: &dyn Store,
    mut filter: EventFilter,
    count: Option<u64>,
    mut print: impl FnMut(&StoredEvent) -> io::Result<()>,
    ended: impl Future<Output = ()>,
) -> Result<(), CliError> {
    let mut ended = std::pin::pin!(ended);
    let mut left = count.unwrap_or(u64::MAX);
    loop {
        let page = tokio::select! {
            () = &mut ended => return Ok(()),
            page = store.events(&filter) => page?,
        };
        for event in &page {
            print(event)?;
            filter.after = event.sequence;
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
        if page.len() < filter.limit {
            tokio::select! {
                () = &mut ended => return Ok(()),
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::show::tests::fresh;
    use cordboard::store::Change;
    use cordboard::store::sqlite::Sqlite;

    #[tokio::test]
    async fn follows_new_events_until_count_interrupt_or_closed_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let served = Sqlite::open(folder.path()).unwrap();
        let append = |key: u32| Change::AppendEvent(fresh("d", &key.to_string()));
        served.commit((0..3).map(append).collect()).await.unwrap();
        let store = Sqlite::open_read_only(folder.path()).unwrap();
        assert_eq!(newest(&store).await.unwrap(), 3);

        let all = EventFilter { limit: 2, ..EventFilter::default() };
        let mut seen = Vec::new();
        let writes = async {
            tokio::time::sleep(POLL_INTERVAL / 2).await;
            served.commit((3..6).map(append).collect()).await.unwrap();
        };
        let print = |event: &StoredEvent| {
            seen.push(event.sequence);
            Ok(())
        };
        let (followed, ()) = tokio::join!(follow(&store, all.clone(), Some(5), print, std::future::pending()), writes);
        assert!(followed.is_ok());
        assert_eq!(seen, [1, 2, 3, 4, 5]);

        let mut seen = 0;
        let print = |_: &StoredEvent| {
            seen += 1;
            Ok(())
        };
        let soon = tokio::time::sleep(POLL_INTERVAL * 2);
        assert!(follow(&store, all.clone(), None, print, soon).await.is_ok());
        assert_eq!(seen, 6);

        let closed = |_: &StoredEvent| Err(io::ErrorKind::BrokenPipe.into());
        let stopped = follow(&store, all, None, closed, std::future::pending()).await;
        assert!(matches!(stopped, Err(CliError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe));
    }
}
