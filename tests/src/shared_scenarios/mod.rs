//! Scenarios that every host must play alike: HTTP at both ends, and nothing of what a host has inside.
//!
//! A shared scenario is given what is served with [`config`] and the provider behind it, and panics where its sentence does not
//! hold. It may come after others on the same host. Where a host shows more, such as counters, a journal or what is left
//! over, its own test looks at that when the scenario is over.

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
use crate::provider::Provider;
use crate::served::Served;

/// The ingest key of the connection `portal`.
pub const PORTAL_KEY: &str = "ingest-key-of-a-veeting-portal";
/// With which that portal proves itself.
pub const PORTAL_API_KEY: &str = "api-key-of-the-portal";
/// The telephone number of the account's user, as the connection `numbers` is told.
pub const NUMBER: &str = "+18001231234 ext 1 Front desk";

const CREATE: &str = "conference/create";
const UPDATE: &str = "conference/update";
/// Until a host that does not tell what it has read has read it.
const READING: Duration = Duration::from_secs(1);

/// The account with a connection of each kind: `rooms` at iotum's stand-in makes its conferences, `numbers` has its
/// user's telephone number, and `portal` is one of Veeting's that only tells.
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

/// Waits until so many requests of HubSpot were read since the host told of `before`. Where it does not tell, time must
/// do.
async fn until_read(served: &impl Served, before: Option<u64>, requests: u64) {
    match before {
        Some(before) => until("all are read", || served.decoded() >= Some(before + requests)).await,
        None => tokio::time::sleep(READING).await,
    }
}
