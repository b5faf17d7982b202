//! Plug state, ingest keys and verified users.

use cordboard_store::{Scope, StateEntry};

use super::*;

fn entry(key: &str, value: &str, expires_at: Option<u64>) -> StateEntry {
    StateEntry { key: key.to_owned(), value: value.to_owned(), captured: key == "token", expires_at }
}

fn set_state(scope: &Scope, entry: StateEntry) -> Change {
    Change::SetState { scope: scope.clone(), entry }
}

#[tokio::test]
async fn state_entries_are_replaced_expire_and_are_deleted() {
    let bench = Bench::new();
    let scope = Scope::Connection(rooms());
    let token = entry("token", "s3cr3t", Some(u64::MAX));
    bench.commit([set_state(&scope, entry("user", "1", None)), set_state(&scope, token.clone())]).await;
    bench.commit([set_state(&scope, entry("user", "2", Some(500)))]).await;

    // A time above SQLite's maximum is stored as that maximum.
    let token = StateEntry { expires_at: Some(i64::MAX.cast_unsigned()), ..token };
    let both = vec![token.clone(), entry("user", "2", Some(500))];
    assert_eq!(bench.store.plug_state(&scope, 500).await.unwrap(), both);
    assert_eq!(bench.store.plug_state(&scope, 501).await.unwrap(), vec![token]);

    let bench = bench.reopened();
    assert_eq!(bench.store.plug_state(&scope, 500).await.unwrap(), both);
    bench
        .commit([Change::DeleteState { scope: scope.clone(), keys: vec!["token".to_owned(), "never".to_owned()] }])
        .await;
    assert_eq!(bench.store.plug_state(&scope, 500).await.unwrap(), vec![entry("user", "2", Some(500))]);
}

#[tokio::test]
async fn expired_entries_are_deleted() {
    let bench = Bench::new();
    let scope = Scope::Connection(rooms());
    for number in 0..100 {
        bench.commit([set_state(&scope, entry(&number.to_string(), "value", Some(500)))]).await;
    }
    let stored: i64 = bench.raw().query_row("SELECT count(*) FROM memo", [], |row| row.get(0)).unwrap();
    assert_eq!(stored, 1);
}

#[tokio::test]
async fn scopes_do_not_share_state() {
    let bench = Bench::new();
    let connection = |account: u64, name: &str| Scope::Connection(ConnectionId::new(account, name));
    let app = |app: u64, account: u64| Scope::App { app: app.into(), account: account.into() };
    let scopes = [
        connection(1, "2"),
        connection(1, "2/3"),
        connection(12, ""),
        connection(1, ""),
        app(1, 2),
        app(2, 1),
        app(u64::MAX, u64::MAX),
        Scope::Operation("1/2".to_owned()),
    ];
    for (number, scope) in scopes.iter().enumerate() {
        bench.commit([set_state(scope, entry("key", &number.to_string(), None))]).await;
    }
    for (number, scope) in scopes.iter().enumerate() {
        assert_eq!(bench.store.plug_state(scope, 0).await.unwrap(), vec![entry("key", &number.to_string(), None)]);
    }
}

#[tokio::test]
async fn the_state_of_an_operation_is_deleted_when_it_finishes() {
    let bench = Bench::new();
    let [ending, other] = ["ending", "other"].map(|id| Scope::Operation(id.to_owned()));
    bench.commit([Change::Begin(operation("ending", OperationKind::Create))]).await;
    bench.commit([set_state(&ending, entry("0", "a", None)), set_state(&other, entry("0", "b", None))]).await;
    bench.commit([finish("ending", true)]).await;
    assert!(bench.store.plug_state(&ending, 0).await.unwrap().is_empty());
    assert_eq!(bench.store.plug_state(&other, 0).await.unwrap(), vec![entry("0", "b", None)]);
}

#[tokio::test]
async fn captured_values_do_not_show_in_debug_output() {
    let change = set_state(&Scope::Connection(rooms()), entry("token", "s3cr3t", None));
    assert!(!format!("{change:?}").contains("s3cr3t"));
    assert!(format!("{change:?}").contains("token"));
}

#[tokio::test]
async fn a_deleted_token_is_not_left_in_the_file() {
    let bench = Bench::new();
    let scope = Scope::Connection(rooms());
    bench.commit([set_state(&scope, entry("token", &"s3cr3t-".repeat(20), None))]).await;
    let sealed: Vec<u8> = bench.raw().query_row("SELECT value FROM memo", [], |row| row.get(0)).unwrap();
    let bench = bench.reopened();
    let file = bench.directory.path().join("cordboard.db");
    let held = |bytes: &[u8]| bytes.windows(sealed.len()).any(|window| window == sealed);
    assert!(held(&std::fs::read(&file).unwrap()));
    bench.commit([Change::DeleteState { scope, keys: vec!["token".to_owned()] }]).await;
    let _bench = bench.reopened();
    assert!(!held(&std::fs::read(&file).unwrap()));
}

#[tokio::test]
async fn the_first_ingest_key_stays() {
    let bench = Bench::new();
    assert_eq!(bench.store.ingest_key(&rooms(), "first").await.unwrap(), "first");
    assert_eq!(bench.store.ingest_key(&rooms(), "second").await.unwrap(), "first");
    let other = ConnectionId { account: 124.into(), ..rooms() };
    assert_eq!(bench.store.ingest_key(&other, "third").await.unwrap(), "third");
    let bench = bench.reopened();
    assert_eq!(bench.store.ingest_key(&rooms(), "fourth").await.unwrap(), "first");
}

#[tokio::test]
async fn two_connections_cannot_share_an_ingest_key() {
    let bench = Bench::new();
    bench.store.ingest_key(&rooms(), "same").await.unwrap();
    let other = ConnectionId { account: 124.into(), ..rooms() };
    let error = bench.store.ingest_key(&other, "same").await.unwrap_err();
    assert!(error.to_string().contains("the ingest key already exists"), "{error}");
    assert!(!error.to_string().contains("same"), "{error}");
    assert_eq!(bench.store.ingest_key(&other, "another").await.unwrap(), "another");
}

#[tokio::test]
async fn users_are_verified_per_connection() {
    let bench = Bench::new();
    let change = || Change::VerifiedUser { connection: rooms(), id: "user-1".to_owned() };
    bench.commit([change(), change()]).await;
    assert!(bench.store.is_verified_user(&rooms(), "user-1").await.unwrap());
    assert!(!bench.store.is_verified_user(&rooms(), "USER-1").await.unwrap());
    let other = ConnectionId { name: "veeting".to_owned(), ..rooms() };
    assert!(!bench.store.is_verified_user(&other, "user-1").await.unwrap());
}
