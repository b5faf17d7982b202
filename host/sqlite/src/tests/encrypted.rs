//! Encryption at rest: values are absent from the files, and decrypt only in their place and with their directory's
//! key.

use std::path::Path;

use cordboard_store::{DifferenceRecord, Scope, StateEntry};
use rusqlite::types::ValueRef;

use super::*;

const WORD: &str = "xyzzy-plugh";

fn entry(key: &str) -> Change {
    let entry =
        StateEntry { key: key.to_owned(), value: format!("{key} of {WORD}"), captured: false, expires_at: None };
    Change::SetState { scope: Scope::Connection(rooms()), entry }
}

fn difference(operation: &str) -> Change {
    Change::PutDifference(DifferenceRecord {
        connection: rooms(),
        candidate: 2,
        operation: operation.to_owned(),
        kind: "create".to_owned(),
        after: 0,
        live: format!("live {WORD}"),
        other: format!("other {WORD}"),
        seen_at: 1,
    })
}

/// An unfinished operation with the word in every encrypted value.
fn begun(id: &str) -> Vec<Change> {
    let operation = Operation {
        input: format!("input of {id}: {WORD}"),
        context: format!("context of {id}: {WORD}"),
        conference: Some(id.to_owned()),
        ..operation(id, OperationKind::Create)
    };
    let exchange = answered(format!("body of {id}: {WORD}").as_bytes());
    vec![
        Change::Begin(operation),
        Change::RecordEffect {
            operation: id.to_owned(),
            number: 0,
            effect: call(&format!("https://{WORD}.example/")).into(),
        },
        Change::RecordExchange { operation: id.to_owned(), number: 0, exchange },
    ]
}

fn ended(id: &str) -> Vec<Change> {
    let ending = Ending {
        outcome: format!("outcome {WORD}"),
        succeeded: true,
        leftover: Some(format!("left {WORD}")),
        finished_at: 2000,
    };
    let mut conference = conference(id, &format!("at provider {id}"));
    for text in [&mut conference.topic, &mut conference.details, &mut conference.join_url, &mut conference.user] {
        text.push_str(WORD);
    }
    let finish = Change::Finish { operation: id.to_owned(), ending };
    begun(id).into_iter().chain([Change::PutConference(conference), finish]).collect()
}

/// Returns whether any file of the directory contains the word.
fn is_in_files(directory: &Path) -> bool {
    let files = std::fs::read_dir(directory).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(WORD.len()).any(|window| window == WORD.as_bytes()))
}

/// Returns every value of every table.
fn dump(file: &rusqlite::Connection) -> String {
    let mut tables = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut dump = String::new();
    for table in tables {
        let mut statement = file.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => dump.push_str(&String::from_utf8_lossy(bytes)),
                    other => dump.push_str(&format!("{other:?}")),
                }
                dump.push('\n');
            }
        }
    }
    dump
}

#[tokio::test]
async fn encrypted_values_are_absent_from_the_files_and_can_all_be_read() {
    let bench = Bench::new();
    bench.commit(begun("open")).await;
    bench.commit(ended("done")).await;
    bench.commit([entry("user"), difference("done")]).await;
    bench.store.ingest_key(&rooms(), &format!("key {WORD}")).await.unwrap();
    let dumped = dump(&bench.raw());
    assert!(dumped.contains("done") && !dumped.contains(WORD), "{dumped}");
    assert!(!is_in_files(bench.directory.path()));

    let bench = bench.reopened();
    assert!(!is_in_files(bench.directory.path()));
    assert_eq!(bench.store.stored_ingest_key(&rooms()).await.unwrap().unwrap(), format!("key {WORD}"));
    let journals = bench.store.unfinished().await.unwrap();
    assert_eq!(journals.len(), 1);
    assert_eq!(journals[0].operation.input, format!("input of open: {WORD}"));
    assert_eq!(journals[0].operation.context, format!("context of open: {WORD}"));
    let recorded = bench.store.recorded(&rooms(), 9).await.unwrap();
    let Some(Exchange::Answered(response)) = &recorded[0].exchanges[0].exchange else { panic!("{recorded:?}") };
    assert_eq!(response.body, format!("body of done: {WORD}").as_bytes());
    let leftover = bench.store.leftovers(&LeftoverFilter::newest(9)).await.unwrap().remove(0);
    assert_eq!(leftover.why, format!("left {WORD}"));
    assert!(leftover.conference.unwrap().topic.contains(WORD));
    let entries = bench.store.plug_state(&Scope::Connection(rooms()), 0).await.unwrap();
    assert_eq!(entries[0].value, format!("user of {WORD}"));
    assert_eq!(bench.store.differences(&rooms(), 2, 9).await.unwrap()[0].other, format!("other {WORD}"));
}

