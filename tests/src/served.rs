//! What answers HubSpot and providers, whichever host it is: as much of it as all of them have.

use std::net::SocketAddr;

use cordboard::events::json;
use serde_json::Value;

use crate::bridge::Bridge;
use crate::http::{Answer, Request};
use crate::hubspot::{self, create, meeting};
use crate::iotum::{INGEST_KEY, started};

/// What answers HubSpot and providers: the host's bridge, or the gateways of `spin.toml`.
pub trait Served {
    /// Where senders are listened to.
    fn address(&self) -> SocketAddr;

    /// All events that are kept, in order, as they are written for the world (`cordboard events --json`), without what
    /// only one host gives: `sequence`, `cursor`, `delivery`.
    fn told(&self) -> impl Future<Output = Vec<Value>> + Send;

    /// How often HubSpot's plug was called so far, where the host tells. What was sent has been read when it was.
    fn decoded(&self) -> Option<u64> {
        None
    }

    /// Sends a request.
    fn send(&self, request: &Request) -> impl Future<Output = Answer> + Send {
        request.send(self.address())
    }
}

/// Events without what only one host gives.
pub fn alike(mut events: Vec<Value>) -> Vec<Value> {
    for members in events.iter_mut().filter_map(Value::as_object_mut) {
        members.retain(|name, _| !["sequence", "cursor", "delivery"].contains(&name.as_str()));
    }
    events
}

impl Served for Bridge {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn told(&self) -> Vec<Value> {
        alike(self.events().await.iter().map(json::event).collect())
    }

    fn decoded(&self) -> Option<u64> {
        let world = self.board().world();
        Some(world.app("hubspot", &hubspot::APP.to_string())?.generation.plug.calls())
    }
}

/// Both ends still do what they are for.
pub async fn goes_on(served: &impl Served) {
    assert_eq!(create(served, &meeting("Still here")).await.status, 200);
    assert_eq!(served.send(&started(INGEST_KEY, 1)).await.status, 204);
}
