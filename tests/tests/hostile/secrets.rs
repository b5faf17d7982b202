//! Attempts to read secrets.

use cordboard::store::{Change, Store, Verdict};
use cordboard_tests::bridge::Installation;
use cordboard_tests::fixtures::TATTLER;
use cordboard_tests::http::Request;
use cordboard_tests::served::Served;

use super::log::{self, logged};
use super::outside_server::{OutsideServer, SESSION};
use super::setup::{KEY, REFUSED, Setup, TOKEN, assert_no_secret_in, webhook};

pub async fn inbound_secret() {
    assert_nothing_sent("inbound_secret").await;
}

pub async fn secret_in_host() {
    assert_nothing_sent("secret_in_host").await;
}

pub async fn secret_in_hosts_header() {
    assert_nothing_sent("secret_in_hosts_header").await;
}

/// Asserts that all attempts are refused, with a host that the plug may call.
async fn assert_nothing_sent(fixture: &str) {
    let allowed = OutsideServer::start().await;
    let setup = Setup::calling(fixture, &allowed.address.to_string(), &[&allowed.url("/")]).await;
    for seen in setup.seen("Talk").await {
        assert_eq!(seen, REFUSED, "each of them");
    }
    assert_eq!(allowed.connections(), 0);
    let stored = format!("{:?}", setup.bridge.store.committed());
    assert!(stored.contains("RefusedByPolicy"), "{stored}");
    assert_no_secret_in(&stored, "the store");
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}

/// Only a host that may have the secret gets it. If it echoes the secret, the plug does not see it, nor is it logged or
/// stored.
pub async fn secret_in_path() {
    let (allowed, other) = (OutsideServer::start().await, OutsideServer::start().await);
    let here = allowed.address.to_string();
    let setup = Setup::calling("secret_in_path", &here, &[&allowed.url("/echo/")]).await;
    for seen in setup.seen("Talk").await {
        assert!(seen.starts_with("answered 200: GET /echo/… "), "{seen}");
        assert!(!seen.contains(TOKEN) && !seen.contains(KEY), "{seen}");
    }
    assert!(allowed.requests().iter().all(|answer| answer.starts_with(&format!("GET /echo/{KEY} "))));
    assert_eq!(allowed.requests().len(), 2);
    let stored = setup.bridge.store.committed();
    let mut asked = stored.iter().filter(|change| matches!(change, Change::RecordEffect { .. }));
    assert!(asked.clone().count() == 2 && asked.all(|asked| !format!("{asked:?}").contains(KEY)));
    assert_no_secret_in(&logged(), "the log");
    setup.neighbor_is_served("afterwards").await;
    redacts_every_encoding(&allowed).await;

    let setup = Setup::calling("secret_in_path", &here, &[&other.url("/echo/")]).await;
    assert_eq!(setup.seen("Talk").await, [REFUSED; 2]);
    assert_eq!(other.connections(), 0);
    setup.assert_no_secret();
}

/// Echoed secrets are redacted in every encoding, and an answer that cannot be searched is refused.
async fn redacts_every_encoding(allowed: &OutsideServer) {
    let ways = [
        ("name", "answered 200: {\"…\":1,\"a\":{\"…\":2}}"),
        ("twice", "answered 200: {\"a\":\"…\",\"a\":\"…\",\"a\":3}"),
        ("no-text", "answered 200: {\"a\":\"…\",\"b\":\"\u{fffd}…\"}"),
        ("lines", "answered 200: {\"a\":1}\n{\"a\":\"…\"}\n[\"…\"]\n"),
        ("mark", "answered 200: \u{feff}{\"a\":\"…\"}"),
        ("html", "answered 200: <p>… …</p>"),
        ("percent", "answered 200: a=…&b=…"),
        ("nested", "answered 200: {\"a\":\"… … …\"}"),
        ("encoded", "failed: OutboundFailure::Unreachable"),
    ];
    let targets = ways.map(|(way, _)| allowed.url(&format!("/written/{way}/")));
    let targets: Vec<_> = targets.iter().map(String::as_str).collect();
    let before = allowed.requests().len();
    let setup = Setup::calling("secret_in_path", &allowed.address.to_string(), &targets).await;
    let expected = ways.map(|(_, seen)| seen).join("\n");
    assert_eq!(setup.seen("Talk").await, [expected.as_str(); 2]);
    assert!(allowed.requests()[before..].iter().all(|answer| answer.contains(KEY)), "each request contains it");
    assert!(logged().contains("the response has the content-encoding `gzip`"));
    setup.assert_no_secret();
}

