//! Several processes on one directory, and the permissions of its files.

use std::path::Path;
use std::process::{Command, Output};

use super::*;

const DATA_DIR: &str = "CORDBOARD_TEST_DATA_DIR";

/// Runs one of this file's ignored tests in a child process.
fn elsewhere(test: &str, data_dir: &Path) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("{}::{test}", module_path!().split_once("::").unwrap().1),
            "--ignored",
            "--nocapture",
        ])
        .env(DATA_DIR, data_dir)
        .output()
        .unwrap()
}

fn data_dir() -> std::path::PathBuf {
    std::env::var_os(DATA_DIR).expect("this runs as a child of another test").into()
}

#[tokio::test]
#[ignore = "runs as a child of another test"]
async fn child_reads() {
    let store = Sqlite::open_read_only(&data_dir()).unwrap();
    let events = store.events(&EventFilter { limit: 10_000, ..EventFilter::default() }).await.unwrap();
    assert!(events.iter().all(|event| event.conference.is_some()));
    let key = store.ingest_key(&rooms(), "fresh").await.unwrap();
    let error = store.commit(vec![append("mine", None)]).await.unwrap_err();
    println!("read {} events, {key}, {error}", events.len());
}

#[test]
#[ignore = "runs as a child of another test"]
fn child_serves() {
    println!("opened: {:?}", Sqlite::open(&data_dir()).map(|_| ()));
}

#[tokio::test]
async fn another_process_reads_while_this_one_writes() {
    let bench = Bench::new();
    bench.store.ingest_key(&rooms(), "kept").await.unwrap();
    bench.commit([Change::PutConference(conference("c", "p")), append("k0", Some("p"))]).await;
    let path = bench.directory.path().to_owned();
    let child = tokio::task::spawn_blocking(move || elsewhere("child_reads", &path));
    let mut written = 1;
    while !child.is_finished() {
        bench.commit([append(&format!("k{written}"), Some("p"))]).await;
        written += 1;
    }
    let output = child.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    let read: usize = text.split_once("read ").unwrap().1.split_once(" events, kept").unwrap().0.parse().unwrap();
    assert!((1..=written).contains(&read), "{read} of {written}");
    assert!(text.contains("opened read-only"), "{text}");
    assert_eq!(bench.events().await.len(), written);
}

#[tokio::test]
async fn a_closed_store_can_be_read() {
    let bench = Bench::new();
    bench.commit([append("k", None)]).await;
    let Bench { directory, store } = bench;
    drop(store);
    assert!(!directory.path().join("cordboard.db-wal").exists());
    let store = Sqlite::open_read_only(directory.path()).unwrap();
    assert_eq!(store.events(&EventFilter { limit: 9, ..EventFilter::default() }).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_files_of_a_killed_process_can_be_read_and_served() {
    let bench = Bench::new();
    bench.commit([append("k", None)]).await;
    // The files as a killed process leaves them.
    let killed = tempfile::tempdir().unwrap();
    for file in ["cordboard.db", "cordboard.db-wal", "host.key"] {
        std::fs::copy(bench.directory.path().join(file), killed.path().join(file)).unwrap();
    }
    let filter = EventFilter { limit: 9, ..EventFilter::default() };
    let reader = Sqlite::open_read_only(killed.path()).unwrap();
    assert_eq!(reader.events(&filter).await.unwrap().len(), 1);
    let store = Sqlite::open(killed.path()).unwrap();
    store.commit(vec![append("k", None), append("l", None)]).await.unwrap();
    assert_eq!(reader.events(&filter).await.unwrap().len(), 2);
}

#[test]
fn only_one_process_serves() {
    let bench = Bench::new();
    let error = Sqlite::open(bench.directory.path()).err().unwrap().to_string();
    assert!(error.contains("another process is serving from"), "{error}");
    assert!(error.contains("its own data-dir"), "{error}");
    let output = elsewhere("child_serves", bench.directory.path());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("another process is serving from"), "{text}");

    let Bench { directory, store } = bench;
    drop(store);
    let output = elsewhere("child_serves", directory.path());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("opened: Ok"), "{text}");
}

#[test]
fn a_directory_that_was_never_served_from_cannot_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let error = Sqlite::open_read_only(directory.path()).err().unwrap().to_string();
    assert!(error.contains("cordboard.db: set data-dir to one that"), "{error}");
    assert!(std::fs::read_dir(directory.path()).unwrap().next().is_none());
}

#[test]
fn a_directory_that_cannot_be_created_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Sqlite::open(&file.join("data")).err().unwrap().to_string();
    assert!(error.contains("cannot use"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_this_user_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;

    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("deep/data");
    let store = Sqlite::open(&directory).unwrap();
    store.commit(vec![append("k", None)]).await.unwrap();
    assert_eq!(mode(&directory), 0o700);
    let files: Vec<_> = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 5, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }

    drop(store);
    let file = directory.join("cordboard.db");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let _store = Sqlite::open(&directory).unwrap();
    assert_eq!(mode(&file), 0o600);
}
