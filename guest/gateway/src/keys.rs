//! The keys and values of the store. Keys contain external text only as a digest, because stores differ in the
//! characters that they allow.
//!
//! | key | value |
//! |---|---|
//! | `conference:{digest}` | a [`Conference`](cordboard_core::record::Conference) |
//! | `changed:{digest}` | `true` once the CRM has tried to change or delete a conference |
//! | `deleted:{digest}` | when a conference was deleted, in epoch milliseconds |
//! | `link:{link}` | the id of the conference that a stable link leads to |
//! | `known:{digest}` | the id of a conference, by its id at the provider |
//! | `alias:{digest}` | the provider's first id of a conference, by a later one |
//! | `user:{digest}` | `true` for a user id that the plug returned |
//! | `request:{digest}` | the id of the conference that a create was answered with, by the request's digest |
//! | `flight:{fingerprint}`, `turn:{fingerprint}:{number}` | creates: [`single_flight`](crate::single_flight) |
//! | `memory:{digest}` | the state of a connection's plug, as [`StateEntry`](cordboard_core::engine::StateEntry)s |
//! | `delivery:{digest}`, `unread:{time}:{digest}` | [`inbound_requests`](crate::inbound_requests) |
//! | `event:{digest}`, `listed:{time}:{digest}` | [`events`](crate::events) |

use cordboard_core::digest_of;
use cordboard_core::record::ConnectionId;

/// Returns the key of a conference.
pub fn conference_key(id: &str) -> String {
    format!("conference:{}", digest(&[id]))
}

/// Joins the account and name of a connection. The id of an account has no colon.
pub fn connection_key(ConnectionId { account, name }: &ConnectionId) -> String {
    format!("{account}:{name}")
}

/// Returns the key of a value that belongs to a connection.
pub fn key(kind: &str, connection: &str, text: &str) -> String {
    format!("{kind}:{}", digest(&[connection, text]))
}

/// Digests a list of texts; lists split differently have different digests.
pub fn digest(texts: &[&str]) -> String {
    digest_of(texts.iter().map(|text| text.as_bytes()))
}