pub async fn secret_in_answer() {
    let setup = Setup::of("secret_in_answer").await;
    // A conference has only text, and no place for secrets.
    assert_eq!(setup.book("Talk").await.member("conferenceDetails"), "ok");
    setup.bridge.store.committed();
    let answer = setup.bridge.send(&webhook()).await;
    assert_eq!((answer.status, answer.body.len()), (202, 0));
    let stored = setup.dead_lettered().await;
    assert!(stored.contains("violated its contract"), "{stored}");
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();

    // A CRM plug writes the response to the CRM.
    log::begin();
    let installation = Installation::new();
    installation.put("tattler.wasm", TATTLER);
    let config = format!(
        "[app.7]\nplug = \"./tattler.wasm\"\nsettings = {{ token = \"{TOKEN}\" }}\n\
         [account.8]\napp = 7\nconferencing = \"rooms\"\n[account.8.connection.rooms]\nplug = \"jitsi\"\n"
    );
    let bridge = installation.open(&config).await;
    let answer = bridge.send(&Request::post("/tattler/7/ask", "8").header("x-token", TOKEN)).await;
    assert_eq!(answer.status, 502, "{}", answer.text());
    assert!(answer.problem().contains("violated its contract"), "{}", answer.problem());
    assert_no_secret_in(&answer.text(), "the answer");
    assert_eq!(bridge.count("crm", "plug-failed"), 1);
    Setup { installation, bridge }.assert_no_secret();
}

/// A captured secret can be used in requests, and is not visible.
pub async fn secret_in_state() {
    let allowed = OutsideServer::start().await;
    let here = allowed.address.to_string();
    let setup = Setup::calling("secret_in_state", &here, &[&allowed.url("/session")]).await;
    let first = setup.book("Talk").await;
    assert_eq!(first.status, 200, "{}", first.text());
    // The second operation sees the state of the first: the plug's own value, and that there is a captured secret.
    let second = setup.book("Another").await.member("conferenceDetails");
    let loot = "[loot=answered 200: {\"again\":{\"…\":\"a=…&b=…\"},\"token\":\"\"}]";
    // The secret is redacted in later answers, too.
    let later = "answered 200: {\"token\":\"…\",\"again\":{\"…\":\"a=…&b=…\"}}";
    for part in [REFUSED, "[session=]", loot, later] {
        assert!(second.contains(part), "{part}: {second}");
    }
    let answer = setup.send_webhook().await;
    for text in [first.text(), second, answer.text(), format!("{:?}", setup.bridge.store.committed()), logged()] {
        assert!(!text.contains(SESSION), "{text}");
        assert_no_secret_in(&text, "the answers, the store or the log");
    }
    let requests = allowed.requests();
    let used = requests.iter().filter(|request| request.contains(&format!("x-session: {SESSION}"))).count();
    assert_eq!((used, requests.len()), (3, 9), "the secret was used, and the plug's own state entry was not");
    let stored = setup.bridge.store.inbound_requests().await;
    assert!(stored.iter().all(|inbound_request| inbound_request.verdict == Verdict::Accepted));
    assert!(setup.bridge.store.unfinished().await.unwrap().is_empty());
    setup.neighbor_is_served("afterwards").await;
    setup.assert_no_secret();
}
