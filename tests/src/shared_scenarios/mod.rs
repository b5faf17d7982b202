//! Scenarios that every host must pass. They use HTTP at both ends and nothing inside a host.
//!
//! A shared scenario takes a host that serves [`config`] and the provider behind it, and panics if the host behaves
//! differently than the scenario's description says. It may run after others on the same host. A host's own test checks
//! what only that host shows, such as counters, a journal or leftovers, after the scenario.

pub mod booking;
pub mod failures;
pub mod input;
pub mod numbers;
pub mod repeats;
pub mod schemes;
pub mod senders;
pub mod webhooks;

use std::time::Duration;

use crate::bridge::until;
use crate::emulator::USER_ID;
use crate::hubspot::{self, ACCOUNT};
use crate::provider::{CREATE, Provider, UPDATE};
use crate::served::Served;

/// The ingest key of the connection `portal`.
pub const PORTAL_KEY: &str = "ingest-key-of-a-veeting-portal";
/// The key that authenticates that portal.
pub const PORTAL_API_KEY: &str = "api-key-of-the-portal";
/// The telephone number of the account's user, as in the settings of the connection `numbers`.
pub const NUMBER: &str = "+18001231234 ext 1 Front desk";

/// How long to wait for a host to read requests, if it does not count them.
const READING: Duration = Duration::from_secs(1);

/// The account with a connection of each kind: `rooms` creates conferences at an emulated iotum, `numbers` has the
/// user's telephone number, and `portal` only receives webhooks from Veeting.
pub fn config(provider: &Provider) -> String {
    let connection = |name: &str| format!("[account.{ACCOUNT}.connection.{name}]");
    let numbers =
        format!("{}\nplug = \"phonebook\"\nsettings = {{ {USER_ID} = \"{NUMBER}\" }}\n", connection("numbers"));
    let portal = format!(
        "{}\nplug = \"veeting\"\ningest-key = \"{PORTAL_KEY}\"\nsettings = {{ api-key = \"{PORTAL_API_KEY}\" }}\n",
        connection("portal")
    );
    let keys = "conferencing = \"rooms\"\ntelephony = \"numbers\"";
    hubspot::config(keys, &[provider.connection(), numbers, portal].concat())
}

/// Waits until the host has read this number of HubSpot's requests since its count was `before`. Waits for a fixed time
/// if the host does not count them.
async fn until_read(served: &impl Served, before: Option<u64>, requests: u64) {
    match before {
        Some(before) => until("all are read", || served.decoded() >= Some(before + requests)).await,
        None => tokio::time::sleep(READING).await,
    }
}
