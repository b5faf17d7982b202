//! What a crash cut short is run again, and must come to the same.

use cordboard::contract::effect::{Effect, Method, OutboundRequest, Piece};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{Change, Operation, Store};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::until;
use cordboard_tests::http::Wire;
use cordboard_tests::hubspot::{meeting, request, with};

use super::log::logged;
use super::outside::Outside;
use super::stage::{ACCOUNT, Stage, config, private, settings};

const FIXTURE: &str = "asking_differently";

/// The plug asks for an address with how often it was run, and with a setting, in it.
pub async fn asking_differently() {
    let outside = Outside::start().await;
    let begun = goes_on_as_it_began(&outside).await;
    another_version_does_not_go_on(&outside).await;
    what_was_not_asked_for_is_not_done(&outside, begun).await;
}

fn asking(outside: &Outside, path: &str) -> String {
    settings(FIXTURE, &outside.address.to_string(), &[&outside.url(path)])
}

/// Which addresses were asked for.
fn paths(outside: &Outside) -> Vec<String> {
    outside.requests().iter().map(|request| request.split(' ').nth(1).unwrap().to_owned()).collect()
}

/// A bridge whose plug has asked for something that is not answered.
async fn interrupted(outside: &Outside, path: &str) -> Stage {
    let before = outside.requests().len();
    outside.silence(true);
    let stage = Stage::open(&asking(outside, path), &private(&outside.address.to_string())).await;
    let mut wire = Wire::connect(stage.bridge.address).await;
    wire.write(&request("create-meeting", &with(meeting("Talk"), "portalId", ACCOUNT)).bytes()).await;
    until("the plug has asked", || outside.requests().len() > before).await;
    stage
}

/// No call knows of an earlier one, and what its owner changes meanwhile counts for the next operation.
async fn goes_on_as_it_began(outside: &Outside) -> Operation {
    let stage = interrupted(outside, "/first").await;
    let mut committed = stage.bridge.store.committed().into_iter();
    let begun = committed.find_map(|change| if let Change::Begin(begun) = change { Some(begun) } else { None });
    outside.silence(false);
    let stage = stage.crash_into(&asking(outside, "/second"), &private(&outside.address.to_string())).await;
    stage.bridge.idle().await;
    assert_eq!(paths(outside), ["/first?0"; 4], "one of them twice: its answer was not known");
    let leftovers = stage.bridge.leftovers().await;
    assert!(leftovers.len() == 1 && leftovers[0].unclaimed, "{leftovers:?}");
    assert_eq!(stage.book("Another").await.status, 200);
    assert_eq!(paths(outside)[4..], ["/second?0"; 3]);
    stage.neighbour_is_served("afterwards").await;
    stage.assert_no_secret();
    begun.unwrap()
}

/// The same operation of another file is not the same, and its owner is told that something may be left.
async fn another_version_does_not_go_on(outside: &Outside) {
    let stage = interrupted(outside, "/third").await;
    let asked = outside.requests().len();
    let section = [0, 3, 1, b'v', 2];
    stage.house.put("hostile.wasm", &[HOSTILE, &section].concat());
    outside.silence(false);
    let stage = stage.crash_into(&asking(outside, "/third"), &private(&outside.address.to_string())).await;
    stage.bridge.idle().await;
    assert_eq!(outside.requests().len(), asked, "it asks for nothing");
    let leftovers = stage.bridge.leftovers().await;
    assert!(leftovers.len() == 1 && leftovers[0].why.contains("its plug is not there any more"), "{leftovers:?}");
    assert!(stage.bridge.store.unfinished().await.unwrap().is_empty());
    assert_eq!(stage.book("Another").await.status, 200, "the other version serves");
    stage.assert_no_secret();
}

/// A journal in which something else stands than what the plug asks for now, and which may have been carried out.
async fn what_was_not_asked_for_is_not_done(outside: &Outside, begun: Operation) {
    let stage = Stage::open(&asking(outside, "/first"), &private(&outside.address.to_string())).await;
    let Stage { house, bridge } = stage;
    bridge.close().await;
    let id = "f".repeat(32);
    let operation =
        Operation { id: id.clone(), conference: Some("e".repeat(32)), request: None, fingerprint: None, ..begun };
    let effect = Effect::Call(OutboundRequest {
        method: Method::Post,
        url: vec![Piece::Text(outside.url("/rooms"))],
        headers: Vec::new(),
        basic: None,
        body: Vec::new(),
        captures: Vec::new(),
        idempotent: false,
    });
    let store = Sqlite::open(&house.data()).unwrap();
    store.commit(vec![Change::Begin(operation), Change::Ask { operation: id, number: 0, effect }]).await.unwrap();
    drop(store);

    let asked = outside.requests().len();
    let bridge = house.open(&config(&asking(outside, "/first"), &private(&outside.address.to_string()))).await;
    let stage = Stage { house, bridge };
    stage.bridge.idle().await;
    assert_eq!(outside.requests().len(), asked);
    assert!(logged().contains("it asks for something else than before"));
    assert!(stage.bridge.store.unfinished().await.unwrap().is_empty(), "it is over");
    let leftovers = stage.bridge.leftovers().await;
    assert!(leftovers.len() == 1 && leftovers[0].why.contains("/rooms may have been carried out"), "{leftovers:?}");
    stage.neighbour_is_served("afterwards").await;
    stage.assert_no_secret();
}
