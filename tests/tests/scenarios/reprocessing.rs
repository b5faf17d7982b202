//! What a plug could not digest is read again by the next version of it.

use cordboard::flow::ReprocessError;
use cordboard::store::{Change, InboundRequest, Store, Verdict};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, Installation, connection};
use cordboard_tests::http::Request;
use cordboard_tests::hubspot::{self, ACCOUNT};
use cordboard_tests::iotum::{INGEST_KEY, webhook};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use serde_json::json;

/// The same plug in another file: with a custom section at its end, which WebAssembly lets be ignored.
fn reissued(file: &[u8], version: u8) -> Vec<u8> {
    [file, &[0, 3, 1, b'v', version]].concat()
}

fn config(plug: &str, mode: &str) -> String {
    let connection = format!(
        "[account.{ACCOUNT}.connection.rooms]\nplug = \"{plug}\"\ningest-key = \"{INGEST_KEY}\"\n\
         settings = {{ token = \"t\", mode = \"{mode}\" }}\n"
    );
    hubspot::config("", &connection)
}

fn hook(body: &str) -> Request {
    Request::post(&format!("/in/{INGEST_KEY}/hook"), body).header("x-token", "t")
}

async fn reprocess(bridge: &Bridge) -> Result<usize, ReprocessError> {
    bridge.running().provider().reprocess().await
}

/// The bridge does this by itself when it starts; who asks for it as well knows when it is done.
async fn reprocessed(bridge: &Bridge) -> Vec<(Vec<u8>, Verdict)> {
    reprocess(bridge).await.expect("a store");
    let stored = bridge.store.inbound_requests().await;
    stored.into_iter().map(|inbound_request| (inbound_request.body, inbound_request.verdict)).collect()
}

/// Of the plug that is there now.
fn digest(bridge: &Bridge) -> String {
    let topology = bridge.running().topology();
    topology.connection(&connection(ACCOUNT, "rooms")).unwrap().generation.plug.digest().to_owned()
}

async fn waiting(bridge: &Bridge, plug: &str) -> usize {
    bridge.store.unprocessed(&connection(ACCOUNT, "rooms"), plug, 1000).await.unwrap().len()
}

#[tokio::test]
async fn what_was_kept_becomes_events_under_the_next_version() {
    let installation = Installation::new();
    for version in 1..=4 {
        installation.put(&format!("{version}.wasm"), &reissued(HOSTILE, version));
    }
    // The first version breaks, the second does not know the kind.
    let bridge = installation.open(&config("./1.wasm", "trap")).await;
    for body in ["a", "b"] {
        assert_eq!(bridge.send(&hook(body)).await.status, 202);
    }
    bridge.close().await;
    let bridge = installation.open(&config("./2.wasm", "not known")).await;
    let again = reprocessed(&bridge).await;
    assert!(again.iter().all(|(_, verdict)| *verdict == Verdict::Unsupported), "{again:?}");
    assert_eq!(bridge.send(&hook("c")).await.status, 202);
    assert_eq!(waiting(&bridge, &digest(&bridge)).await, 0, "each once per version");
    bridge.close().await;

    // The same version is not asked again, though its settings are better now.
    let bridge = installation.open(&config("./2.wasm", "event")).await;
    assert_eq!(reprocessed(&bridge).await, []);
    assert!(bridge.events().await.is_empty());
    bridge.close().await;

    let bridge = installation.open(&config("./3.wasm", "event")).await;
    reprocessed(&bridge).await;
    let mut told = Vec::new();
    for event in bridge.events().await {
        told.push(bridge.store.inbound_request(&event.event.inbound_request).await.unwrap().unwrap());
    }
    let read: Vec<_> =
        told.iter().map(|inbound_request| (inbound_request.body.as_slice(), inbound_request.verdict)).collect();
    assert_eq!(read, [(b"a".as_slice(), Verdict::Accepted), (b"b", Verdict::Accepted), (b"c", Verdict::Accepted)]);
    bridge.close().await;

    // Digested is digested.
    let bridge = installation.open(&config("./4.wasm", "event")).await;
    assert_eq!(reprocessed(&bridge).await, []);
    assert_eq!(bridge.events().await.len(), 3);
    bridge.close().await;
}

/// Kept while the store is well, read again while it is not: nothing is lost by that.
#[tokio::test]
async fn a_store_that_fails_leaves_them_for_later() {
    let installation = Installation::new();
    installation.put("1.wasm", HOSTILE);
    let bridge = installation.open(&config("./1.wasm", "event")).await;
    assert_eq!(bridge.send(&hook("a")).await.status, 202);
    // What an earlier version left.
    let digested = bridge.store.inbound_requests().await.remove(0);
    let left = InboundRequest {
        id: "0".repeat(32),
        body: b"b".to_vec(),
        verdict: Verdict::DeadLettered,
        plug: "sha256:earlier".to_owned(),
        ..digested
    };
    bridge.store.commit(vec![Change::PutInboundRequest(left)]).await.unwrap();
    bridge.store.fail_commits(|_| true);
    assert!(reprocess(&bridge).await.unwrap_err().to_string().contains("cannot reprocess webhook request"));
    bridge.store.repair();
    bridge.store.fail_reads(true);
    assert!(reprocess(&bridge).await.is_err());
    bridge.store.repair();
    assert_eq!(reprocess(&bridge).await.unwrap(), 1);
    assert_eq!(reprocess(&bridge).await.unwrap(), 0);
    assert_eq!(bridge.events().await.len(), 2);
}

/// A built-in plug makes way for a file of it, and back.
#[tokio::test]
async fn a_plug_may_come_from_a_file() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    installation.put("iotum.wasm", &reissued(cordboard::plug::builtin::find("iotum").unwrap(), 1));
    let built_in = hubspot::config("", &provider.connection());
    let from_file = hubspot::config("", &provider.connection().replace("\"iotum\"", "\"./iotum.wasm\""));
    let told = webhook(INGEST_KEY, "hand_raised", "2025-10-09T08:53:20Z", &json!({ "conference_id": 1 }));
    let bridge = installation.open(&built_in).await;
    assert_eq!(bridge.send(&told).await.status, 202);
    bridge.close().await;
    let bridge = installation.open(&from_file).await;
    reprocessed(&bridge).await;
    assert_eq!(waiting(&bridge, &digest(&bridge)).await, 0, "it was asked, and does not know the kind either");
    assert_eq!(waiting(&bridge, "sha256:another").await, 1);
    bridge.close().await;
}
