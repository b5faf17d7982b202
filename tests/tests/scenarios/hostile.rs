//! What comes of a plug that means harm: one failed operation, and nothing leaves that should not.

use std::sync::Arc;

use cordboard::store::Verdict;
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, House, connection};
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot::{self, APP, SECRET, create, created, delete, meeting, update, with};
use cordboard_tests::provider::{Fault, Provider};

const TOKEN: &str = "inbound-token-of-a-sender";
const KEY: &str = "outbound-key-of-ours";
/// Of an account whose plug means no harm.
const NEIGHBOUR: u64 = 30;

/// An account for each of these settings of the hostile plug, numbered from [`FIRST`], and a neighbour.
fn config(connections: &[(String, bool)]) -> String {
    let mut text = format!(
        "[app.{APP}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n\
         [account.{NEIGHBOUR}]\napp = {APP}\nconferencing = \"rooms\"\n\
         [account.{NEIGHBOUR}.connection.rooms]\nplug = \"jitsi\"\n"
    );
    for (account, (settings, allow_private)) in (FIRST..).zip(connections) {
        text += &format!(
            "[account.{account}]\napp = {APP}\nconferencing = \"rooms\"\n\
             [account.{account}.connection.rooms]\nplug = \"./hostile.wasm\"\ningest-key = \"{}\"\n\
             outbound = {{ allow-private = {allow_private} }}\n\
             settings = {{ token = \"{TOKEN}\", key = \"{KEY}\", {settings} }}\n",
            ingest_key(account)
        );
    }
    text
}

const FIRST: u64 = 1000;

fn ingest_key(account: u64) -> String {
    format!("ingest-key-of-the-account-{account}")
}

fn house() -> House {
    let house = House::new();
    house.put("hostile.wasm", HOSTILE);
    house
}

async fn open(house: &House, connections: &[(String, bool)]) -> Bridge {
    house.open(&config(connections)).await
}

fn mode(mode: &str) -> String {
    format!("mode = \"{mode}\"")
}

async fn book(bridge: &Bridge, account: u64, topic: &str) -> Answer {
    create(bridge, &with(meeting(topic), "portalId", account)).await
}

fn telling(account: u64) -> Request {
    Request::post(&format!("/in/{}/hook", ingest_key(account)), "{}").header("x-token", TOKEN)
}

