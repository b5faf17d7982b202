//! A provider is answered in time while the store is locked, and no event is lost or stored twice.

use std::time::{Duration, Instant};

use super::super::process::run::{cordboard, run};
use super::super::process::{Bridge, http, until};

const TOKEN: &str = "0f3c7e1a-signing-token";

#[test]
fn a_provider_gets_503_in_time_while_the_store_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let account = format!(
        r#"
        [account.456456]
        app = 54321
        [account.456456.connection.iotum]
        plug = "iotum"
        ingest-key = "key-of-the-tests"
        settings = {{ host = "https://globex.iotum.example", signing-token = "{TOKEN}" }}
        "#
    );
    let bridge = Bridge::configured(folder.path(), "deadline-ms = 500", &account, None, std::io::sink());
    let send = |conference: u64| {
        let payload = format!(r#"{{\"conference_id\":{conference}}}"#);
        let body =
            format!(r#"{{"event":"conference_start","payload":"{payload}","timestamp":"2030-03-11T16:01:00.000Z"}}"#);
        let token = format!("x-signing-token: {TOKEN}\r\n");
        http::ask(&bridge.address(), "POST", "/in/key-of-the-tests/events", &token, &body).unwrap()
    };
    let events = || {
        let listed = run(cordboard(folder.path(), "warn", &["events", "list", "--json", "--after", "0"])).ended(0).out;
        listed.lines().count()
    };
    assert_eq!(send(1).0, 204);

    let lock = rusqlite::Connection::open(folder.path().join("cordboard.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    let (status, answer) = send(2);
    let took = began.elapsed();
    assert_eq!(status, 503, "{answer}");
    assert!(answer.contains("send the request again"), "{answer}");
    // The store would wait much longer.
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!(events(), 1, "the unacknowledged event is not stored yet");
    lock.execute_batch("ROLLBACK").unwrap();
    // The event is stored once, whether or not the first request still succeeded.
    assert_eq!(send(2).0, 204);
    assert_eq!(send(2).0, 204);
    until("both are stored", || events() == 2);
    bridge.serving.stop();
    assert_eq!(events(), 2);
}
