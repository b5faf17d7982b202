//! What a plug could not digest is read again by the next version of it.

use cordboard::flow::redeliver;
use cordboard::store::{Change, Delivery, Store, Verdict};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, House, connection};
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

/// The bridge does this by itself when it starts; who asks for it as well knows when it is done.
async fn redelivered(bridge: &Bridge) -> Vec<(Vec<u8>, Verdict)> {
    redeliver(bridge.board()).await.expect("a store");
    let kept = bridge.store.deliveries().await;
    kept.into_iter().map(|delivery| (delivery.body, delivery.verdict)).collect()
}

/// Of the plug that is there now.
fn digest(bridge: &Bridge) -> String {
    let world = bridge.board().world();
    world.connection(&connection(ACCOUNT, "rooms")).unwrap().generation.plug.digest().to_owned()
}

async fn waiting(bridge: &Bridge, plug: &str) -> usize {
    bridge.store.undigested(&connection(ACCOUNT, "rooms"), plug, 1000).await.unwrap().len()
}

#[tokio::test]
async fn what_was_kept_becomes_events_under_the_next_version() {
    let house = House::new();
    for version in 1..=4 {
        house.put(&format!("{version}.wasm"), &reissued(HOSTILE, version));
    }
    // The first version breaks, the second does not know the kind.
    let bridge = house.open(&config("./1.wasm", "trap")).await;
    for body in ["a", "b"] {
        assert_eq!(bridge.send(&hook(body)).await.status, 202);
    }
    bridge.close().await;
    let bridge = house.open(&config("./2.wasm", "not known")).await;
    let again = redelivered(&bridge).await;
    assert!(again.iter().all(|(_, verdict)| *verdict == Verdict::Unsupported), "{again:?}");
    assert_eq!(bridge.send(&hook("c")).await.status, 202);
    assert_eq!(waiting(&bridge, &digest(&bridge)).await, 0, "each once per version");
    bridge.close().await;

    // The same version is not asked again, though its settings are better now.
    let bridge = house.open(&config("./2.wasm", "event")).await;
    assert_eq!(redelivered(&bridge).await, []);
    assert!(bridge.events().await.is_empty());
    bridge.close().await;

    let bridge = house.open(&config("./3.wasm", "event")).await;
    redelivered(&bridge).await;
    let mut told = Vec::new();
    for event in bridge.events().await {
        told.push(bridge.store.delivery(&event.event.delivery).await.unwrap().unwrap());
    }
    let read: Vec<_> = told.iter().map(|delivery| (delivery.body.as_slice(), delivery.verdict)).collect();
    assert_eq!(read, [(b"a".as_slice(), Verdict::Accepted), (b"b", Verdict::Accepted), (b"c", Verdict::Accepted)]);
    bridge.close().await;

    // Digested is digested.
    let bridge = house.open(&config("./4.wasm", "event")).await;
    assert_eq!(redelivered(&bridge).await, []);
    assert_eq!(bridge.events().await.len(), 3);
    bridge.close().await;
}

/// Kept while the store is well, read again while it is not: nothing is lost by that.
#[tokio::test]
async fn a_store_that_fails_leaves_them_for_later() {
    let house = House::new();
    house.put("1.wasm", HOSTILE);
    let bridge = house.open(&config("./1.wasm", "event")).await;
    assert_eq!(bridge.send(&hook("a")).await.status, 202);
    // What an earlier version left.
    let digested = bridge.store.deliveries().await.remove(0);
    let left = Delivery {
        id: "0".repeat(32),
        body: b"b".to_vec(),
        verdict: Verdict::Quarantined,
        plug: "sha256:earlier".to_owned(),
        ..digested
    };
    bridge.store.commit(vec![Change::Keep(left)]).await.unwrap();
    bridge.store.fail_commits(|_| true);
    assert!(redeliver(bridge.board()).await.unwrap_err().to_string().contains("could not be read again"));
    bridge.store.mend();
    bridge.store.fail_reads(true);
    assert!(redeliver(bridge.board()).await.is_err());
    bridge.store.mend();
    assert_eq!(redeliver(bridge.board()).await.unwrap(), 1);
    assert_eq!(redeliver(bridge.board()).await.unwrap(), 0);
    assert_eq!(bridge.events().await.len(), 2);
}

/// A built-in plug makes way for a file of it, and back.
#[tokio::test]
async fn a_plug_may_come_from_a_file() {
    let (house, provider) = (House::new(), Provider::start().await);
    house.put("iotum.wasm", &reissued(cordboard::plug::builtin::find("iotum").unwrap(), 1));
    let built_in = hubspot::config("", &provider.connection());
    let from_file = hubspot::config("", &provider.connection().replace("\"iotum\"", "\"./iotum.wasm\""));
    let told = webhook(INGEST_KEY, "hand_raised", "2025-10-09T08:53:20Z", &json!({ "conference_id": 1 }));
    let bridge = house.open(&built_in).await;
    assert_eq!(bridge.send(&told).await.status, 202);
    bridge.close().await;
    let bridge = house.open(&from_file).await;
    redelivered(&bridge).await;
    assert_eq!(waiting(&bridge, &digest(&bridge)).await, 0, "it was asked, and does not know the kind either");
    assert_eq!(waiting(&bridge, "sha256:another").await, 1);
    bridge.close().await;
}
