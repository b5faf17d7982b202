//! The common interface of the hosts that answer HubSpot and providers.

use std::net::SocketAddr;
use std::time::Duration;

use cordboard::events::json;
use serde_json::Value;

use crate::bridge::{Bridge, TIMEOUT};
use crate::http::{Answer, Request};
use crate::hubspot::{self, create, meeting};
use crate::iotum::{INGEST_KEY, started};

/// How long to wait for background work that a host does not report.
const SETTLING: Duration = Duration::from_secs(1);

/// A host that answers HubSpot and providers: the bridge, or the gateways of `spin.toml`.
pub trait Served {
    /// Returns the address for senders.
    fn address(&self) -> SocketAddr;

    /// Returns all stored events, in order, in the public format (`cordboard events --json`), without the members that
    /// only one host has.
    fn reported_events(&self) -> impl Future<Output = Vec<Value>> + Send;

    /// Returns how often HubSpot's plug was called so far, if the host counts that. Each call has read one request.
    fn decoded(&self) -> Option<u64> {
        None
    }

    /// Simulates the passing of time by making all stored times earlier.
    fn backdate(&self, by: Duration) -> impl Future<Output = ()> + Send;

    /// Waits until work for disconnected callers has ended, or for a fixed time if the host does not report it.
    fn settled(&self) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(SETTLING)
    }

    /// Sends a request.
    fn send(&self, request: &Request) -> impl Future<Output = Answer> + Send {
        request.send(self.address())
    }
}

/// Returns events without the members that only one host has.
pub fn comparable(mut events: Vec<Value>) -> Vec<Value> {
    for members in events.iter_mut().filter_map(Value::as_object_mut) {
        members.retain(|name, _| !["sequence", "cursor", "requestId"].contains(&name.as_str()));
    }
    events
}

impl Served for Bridge {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn reported_events(&self) -> Vec<Value> {
        comparable(self.events().await.iter().map(json::event).collect())
    }

    fn decoded(&self) -> Option<u64> {
        let topology = self.running().topology();
        Some(topology.app("hubspot", &hubspot::APP.to_string())?.generation.plug.calls())
    }

    async fn backdate(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).expect("a time");
        let file = rusqlite::Connection::open(self.data.join("cordboard.db")).expect("the store's file");
        file.busy_timeout(TIMEOUT).expect("a time");
        for statement in [
            "UPDATE operation SET started_at = started_at - ?1, finished_at = finished_at - ?1, \
             answer_lost_at = answer_lost_at - ?1",
            "UPDATE conference SET created_at = created_at - ?1, deleted_at = deleted_at - ?1",
        ] {
            file.execute(statement, [by]).expect("an older store");
        }
    }

    async fn settled(&self) {
        self.idle().await;
        self.marked().await;
    }
}

/// Asserts that HubSpot and the provider are still served.
pub async fn assert_still_serving(served: &impl Served) {
    assert_eq!(create(served, &meeting("Still here")).await.status, 200);
    assert_eq!(served.send(&started(INGEST_KEY, 1)).await.status, 204);
}
