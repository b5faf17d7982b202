//! A bridge with a hostile plug and a neighbour that means no harm.

use std::fs;
use std::time::{Duration, Instant};

use cordboard::store::{ConnectionId, Verdict};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, Installation, connection};
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot::{self, APP, SECRET, create, meeting, with};
use cordboard_tests::served::Served;

use super::log;

/// With which senders prove themselves.
pub const TOKEN: &str = "inbound-token-of-a-sender";
/// With which we prove ourselves to others.
pub const KEY: &str = "outbound-key-of-ours";
/// The account of the hostile plug.
pub const ACCOUNT: u64 = 40;
/// An account whose plug means no harm.
const NEIGHBOUR: u64 = 30;
const INGEST_KEY: &str = "ingest-key-of-the-hostile-connection";
/// However busy the machine is; a loop alone takes a fortieth of it.
const AT_ONCE: Duration = Duration::from_secs(10);

/// What a sender or a plug is told where something may not leave.
pub const REFUSED: &str = "failed: OutboundFailure::RefusedByPolicy";

/// A bridge that runs, and its folder.
pub struct Setup {
    pub installation: Installation,
    pub bridge: Bridge,
}

/// Settings of the plug: which fixture it is, which host it names, and what it calls.
pub fn settings(mode: &str, url: &str, targets: &[&str]) -> String {
    format!("mode = \"{mode}\", url = \"{url}\", targets = \"{}\"", targets.join(" "))
}

/// Grants that let a private host be called.
pub fn private(host: &str) -> String {
    format!("allow-private = true, allow = [\"{host}\"]")
}

impl Setup {
    /// With settings of the plug; `outbound` are the operator's grants.
    pub async fn open(settings: &str, outbound: &str) -> Self {
        log::begin();
        let installation = Installation::new();
        installation.put("hostile.wasm", HOSTILE);
        let bridge = installation.open(&config(settings, outbound)).await;
        Self { installation, bridge }
    }

    /// A fixture that calls nobody.
    pub async fn of(mode: &str) -> Self {
        Self::open(&format!("mode = \"{mode}\""), "").await
    }

    /// A fixture that may call private hosts.
    pub async fn calling(mode: &str, url: &str, targets: &[&str]) -> Self {
        Self::open(&settings(mode, url, targets), &private(url)).await
    }

    /// Books a meeting with the hostile plug.
    pub async fn book(&self, topic: &str) -> Answer {
        create(&self.bridge, &with(meeting(topic), "portalId", ACCOUNT)).await
    }

    /// Tells the hostile plug of something.
    pub async fn send_webhook(&self) -> Answer {
        self.bridge.send(&webhook()).await
    }

    /// What the plug saw when it was asked, and when it was told.
    pub async fn seen(&self, topic: &str) -> [String; 2] {
        let booked = self.book(topic).await;
        assert_eq!(booked.status, 200, "{}", booked.text());
        let answer = self.send_webhook().await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        [booked.member("conferenceDetails"), answer.text()]
    }

    /// The neighbour is served, and waits for nobody.
    pub async fn neighbour_is_served(&self, topic: &str) {
        let began = Instant::now();
        let booked = create(&self.bridge, &with(meeting(topic), "portalId", NEIGHBOUR)).await;
        assert_eq!(booked.status, 200, "{}", booked.text());
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    }

    /// What is kept of the only delivery, which the plug could not digest.
    pub async fn dead_lettered(&self) -> String {
        let mut stored = self.bridge.store.inbound_requests().await;
        assert_eq!((stored.len(), stored[0].verdict), (1, Verdict::DeadLettered));
        assert_eq!(stored[0].body, webhook().body, "it can be read again by a better plug");
        stored.remove(0).detail
    }

    /// No secret was logged, or is in a file.
    pub fn assert_no_secret(&self) {
        assert_none_of_them(&log::logged(), "the log");
        for file in fs::read_dir(self.installation.data()).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                let bytes = fs::read(file.path()).unwrap();
                assert_none_of_them(&String::from_utf8_lossy(&bytes), &file.path().display().to_string());
            }
        }
    }

    /// Ends it wherever it is; and begins again with other settings.
    pub async fn crash_into(self, settings: &str, outbound: &str) -> Self {
        let Self { installation, bridge } = self;
        bridge.crash().await;
        let bridge = installation.open(&config(settings, outbound)).await;
        Self { installation, bridge }
    }
}

#[track_caller]
pub fn assert_none_of_them(text: &str, of: &str) {
    for secret in [TOKEN, KEY, SECRET] {
        assert!(!text.contains(secret), "{secret} is in {of}");
    }
}

/// The hostile connection.
pub fn hostile() -> ConnectionId {
    connection(ACCOUNT, "rooms")
}

/// A delivery to the hostile plug.
pub fn webhook() -> Request {
    Request::post(&format!("/in/{INGEST_KEY}/hook"), "{\"tells\": \"something\"}").header("x-token", TOKEN)
}

/// An app with two accounts.
pub fn config(settings: &str, outbound: &str) -> String {
    format!(
        "[app.{APP}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n\
         [account.{NEIGHBOUR}]\napp = {APP}\nconferencing = \"rooms\"\n\
         [account.{NEIGHBOUR}.connection.rooms]\nplug = \"jitsi\"\n\
         [account.{ACCOUNT}]\napp = {APP}\nconferencing = \"rooms\"\n\
         [account.{ACCOUNT}.connection.rooms]\nplug = \"./hostile.wasm\"\ningest-key = \"{INGEST_KEY}\"\n\
         outbound = {{ {outbound} }}\n\
         settings = {{ token = \"{TOKEN}\", key = \"{KEY}\", {settings} }}\n"
    )
}

/// Asks for a user of the hostile account.
pub async fn verify(bridge: &Bridge) -> Answer {
    let query = serde_json::json!({ "portalId": ACCOUNT, "userEmail": "ada@example.com" });
    bridge.send(&hubspot::request("verify-user", &query)).await
}
