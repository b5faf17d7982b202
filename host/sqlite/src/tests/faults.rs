//! Full disks, and files that are locked, damaged or foreign.

use std::sync::Arc;

use super::super::apply::Work;
use super::super::connection;
use super::super::writer::Writer;
use super::commits::together;
use super::*;

/// A writer whose file can only grow by a few pages.
fn cramped(bench: &Bench) -> Writer {
    let database = bench.directory.path().join("cordboard.db");
    let (connection, _) = connection::writing(&database, bench.directory.path()).unwrap();
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    connection.pragma_update_and_check(None, "max_page_count", pages + 20, |row| row.get::<_, i64>(0)).unwrap();
    Writer::start(connection, connection::checkpointing(&database).unwrap()).unwrap()
}

#[tokio::test]
async fn a_full_disk_is_reported_and_survived() {
    let bench = Bench::new();
    let writer = cramped(&bench);
    let mut large = inbound_request("large", Verdict::Accepted, 1);
    large.body = vec![7; 1 << 20];
    let keep = |inbound_request| {
        writer.perform(None, Work::Changes(vec![append("with", None), Change::PutInboundRequest(inbound_request)]))
    };
    for _ in 0..3 {
        let error = keep(large.clone()).await.unwrap_err();
        assert!(
            error.kind() == StoreErrorKind::Unavailable && error.to_string().contains("the disk is full: make room"),
            "{error:?}"
        );
    }
    assert_eq!(keep(inbound_request("small", Verdict::Accepted, 1)).await.unwrap().events, 1);
    assert!(bench.store.inbound_request("large").await.unwrap().is_none());
    assert!(bench.store.inbound_request("small").await.unwrap().is_some());
    assert_eq!(bench.events().await.len(), 1);
}

#[tokio::test]
async fn an_error_that_rolls_back_the_transaction_fails_all_its_commits_and_is_survived() {
    let bench = Arc::new(Bench::new());
    let trigger = "CREATE TRIGGER bomb BEFORE INSERT ON delivery BEGIN SELECT RAISE(ROLLBACK, 'all gone'); END";
    bench.raw().execute_batch(trigger).unwrap();
    let (mut stored, mut taken_along) = (0, 0);
    for round in 0..10 {
        let event = |name: &str| vec![append(&format!("{name} {round}"), None)];
        let bomb = vec![Change::PutInboundRequest(inbound_request("d", Verdict::Accepted, 1))];
        let mut outcomes = together(&bench, vec![event("held"), event("before"), bomb, event("behind")]).await;
        outcomes.remove(2).unwrap_err();
        // The first commits may already have had a transaction of their own.
        stored += outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        for outcome in outcomes {
            let Err(error) = outcome else { continue };
            assert!(error.to_string().contains("all gone"), "{error}");
            taken_along += 1;
        }
        assert_eq!(bench.events().await.len(), stored);
    }
    assert!(taken_along > 0);
    assert_eq!(bench.commit([append("k", None)]).await.events, 1);
}

#[tokio::test]
async fn a_locked_file_is_reported_and_survived() {
    let bench = Bench::new();
    let other = bench.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = bench.refused([append("k", None)]).await;
    assert!(error.contains("locked by another process"), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(bench.commit([append("k", None)]).await.events, 1);
}

#[tokio::test]
async fn a_damaged_record_is_reported_without_its_contents() {
    let bench = Bench::new();
    bench.commit([append("k", None)]).await;
    bench.raw().execute("UPDATE event SET event = '\"s3cr3t\"'", []).unwrap();
    let error = bench.store.events(&EventFilter { limit: 1, ..EventFilter::default() }).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Rejected);
    let error = format!("{error} {error:?}");
    assert!(error.contains("cannot be read") && !error.contains("s3cr3t"), "{error}");
    // The reader that failed is replaced.
    assert!(bench.store.unfinished().await.unwrap().is_empty());
}

#[test]
fn a_file_that_is_not_a_database_is_not_touched() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("cordboard.db");
    let text = "not a database, but somebody's text. ".repeat(100);
    std::fs::write(&file, &text).unwrap();
    for opened in [Sqlite::open(directory.path()), Sqlite::open_read_only(directory.path())] {
        let error = opened.err().unwrap().to_string();
        assert!(error.contains("cordboard.db is damaged: restore it"), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_file_of_a_newer_version_is_not_touched() {
    let bench = Bench::new();
    bench.raw().pragma_update(None, "user_version", 1000).unwrap();
    let Bench { directory, store } = bench;
    drop(store);
    for opened in [Sqlite::open(directory.path()), Sqlite::open_read_only(directory.path())] {
        let error = opened.err().unwrap().to_string();
        assert!(error.contains("upgrade cordboard"), "{error}");
    }
}
