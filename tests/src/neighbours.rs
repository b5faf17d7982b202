//! Three accounts of one app: one that means no harm, one whose plug loops on every call, and one whose provider never
//! answers. How the first fares beside the others is measured from outside.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::HOSTILE;
use crate::bridge::{Bridge, House};
use crate::hubspot::{APP, SECRET, meeting, request, with};
use crate::provider::{Fault, Provider};

/// Means no harm.
pub const NEIGHBOUR: u64 = 11;
/// Its plug loops on every call.
pub const LOOPING: u64 = 12;
/// Its provider takes requests and never answers.
pub const HANGING: u64 = 13;

/// Starts a bridge with the three accounts; `provider` is the one that hangs.
pub async fn open(house: &House, provider: &Provider) -> Bridge {
    house.put("hostile.wasm", HOSTILE);
    provider.fail("/hang", Fault::Silence);
    let at = provider.address;
    let account = |id: u64, connection: &str| {
        format!(
            "[account.{id}]\napp = {APP}\nconferencing = \"rooms\"\n[account.{id}.connection.rooms]\n{connection}\n"
        )
    };
    let hostile = |settings: &str| {
        let allowed = format!("allow-private = true, allow = [\"{at}\"]");
        format!("plug = \"./hostile.wasm\"\noutbound = {{ {allowed} }}\nsettings = {{ url = \"{at}\", {settings} }}")
    };
    let config = [
        format!("[app.{APP}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{SECRET}\" }}\n"),
        account(NEIGHBOUR, "plug = \"jitsi\""),
        account(LOOPING, &hostile("mode = \"endless_loop\"")),
        account(HANGING, &hostile(&format!("mode = \"forbidden_host\", targets = \"http://{at}/hang\""))),
    ];
    house.open(&config.concat()).await
}

/// Somebody who books meetings for an account as fast as it gets answers, until this is dropped.
pub struct Bully {
    callers: Vec<JoinHandle<()>>,
    told: Arc<Mutex<BTreeMap<u16, usize>>>,
}

impl Bully {
    /// So many callers at a time. Who is told to come back later comes back later, as clients do, unless `deaf`.
    pub fn start(bridge: SocketAddr, account: u64, callers: usize, deaf: bool) -> Self {
        let told = Arc::new(Mutex::new(BTreeMap::new()));
        let callers = (0..callers).map(|caller| {
            let told = Arc::clone(&told);
            tokio::spawn(async move {
                for number in 0.. {
                    let topic = format!("Bully {caller}/{number}");
                    let booking = with(meeting(&topic), "portalId", account);
                    let answer = request("create-meeting", &booking).send(bridge).await;
                    *told.lock().unwrap().entry(answer.status).or_insert(0) += 1;
                    let later = answer.header("retry-after").filter(|_| !deaf);
                    if let Some(seconds) = later.and_then(|seconds| seconds.parse().ok()) {
                        tokio::time::sleep(Duration::from_secs(seconds)).await;
                    }
                }
            })
        });
        Self { callers: callers.collect(), told }
    }

    /// What it was answered, by status.
    pub fn told(&self) -> BTreeMap<u16, usize> {
        self.told.lock().unwrap().clone()
    }
}

impl Drop for Bully {
    fn drop(&mut self) {
        self.callers.iter().for_each(JoinHandle::abort);
    }
}

/// How long the neighbour waited for conferences.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// Half of them were there sooner.
    pub median: Duration,
    /// One of a hundred took longer.
    pub p99: Duration,
    /// The longest.
    pub longest: Duration,
    /// So many did not come about.
    pub failed: usize,
}

/// Books `count` meetings for the neighbour, one after another.
pub async fn measure(bridge: SocketAddr, count: usize) -> Waits {
    let (mut waits, mut failed) = (Vec::with_capacity(count), 0);
    for number in 0..count {
        let booking = with(meeting(&format!("Talk {number}")), "portalId", NEIGHBOUR);
        let booking = request("create-meeting", &booking);
        let began = Instant::now();
        let answer = booking.send(bridge).await;
        waits.push(began.elapsed());
        failed += usize::from(answer.status != 200);
    }
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() * share / 100).min(waits.len() - 1)];
    Waits { median: at(50), p99: at(99), longest: at(100), failed }
}
