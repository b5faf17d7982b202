//! A well-behaved account next to one account for each kind of abuse, all of the same app. Measures from outside how
//! long the well-behaved account waits.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::HOSTILE;
use crate::bridge::{Bridge, Installation};
use crate::http::{Request, Wire};
use crate::hubspot::{APP, SECRET, meeting, request, with};
use crate::provider::{Fault, Provider};

/// The well-behaved account.
pub const NEIGHBOR: u64 = 11;
/// An account whose plug loops in every call.
pub const LOOPING: u64 = 12;
/// An account whose provider accepts requests and never answers.
pub const HANGING: u64 = 13;

/// A kind of abuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abuse {
    /// A short description.
    pub name: &'static str,
    /// The abusive account.
    pub account: u64,
    /// The mode of the hostile plug.
    mode: &'static str,
    /// The size of webhooks from its provider, in bytes. If `None`, the load consists of creates instead.
    pub webhook: Option<usize>,
    /// The provider's endpoint that its plug calls for each meeting.
    endpoint: Option<&'static str>,
}

const fn booked(account: u64, name: &'static str, mode: &'static str) -> Abuse {
    Abuse { name, account, mode, webhook: None, endpoint: None }
}

/// All kinds of abuse, with one account each.
pub const ABUSES: [Abuse; 15] = [
    booked(100, "`ok`, as fast as it goes", "ok"),
    booked(LOOPING, "endless loop", "endless_loop"),
    booked(102, "memory bomb", "memory_bomb"),
    booked(103, "recursion", "recursion"),
    booked(104, "traps, as fast as they go", "trap"),
    booked(105, "failure text of 7 MB", "huge_failure"),
    booked(106, "result of 12 MB", "oversized_result"),
    booked(107, "endless effects", "endless_steps"),
    booked(108, "endless state, 16 KiB a step", "endless_state"),
    booked(109, "state of 1.6 MB a step", "state_flood"),
    booked(110, "requests with 5,000 headers", "many_headers"),
    booked(111, "requests of 3 MB", "huge_effect"),
    Abuse { webhook: Some(1_000_000), ..booked(112, "webhooks of 1 MB", "ok") },
    Abuse { endpoint: Some("/long"), ..booked(114, "provider that sends 3 MB", "forbidden_host") },
    Abuse { endpoint: Some("/hang"), ..booked(HANGING, "provider that hangs", "forbidden_host") },
];

/// The token that authenticates webhooks.
const TOKEN: &str = "inbound-token-of-a-sender";

fn ingest_key(account: u64) -> String {
    format!("ingest-key-of-the-account-{account}")
}

/// Starts a bridge with all accounts. `provider` is the one that hangs, and the one that sends large answers.
pub async fn open(installation: &Installation, provider: &Provider) -> Bridge {
    installation.put("hostile.wasm", HOSTILE);
    provider.fail("/hang", Fault::Silence);
    provider.fail("/long", Fault::Answer(200, Vec::new(), String::leak("x".repeat(3_000_000))));
    let at = provider.address;
    let account = |id: u64, connection: &str| {
        format!(
            "[account.{id}]\napp = {APP}\nconferencing = \"rooms\"\n[account.{id}.connection.rooms]\n{connection}\n"
        )
    };
    let hostile = |abuse: &Abuse| {
        let key = ingest_key(abuse.account);
        let granted = |endpoint| {
            [
                format!("outbound = {{ allow-private = true, allow = [\"{at}\"] }}\n"),
                format!("url = \"{at}\", targets = \"http://{at}{endpoint}\", "),
            ]
        };
        let [outbound, target] = abuse.endpoint.map(granted).unwrap_or_default();
        let connection = format!(
            "plug = \"./hostile.wasm\"\ningest-key = \"{key}\"\n{outbound}\
             settings = {{ {target}token = \"{TOKEN}\", mode = \"{}\" }}",
            abuse.mode
        );
        account(abuse.account, &connection)
    };
    let app = format!("[app.{APP}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n");
    let neighbor = account(NEIGHBOR, "plug = \"jitsi\"");
    let config: String = [app, neighbor].into_iter().chain(ABUSES.iter().map(hostile)).collect();
    installation.open(&config).await
}

/// Sends requests for an account as fast as they are answered, until it is dropped.
pub struct LoadGenerator {
    callers: Vec<JoinHandle<()>>,
    statuses: Arc<Mutex<BTreeMap<u16, usize>>>,
}

impl LoadGenerator {
    /// Creates conferences with this number of concurrent callers. They wait as `retry-after` says, unless
    /// `ignores_retry_after` is set.
    pub fn start(bridge: SocketAddr, account: u64, callers: usize, ignores_retry_after: bool) -> Self {
        Self::sending(bridge, callers, ignores_retry_after, move |caller, number| {
            let topic = format!("Load {caller}/{number}");
            request("create-meeting", &with(meeting(&topic), "portalId", account))
        })
    }

