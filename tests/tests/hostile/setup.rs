//! A bridge with a hostile plug, and a well-behaved neighbor.

use std::fs;
use std::time::{Duration, Instant};

use cordboard::store::{ConnectionId, Verdict};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, Installation, connection};
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot::{self, APP, SECRET, create, meeting, with};
use cordboard_tests::served::Served;

use super::log;

/// The secret that authenticates senders.
pub const TOKEN: &str = "inbound-token-of-a-sender";
/// The secret for outbound requests.
pub const KEY: &str = "outbound-key-of-ours";
/// The account of the hostile plug.
pub const ACCOUNT: u64 = 40;
/// The account of the well-behaved plug.
const NEIGHBOR: u64 = 30;
const INGEST_KEY: &str = "ingest-key-of-the-hostile-connection";
/// The time limit for the neighbor on a busy machine. It is 40 times that of a looping call.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// The result of a refused request.
pub const REFUSED: &str = "failed: OutboundFailure::RefusedByPolicy";

/// A running bridge, and its folder.
pub struct Setup {
    pub installation: Installation,
    pub bridge: Bridge,
}

/// Returns settings for the plug: the fixture, the declared host, and the targets.
pub fn settings(mode: &str, url: &str, targets: &[&str]) -> String {
    format!("mode = \"{mode}\", url = \"{url}\", targets = \"{}\"", targets.join(" "))
}

/// Returns the configuration that allows a private host.
pub fn private(host: &str) -> String {
    format!("allow-private = true, allow = [\"{host}\"]")
}

impl Setup {
    /// Starts a bridge with these settings for the plug, and the operator's `outbound`.
    pub async fn open(settings: &str, outbound: &str) -> Self {
        log::begin();
        let installation = Installation::new();
        installation.put("hostile.wasm", HOSTILE);
        let bridge = installation.open(&config(settings, outbound)).await;
        Self { installation, bridge }
    }

    /// Starts a bridge with a fixture that calls nobody.
    pub async fn of(mode: &str) -> Self {
        Self::open(&format!("mode = \"{mode}\""), "").await
    }

    /// Starts a bridge with a fixture that may call a private host.
    pub async fn calling(mode: &str, url: &str, targets: &[&str]) -> Self {
        Self::open(&settings(mode, url, targets), &private(url)).await
    }

    /// Books a meeting with the hostile plug.
    pub async fn book(&self, topic: &str) -> Answer {
        create(&self.bridge, &with(meeting(topic), "portalId", ACCOUNT)).await
    }

    /// Sends a webhook to the hostile plug.
    pub async fn send_webhook(&self) -> Answer {
        self.bridge.send(&webhook()).await
    }

    /// Returns what the plug saw in a create, and in a webhook.
    pub async fn seen(&self, topic: &str) -> [String; 2] {
        let booked = self.book(topic).await;
        assert_eq!(booked.status, 200, "{}", booked.text());
        let answer = self.send_webhook().await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        [booked.member("conferenceDetails"), answer.text()]
    }

    /// Asserts that the neighbor is served in time.
    pub async fn neighbor_is_served(&self, topic: &str) {
        let began = Instant::now();
        let booked = create(&self.bridge, &with(meeting(topic), "portalId", NEIGHBOR)).await;
        assert_eq!(booked.status, 200, "{}", booked.text());
        assert!(began.elapsed() < RESPONSE_TIMEOUT, "{:?}", began.elapsed());
    }

    /// Takes the only webhook request, asserts that it is dead-lettered, and returns the reason.
    pub async fn dead_lettered(&self) -> String {
        let mut stored = self.bridge.store.inbound_requests().await;
        assert_eq!((stored.len(), stored[0].verdict), (1, Verdict::DeadLettered));
        assert_eq!(stored[0].body, webhook().body, "a later plug can process it");
        stored.remove(0).detail
    }

    /// Asserts that no secret is in the log or in a file.
    pub fn assert_no_secret(&self) {
        assert_no_secret_in(&log::logged(), "the log");
        for file in fs::read_dir(self.installation.data()).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                let bytes = fs::read(file.path()).unwrap();
                assert_no_secret_in(&String::from_utf8_lossy(&bytes), &file.path().display().to_string());
            }
        }
    }

    /// Crashes the bridge, and starts it with other settings.
    pub async fn crash_and_open(self, settings: &str, outbound: &str) -> Self {
        let Self { installation, bridge } = self;
        bridge.crash().await;
        let bridge = installation.open(&config(settings, outbound)).await;
        Self { installation, bridge }
    }
}

#[track_caller]
pub fn assert_no_secret_in(text: &str, of: &str) {
    for secret in [TOKEN, KEY, SECRET] {
        assert!(!text.contains(secret), "{secret} is in {of}");
    }
}

/// Returns the id of the hostile connection.
pub fn hostile() -> ConnectionId {
    connection(ACCOUNT, "rooms")
}

/// Returns a webhook request to the hostile plug.
pub fn webhook() -> Request {
    Request::post(&format!("/in/{INGEST_KEY}/hook"), "{\"tells\": \"something\"}").header("x-token", TOKEN)
}

/// Returns a configuration with an app and two accounts.
pub fn config(settings: &str, outbound: &str) -> String {
    format!(
        "[app.{APP}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n\
         [account.{NEIGHBOR}]\napp = {APP}\nconferencing = \"rooms\"\n\
         [account.{NEIGHBOR}.connection.rooms]\nplug = \"jitsi\"\n\
         [account.{ACCOUNT}]\napp = {APP}\nconferencing = \"rooms\"\n\
         [account.{ACCOUNT}.connection.rooms]\nplug = \"./hostile.wasm\"\ningest-key = \"{INGEST_KEY}\"\n\
         outbound = {{ {outbound} }}\n\
         settings = {{ token = \"{TOKEN}\", key = \"{KEY}\", {settings} }}\n"
    )
}

/// Verifies a user of the hostile account.
pub async fn verify(bridge: &Bridge) -> Answer {
    let query = serde_json::json!({ "portalId": ACCOUNT, "userEmail": "ada@example.com" });
    bridge.send(&hubspot::request("verify-user", &query)).await
}