/// What a plug says that it saw, on both sides.
async fn seen(bridge: &Bridge, account: u64) -> [String; 2] {
    let booked = book(bridge, account, "Talk").await;
    assert_eq!(booked.status, 200, "{}", booked.text());
    let told = bridge.send(&telling(account)).await;
    assert_eq!(told.status, 202, "{}", told.text());
    [booked.member("conferenceDetails"), told.text()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plug_that_breaks_is_one_failed_operation() {
    let house = house();
    let cases = [
        ("loop", "longer than a call may"),
        ("memory", "more memory"),
        ("recursion", "broke off"),
        ("trap", "broke off"),
        ("flood", "longer result"),
        ("unreadable", "broke its contract"),
        ("rubbish", "broke its contract"),
        ("endless", "more than 32 effects"),
    ];
    let modes: Vec<_> = cases.iter().map(|(name, _)| (mode(name), false)).collect();
    let bridge = open(&house, &modes).await;
    for (account, (name, why)) in (FIRST..).zip(cases) {
        let answer = book(&bridge, account, "Talk").await;
        assert_eq!(answer.status, 502, "{name}: {}", answer.text());
        assert!(answer.problem().contains(why), "{name}: {}", answer.problem());
        // A user's id is in order in these modes.
        let verified = if ["flood", "unreadable"].contains(&name) { 200 } else { 502 };
        assert_eq!(verify_in(&bridge, account).await.status, verified, "{name}");

        bridge.store.committed();
        let request = telling(account);
        let answer = bridge.send(&request).await;
        assert_eq!((answer.status, answer.body.len()), (202, 0), "{name}");
        assert_eq!(answer.header("x-injected"), None);
        let kept = bridge.store.deliveries().await;
        assert_eq!((kept.len(), kept[0].verdict), (1, Verdict::Quarantined), "{name}");
        assert!(kept[0].detail.contains(why), "{name}: {}", kept[0].detail);
        assert_eq!(kept[0].body, request.body);
        // The neighbour has its conference all the same.
        assert_eq!(book(&bridge, NEIGHBOUR, name).await.status, 200, "{name}");
    }
    assert_eq!(bridge.count("provider", "quarantined"), cases.len() as u64);
    assert_eq!(bridge.count("crm", "plug-broken"), 2 * cases.len() as u64 - 2);
    assert!(bridge.events().await.is_empty());
}

async fn verify_in(bridge: &Bridge, account: u64) -> Answer {
    let query = serde_json::json!({ "portalId": account, "userEmail": "ada@example.com" });
    bridge.send(&hubspot::request("verify-user", &query)).await
}

/// A plug that breaks while it changes or deletes leaves the conference as it was.
#[tokio::test]
async fn a_conference_outlives_the_plug_that_breaks_over_it() {
    let house = house();
    let bridge = open(&house, &[(mode("ok"), false)]).await;
    let theirs = with(meeting("Talk"), "portalId", FIRST);
    let conference = created(&bridge, &theirs).await;
    bridge.close().await;
    let bridge = open(&house, &[(mode("trap"), false)]).await;
    assert_eq!(update(&bridge, &conference, theirs.clone()).await.status, 502);
    assert_eq!(delete(&bridge, &conference).await.status, 502);
    bridge.close().await;
    let bridge = open(&house, &[(mode("ok"), false)]).await;
    assert_eq!(update(&bridge, &conference, theirs).await.status, 204);
    assert_eq!(delete(&bridge, &conference).await.status, 204);
}

/// Many at once, on as few threads as there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neighbours_are_served_while_plugs_loop() {
    let house = house();
    let bridge = Arc::new(open(&house, &[(mode("loop"), false)]).await);
    let loops: Vec<_> = (0..6)
        .map(|number| {
            let bridge = Arc::clone(&bridge);
            tokio::spawn(async move { book(&bridge, FIRST, &format!("Loop {number}")).await.status })
        })
        .collect();
    for number in 0..6 {
        assert_eq!(book(&bridge, NEIGHBOUR, &format!("Talk {number}")).await.status, 200);
    }
    for one in loops {
        assert_eq!(one.await.unwrap(), 502);
    }
    assert_eq!(book(&bridge, NEIGHBOUR, "Afterwards").await.status, 200);
}

/// Whoever cannot prove who they are costs no instance.
#[tokio::test]
async fn a_forgery_reaches_no_plug() {
    let house = house();
    let bridge = open(&house, &[(mode("loop"), false)]).await;
    let id = connection(FIRST, "rooms");
    for forged in [
        telling(FIRST).with("x-token", "guess"),
        telling(FIRST).without("x-token"),
        telling(FIRST).header("x-token", TOKEN),
    ] {
        assert_eq!(bridge.send(&forged).await.status, 401);
    }
    assert_eq!(bridge.calls(&id), 0);
    assert_eq!(bridge.send(&telling(FIRST)).await.status, 202);
    assert_eq!(bridge.calls(&id), 1, "the counter counts");
}

/// For each: its settings, whether private addresses are granted, and what the plug sees instead of an answer.
#[tokio::test]
async fn nothing_leaves_that_may_not() {
    let house = house();
    let (allowed, other) = (Provider::start().await, Provider::start().await);
    allowed.fail("/r", Fault::Answer(302, vec![("location", format!("http://{}/", other.address))], "{}"));
    let to = |url: String, mode: String| format!("url = \"{url}\", mode = \"{mode}\"");
    let (here, port) = (allowed.address.to_string(), allowed.address.port());
    let cases = [
        // A private host that nobody granted, by address, by another spelling of it, and by name.
        (to(here.clone(), format!("host:http://{here}/")), false),
        (to(here.clone(), format!("host:https://{here}/")), false),
        (to(format!("localhost:{port}"), format!("host:https://localhost:{port}/")), false),
        (to(format!("[::ffff:127.0.0.1]:{port}"), format!("host:https://[::ffff:127.0.0.1]:{port}/")), false),
        (to("169.254.169.254".to_owned(), "host:http://169.254.169.254/latest/meta-data".to_owned()), true),
        // A host that the plug does not declare.
        (to("elsewhere.example".to_owned(), format!("host:http://{here}/")), true),
        (to("elsewhere.example".to_owned(), format!("host:http://elsewhere.example@{here}/")), true),
        (to(here.clone(), format!("host:http://{}/", other.address)), true),
        (to(here.clone(), format!("host:ftp://{here}/")), true),
        // A header with a line break; a secret that only senders may prove themselves with.
        (to(here.clone(), "crlf".to_owned()), true),
        (to(here.clone(), "steal".to_owned()), true),
    ];
    let count = cases.len() as u64;
    let right = [
        (to(here.clone(), format!("host:http://{here}/r")), true),
        (to(here.clone(), format!("redirect:http://{here}/r")), true),
        (to(here.clone(), "spend".to_owned()), true),
    ];
    let bridge = open(&house, &[cases.as_slice(), &right].concat()).await;
    for (account, (settings, _)) in (FIRST..).zip(&cases) {
        for seen in seen(&bridge, account).await {
            assert_eq!(seen, "failed: OutboundFailure::RefusedByPolicy", "{settings}");
        }
    }
    assert_eq!((allowed.connections(), other.connections()), (0, 0), "nobody was even connected to");

    // What is in order arrives. A redirect is handed over, and where it points to is another host.
    let [answered, redirected, spent] = [0, 1, 2].map(|number| FIRST + count + number);
    for seen in seen(&bridge, answered).await {
        assert_eq!(seen, "answered 302: {}");
    }
    for seen in seen(&bridge, redirected).await {
        assert_eq!(seen, "failed: OutboundFailure::RefusedByPolicy");
    }
    assert_eq!(allowed.calls("/r"), 4);
    assert_eq!(other.connections(), 0, "no redirect was followed");
    let before = allowed.connections();
    for seen in seen(&bridge, spent).await {
        // The stand-in speaks no TLS.
        assert_eq!(seen, "failed: OutboundFailure::Unreachable");
    }
    assert!(allowed.connections() > before);
}

/// Secrets stand neither in answers nor in what is kept of an operation.
#[tokio::test]
async fn a_plug_that_asks_for_a_secret_shows_none() {
    let house = house();
    let allowed = Provider::start().await;
    let settings = |mode: &str| (format!("url = \"{}\", mode = \"{mode}\"", allowed.address), true);
    let bridge = open(&house, &[settings("steal"), settings("spend")]).await;
    for account in [FIRST, FIRST + 1] {
        for text in seen(&bridge, account).await {
            assert!(!text.contains(TOKEN) && !text.contains(KEY), "{text}");
        }
    }
    let kept = format!("{:?}", bridge.store.committed());
    assert!(kept.contains("Bearer "), "{kept}");
    assert!(!kept.contains(TOKEN) && !kept.contains(KEY));
}