    /// Generates the load of a kind of abuse.
    pub fn of(abuse: &Abuse, bridge: SocketAddr, callers: usize, ignores_retry_after: bool) -> Self {
        let Some(bytes) = abuse.webhook else {
            return Self::start(bridge, abuse.account, callers, ignores_retry_after);
        };
        let path = format!("/in/{}/hook", ingest_key(abuse.account));
        let filling = "x".repeat(bytes);
        Self::sending(bridge, callers, ignores_retry_after, move |caller, number| {
            let body = format!("{{\"caller\":{caller},\"number\":{number},\"filling\":\"{filling}\"}}");
            Request::post(&path, body).header("x-token", TOKEN)
        })
    }

    fn sending(
        bridge: SocketAddr,
        callers: usize,
        ignores_retry_after: bool,
        make: impl Fn(usize, usize) -> Request + Clone + Send + 'static,
    ) -> Self {
        let statuses = Arc::new(Mutex::new(BTreeMap::new()));
        let callers = (0..callers).map(|caller| {
            let (statuses, make) = (Arc::clone(&statuses), make.clone());
            tokio::spawn(async move {
                let mut wire = None;
                for number in 0.. {
                    let request = make(caller, number).header("connection", "keep-alive");
                    let mut on = match wire.take() {
                        Some(wire) => wire,
                        None => Wire::connect(bridge).await,
                    };
                    on.write(&request.bytes()).await;
                    // The connection was closed in the meantime.
                    let Some(answer) = on.answer().await else { continue };
                    if answer.header("connection") != Some("close") {
                        wire = Some(on);
                    }
                    *statuses.lock().unwrap().entry(answer.status).or_insert(0) += 1;
                    let later = answer.header("retry-after").filter(|_| !ignores_retry_after);
                    if let Some(seconds) = later.and_then(|seconds| seconds.parse().ok()) {
                        tokio::time::sleep(Duration::from_secs(seconds)).await;
                    }
                }
            })
        });
        Self { callers: callers.collect(), statuses }
    }

    /// Returns the number of answers by status.
    pub fn statuses(&self) -> BTreeMap<u16, usize> {
        self.statuses.lock().unwrap().clone()
    }
}

impl Drop for LoadGenerator {
    fn drop(&mut self) {
        self.callers.iter().for_each(JoinHandle::abort);
    }
}

/// How long the well-behaved account waited for answers.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// The median.
    pub median: Duration,
    /// The 99th percentile.
    pub p99: Duration,
    /// The maximum.
    pub longest: Duration,
    /// The number of failed requests.
    pub failed: usize,
}

impl Waits {
    fn of(mut waits: Vec<Duration>, failed: usize) -> Self {
        waits.sort_unstable();
        let at = |share: usize| waits[(waits.len() * share / 100).min(waits.len() - 1)];
        Self { median: at(50), p99: at(99), longest: at(100), failed }
    }
}

async fn book(bridge: SocketAddr, number: usize) -> bool {
    let booking = with(meeting(&format!("Talk {number}")), "portalId", NEIGHBOR);
    request("create-meeting", &booking).send(bridge).await.status == 200
}

/// Creates `count` conferences for the well-behaved account, one after another.
pub async fn measure(bridge: SocketAddr, count: usize) -> Waits {
    let (mut waits, mut failed) = (Vec::with_capacity(count), 0);
    for number in 0..count {
        let began = Instant::now();
        failed += usize::from(!book(bridge, number).await);
        waits.push(began.elapsed());
    }
    Waits::of(waits, failed)
}

/// Creates `count` conferences for the well-behaved account at a fixed rate, whether or not the earlier ones are
/// answered. Each wait is measured from the scheduled time.
pub async fn measure_at(bridge: SocketAddr, per_second: u32, count: usize) -> Waits {
    let (began, each) = (tokio::time::Instant::now(), Duration::from_secs(1) / per_second);
    let mut bookings = Vec::with_capacity(count);
    for number in 0..count {
        let due = began + each * u32::try_from(number).unwrap();
        tokio::time::sleep_until(due).await;
        bookings.push(tokio::spawn(async move {
            let booked = book(bridge, number).await;
            (due.elapsed(), booked)
        }));
    }
    let (mut waits, mut failed) = (Vec::with_capacity(count), 0);
    for booking in bookings {
        let (wait, booked) = booking.await.unwrap_or((Duration::MAX, false));
        waits.push(wait);
        failed += usize::from(!booked);
    }
    Waits::of(waits, failed)
}