#[tokio::test]
async fn a_moved_value_cannot_be_read_and_the_others_can() {
    let bench = Bench::new();
    for id in ["a", "b", "c", "d"] {
        bench.commit(begun(id)).await;
    }
    let swap = |table: &str, column: &str, key: &str| {
        let file = bench.raw();
        let value = |of| {
            let value = format!("SELECT {column} FROM {table} WHERE {key} = ?1");
            file.query_row(&value, [of], |row| row.get::<_, Vec<u8>>(0)).unwrap()
        };
        for (of, value) in [("a", value("b")), ("b", value("a"))] {
            let put = format!("UPDATE {table} SET {column} = ?2 WHERE {key} = ?1");
            assert_eq!(file.execute(&put, rusqlite::params![of, value]).unwrap(), 1);
        }
    };
    let unfinished = async || {
        let journals = bench.store.unfinished().await.unwrap();
        journals.into_iter().map(|journal| journal.operation.id).collect::<Vec<_>>()
    };
    for (table, column, key) in [("effect", "body", "operation"), ("operation", "input", "id")] {
        swap(table, column, key);
        assert_eq!(unfinished().await, ["c", "d"], "{column}");
        swap(table, column, key);
        assert_eq!(unfinished().await, ["a", "b", "c", "d"], "{column}");
    }
    // The same holds for a value in another column of its row, and for a modified one.
    for change in [
        "UPDATE effect SET exchange = effect WHERE operation = 'c'",
        "UPDATE effect SET body = x'' WHERE operation = 'd'",
    ] {
        bench.raw().execute(change, []).unwrap();
    }
    assert_eq!(unfinished().await, ["a", "b"]);

    bench.commit([entry("a"), entry("b"), entry("c")]).await;
    swap("memo", "value", "key");
    let entries = bench.store.plug_state(&Scope::Connection(rooms()), 0).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["c"]);
    bench.commit([entry("a")]).await;
    assert_eq!(bench.store.plug_state(&Scope::Connection(rooms()), 0).await.unwrap().len(), 2, "set again");

    bench.commit([difference("a"), difference("b"), difference("c")]).await;
    swap("difference", "live", "operation");
    assert_eq!(bench.store.differences(&rooms(), 2, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_leftover_is_shown_even_if_it_cannot_be_read() {
    let bench = Bench::new();
    bench.commit(ended("a")).await;
    bench.commit(ended("b")).await;
    bench.raw().execute("UPDATE conference SET topic = x'00' WHERE id = 'a'", []).unwrap();
    let mut left = bench.store.leftovers(&LeftoverFilter::newest(9)).await.unwrap();
    left.retain(|left| left.operation == "a");
    assert!(left[0].conference.is_none() && left[0].why.contains("its record cannot be read"), "{left:?}");
    assert!(bench.store.conference("a").await.unwrap_err().to_string().contains("a record cannot be read"));
    assert!(bench.store.conference("b").await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_is_not_served_without_its_key_and_gets_no_new_one() {
    let bench = Bench::new();
    bench.store.ingest_key(&rooms(), "kept").await.unwrap();
    bench.commit(ended("a")).await;
    let Bench { directory, store } = bench;
    drop(store);
    let key = directory.path().join("host.key");
    let elsewhere = directory.path().join("aside");
    std::fs::rename(&key, &elsewhere).unwrap();

    let refused = || Sqlite::open(directory.path()).err().unwrap().to_string();
    assert!(refused().contains("host.key: restore the `host.key` that belongs"), "{}", refused());
    assert!(!key.exists());
    let error = unread(directory.path()).await;
    assert!(error.contains("host.key: restore"), "{error}");

    let other = tempfile::tempdir().unwrap();
    drop(Sqlite::open(other.path()).unwrap());
    std::fs::copy(other.path().join("host.key"), &key).unwrap();
    assert!(refused().contains("encrypted with a different key"), "{}", refused());
    let error = unread(directory.path()).await;
    assert!(error.contains("encrypted with a different key"), "{error}");

    std::fs::rename(&elsewhere, &key).unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    assert!(store.conference("a").await.unwrap().is_some());
}

/// Returns why a reader cannot read encrypted values, having checked that it reads the others.
async fn unread(directory: &Path) -> String {
    let reader = Sqlite::open_read_only(directory).unwrap();
    reader.stored_ingest_key(&rooms()).await.unwrap_err();
    assert!(reader.events(&EventFilter { limit: 9, ..EventFilter::default() }).await.unwrap().is_empty());
    reader.leftovers(&LeftoverFilter::newest(9)).await.unwrap_err().to_string()
}

/// Creates a file of a version without encryption, with the word in every value that is encrypted today.
fn earlier(directory: &Path) {
    let file = rusqlite::Connection::open(directory.join("cordboard.db")).unwrap();
    file.execute_batch(include_str!("../migrations/1.sql")).unwrap();
    file.execute_batch(include_str!("../migrations/2.sql")).unwrap();
    file.pragma_update(None, "user_version", 2).unwrap();
    let effect = serde_json::to_string(&call(&format!("https://{WORD}.example/"))).unwrap();
    let exchange = serde_json::to_string(&answered(b"")).unwrap();
    let long = format!("{WORD} ").repeat(2000);
    file.execute_batch(&format!(
        "INSERT INTO operation VALUES
             (3, 'open', 'create', 1, 123, 'rooms', 'p', 'c', 'r', 'l', '{long}', '{{\"x\":\"{WORD}\"}}', 7, NULL, NULL, NULL,
              NULL, 0),
             (5, 'early', 'create', 1, 123, 'rooms', 'p', NULL, NULL, NULL, '{WORD}', '', 8, '{WORD}', 0, NULL, 9, 0),
             (6, 'done', 'update', 1, 123, 'rooms', 'p', 'c', 'r', 'l', '{WORD}', '{WORD}', 8, '{WORD}', 0, '{WORD}', 9, 1);
         INSERT INTO effect VALUES
             ('open', 0, '{effect}', '{exchange}', CAST('{long}' AS BLOB)), ('open', 1, '{effect}', NULL, NULL),
             ('done', 0, '{effect}', '\"Done\"', NULL);
         INSERT INTO conference VALUES
             (2, 'c', 'link', 1, 123, 'rooms', 'at', '{WORD}', '', 7, '{WORD}', '{WORD}', 1, 2, 3, NULL);
         INSERT INTO conference_name VALUES (123, 'rooms', 'at', 'c');
         INSERT INTO memo VALUES ('connection/123/rooms', 'token', '{WORD}', 1, NULL);
         INSERT INTO ingest_key VALUES (123, 'rooms', '{WORD}'), (124, 'rooms', 'other');
         INSERT INTO difference VALUES (4, 123, 'rooms', 2, 'done', 'update', 1, '{WORD}', '{WORD}', 9);"
    ))
    .unwrap();
}

#[tokio::test]
async fn plain_text_of_an_earlier_version_is_encrypted_when_the_file_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    earlier(directory.path());
    assert!(is_in_files(directory.path()));
    let error = Sqlite::open_read_only(directory.path()).err().unwrap().to_string();
    assert!(error.contains("run `cordboard serve` once"), "{error}");

    let store = Sqlite::open(directory.path()).unwrap();
    assert!(!is_in_files(directory.path()), "not even while it serves");
    let bench = Bench { directory, store };
    assert!(!dump(&bench.raw()).contains(WORD));
    let stored = bench.store.stored_bytes(&rooms().account);
    assert_eq!(stored, super::usage::recounted(&bench, &rooms().account));
    assert!(stored > 20_000, "existing rows are counted: {stored}");
    let journals = bench.store.unfinished().await.unwrap();
    assert_eq!(journals.iter().map(|journal| journal.operation.id.as_str()).collect::<Vec<_>>(), ["open"]);
    assert_eq!(journals[0].operation.input.len(), 2000 * (WORD.len() + 1));
    assert_eq!(journals[0].operation.context, format!("{{\"x\":\"{WORD}\"}}"));
    let Some(Exchange::Answered(response)) = &journals[0].exchanges[0].exchange else { panic!("{journals:?}") };
    assert_eq!(response.body.len(), 2000 * (WORD.len() + 1));
    assert!(journals[0].exchanges[1].exchange.is_none());
    let recorded = bench.store.recorded(&rooms(), 9).await.unwrap();
    assert_eq!(recorded.iter().map(|journal| journal.operation.id.as_str()).collect::<Vec<_>>(), ["done"]);
    let left = bench.store.leftovers(&LeftoverFilter::newest(9)).await.unwrap();
    assert_eq!((left.len(), left[0].why.as_str()), (1, WORD));
    let conference = bench.store.conference_at_provider(&rooms(), "at").await.unwrap().unwrap();
    assert_eq!((conference.topic.as_str(), conference.details.as_str()), (WORD, ""));
    assert_eq!(bench.store.plug_state(&Scope::Connection(rooms()), 0).await.unwrap()[0].value, WORD);
    assert_eq!(bench.store.differences(&rooms(), 2, 9).await.unwrap()[0].live, WORD);
    assert_eq!(bench.store.ingest_key(&rooms(), "fresh").await.unwrap(), WORD);
    let third = ConnectionId { account: 125.into(), ..rooms() };
    let error = bench.store.ingest_key(&third, WORD).await.unwrap_err().to_string();
    assert!(error.contains("the ingest key already exists"), "{error}");

    // Tables still reference each other.
    assert!(
        bench
            .refused([Change::RecordEffect { operation: "none".to_owned(), number: 0, effect: call("x").into() }])
            .await
            .contains("refers to a record that does not exist")
    );
    assert!(!bench.raw().prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
    let bench = bench.reopened();
    assert!(bench.store.conference("c").await.unwrap().is_some());
}
