//! Resuming operations that a crash interrupted.

use cordboard::contract::conference::{Meeting, Person};
use cordboard::contract::effect::Context;
use cordboard::plug::{Engine, Options, builtin};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{Change, Operation, OperationKind, Store};
use cordboard_tests::bridge::{Installation, connection};
use cordboard_tests::hubspot::{self, ACCOUNT, APP};
use serde_json::json;

const ROOMS: &str = "plug = \"jitsi\"";

/// Returns the journal entry of a create that was interrupted before its first effect.
fn begun(id: &str, plug: &str) -> Change {
    let meeting = Meeting {
        topic: "Talk".to_owned(),
        start: 1,
        end: 2,
        user_id: "7".to_owned(),
        user: Person::Email("ada@example.com".to_owned()),
        account_id: ACCOUNT.to_string(),
        source: None,
    };
    let context = Context {
        settings: vec![
            ("host".to_owned(), "https://meet.example.org".to_owned()),
            ("room-pattern".to_owned(), "{random}".to_owned()),
        ],
        secrets: Vec::new(),
        state: Vec::new(),
        now: 1,
        random: vec![id.len().try_into().unwrap(); 16],
        exchanges: Vec::new(),
    };
    Change::Begin(Operation {
        id: id.to_owned(),
        kind: OperationKind::Create,
        app: Some(APP.into()),
        connection: connection(ACCOUNT, "rooms"),
        plug: plug.to_owned(),
        conference: Some(format!("conference of {id}")),
        request: None,
        fingerprint: Some("equal".to_owned()),
        input: json!({ "create": meeting }).to_string(),
        context: serde_json::to_string(&context).unwrap(),
        started_at: 1,
    })
}

#[tokio::test]
async fn equal_interrupted_creates_are_all_resumed() {
    let engine = Engine::new(&Options::default()).unwrap();
    let plug = engine.load(builtin::find("jitsi").unwrap()).unwrap().digest().to_owned();
    let installation = Installation::new();
    let store = Sqlite::open(&installation.data()).unwrap();
    store.commit(vec![begun("first", &plug), begun("second one", &plug)]).await.unwrap();
    drop(store);

    let rooms = format!("[account.{ACCOUNT}.connection.rooms]\n{ROOMS}\n");
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &rooms)).await;
    bridge.idle().await;
    assert!(bridge.store.unfinished().await.unwrap().is_empty());
    for id in ["first", "second one"] {
        let made = bridge.store.conference(&format!("conference of {id}")).await.unwrap();
        assert!(made.is_some(), "{id}");
    }
    let leftovers = bridge.leftovers().await;
    assert!(leftovers.len() == 2 && leftovers.iter().all(|left| left.unacknowledged_create), "{leftovers:?}");
}
