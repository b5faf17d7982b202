//! Scenarios over HTTP, with a running bridge, real plugs and a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod bad_input;
mod booking;
mod correlation;
mod crowds;
mod encrypted;
mod links;
mod neighbors;
mod operators;
mod providers;
mod recovery;
mod repeats;
mod reprocessing;
mod request_ids;
mod schemes;
mod senders;
mod shared;
mod stores;
mod unacknowledged;

use std::sync::Arc;

use cordboard_tests::bridge::{Bridge, Installation, until};
use cordboard_tests::http::{Request, Wire};
use cordboard_tests::provider::{CREATE, Provider};
use cordboard_tests::shared_scenarios::config;

/// Starts a bridge with the configuration of the shared scenarios.
async fn setup() -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    let bridge = installation.open(&config(&provider)).await;
    (installation, provider, bridge)
}

/// Sends a create, hangs up once the provider has received it, and waits until the bridge has noticed.
async fn hang_up(bridge: &Bridge, provider: &Provider, request: &Request) {
    let mut wire = Wire::connect(bridge.address).await;
    let before = provider.calls(CREATE);
    wire.write(&request.bytes()).await;
    provider.reached(CREATE, before + 1).await;
    // The request holds a reference to the topology as long as its connection is open.
    let topology = bridge.running().topology();
    let held = Arc::strong_count(&topology);
    drop(wire);
    until("the bridge has noticed", || Arc::strong_count(&topology) < held).await;
}
