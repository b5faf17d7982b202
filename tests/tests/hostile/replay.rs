//! Operations interrupted by a crash are run again, and must request the same effects.

use cordboard::contract::effect::{Effect, Method, OutboundRequest, Piece};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{Change, Operation, Store};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::until;
use cordboard_tests::http::Wire;
use cordboard_tests::hubspot::{meeting, request, with};

use super::log::logged;
use super::outside_server::OutsideServer;
use super::setup::{ACCOUNT, Setup, config, private, settings};

const FIXTURE: &str = "asking_differently";

/// The plug requests a URL that contains the number of its runs, and a setting.
pub async fn asking_differently() {
    let server = OutsideServer::start().await;
    let begun = resumes_with_its_first_context(&server).await;
    another_version_does_not_resume(&server).await;
    a_different_effect_ends_the_operation(&server, begun).await;
}

fn asking(server: &OutsideServer, path: &str) -> String {
    settings(FIXTURE, &server.address.to_string(), &[&server.url(path)])
}

/// Returns the requested paths.
fn paths(server: &OutsideServer) -> Vec<String> {
    server.requests().iter().map(|request| request.split(' ').nth(1).unwrap().to_owned()).collect()
}

/// Returns a bridge with a plug that waits for an answer.
async fn interrupted(server: &OutsideServer, path: &str) -> Setup {
    let before = server.requests().len();
    server.silence(true);
    let setup = Setup::open(&asking(server, path), &private(&server.address.to_string())).await;
    let mut wire = Wire::connect(setup.bridge.address).await;
    wire.write(&request("create-meeting", &with(meeting("Talk"), "portalId", ACCOUNT)).bytes()).await;
    until("the plug has called the server", || server.requests().len() > before).await;
    setup
}

/// No call knows of an earlier one, and a changed setting applies to the next operation.
async fn resumes_with_its_first_context(server: &OutsideServer) -> Operation {
    let setup = interrupted(server, "/first").await;
    let mut committed = setup.bridge.store.committed().into_iter();
    let begun = committed.find_map(|change| if let Change::Begin(begun) = change { Some(begun) } else { None });
    server.silence(false);
    let setup = setup.crash_and_open(&asking(server, "/second"), &private(&server.address.to_string())).await;
    setup.bridge.idle().await;
    assert_eq!(paths(server), ["/first?0"; 4], "one of them twice, because its answer was lost");
    let leftovers = setup.bridge.leftovers().await;
    assert!(leftovers.len() == 1 && leftovers[0].unacknowledged_create, "{leftovers:?}");
    assert_eq!(setup.book("Another").await.status, 200);
    assert_eq!(paths(server)[4..], ["/second?0"; 3]);
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
    begun.unwrap()
}

/// Another plug file does not resume the operation, and the operator gets a leftover.
async fn another_version_does_not_resume(server: &OutsideServer) {
    let setup = interrupted(server, "/third").await;
    let asked = server.requests().len();
    let section = [0, 3, 1, b'v', 2];
    setup.installation.put("hostile.wasm", &[HOSTILE, &section].concat());
    server.silence(false);
    let setup = setup.crash_and_open(&asking(server, "/third"), &private(&server.address.to_string())).await;
    setup.bridge.idle().await;
    assert_eq!(server.requests().len(), asked, "it sends nothing");
    let leftovers = setup.bridge.leftovers().await;
    assert!(leftovers.len() == 1 && leftovers[0].why.contains("its plug no longer serves"), "{leftovers:?}");
    assert!(setup.bridge.store.unfinished().await.unwrap().is_empty());
    assert_eq!(setup.book("Another").await.status, 200, "the other version serves");
    setup.assert_no_secret();
}

/// The journal has another effect than the plug requests now, which may have been carried out.
async fn a_different_effect_ends_the_operation(server: &OutsideServer, begun: Operation) {
    let setup = Setup::open(&asking(server, "/first"), &private(&server.address.to_string())).await;
    let Setup { installation, bridge } = setup;
    bridge.close().await;
    let id = "f".repeat(32);
    let operation =
        Operation { id: id.clone(), conference: Some("e".repeat(32)), request: None, fingerprint: None, ..begun };
    let effect = Effect::Call(OutboundRequest {
        method: Method::Post,
        url: vec![Piece::Text(server.url("/rooms"))],
        headers: Vec::new(),
        basic: None,
        body: Vec::new(),
        captures: Vec::new(),
        idempotent: false,
    });
    let store = Sqlite::open(&installation.data()).unwrap();
    store
        .commit(vec![
            Change::Begin(operation),
            Change::RecordEffect { operation: id, number: 0, effect: effect.into() },
        ])
        .await
        .unwrap();
    drop(store);

    let asked = server.requests().len();
    let bridge = installation.open(&config(&asking(server, "/first"), &private(&server.address.to_string()))).await;
    let setup = Setup { installation, bridge };
    setup.bridge.idle().await;
    assert_eq!(server.requests().len(), asked);
    assert!(logged().contains("a different effect than before the interruption"));
    assert!(setup.bridge.store.unfinished().await.unwrap().is_empty(), "the operation has ended");
    let leftovers = setup.bridge.leftovers().await;
    assert!(leftovers.len() == 1 && leftovers[0].why.contains("/rooms may have been carried out"), "{leftovers:?}");
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}
