//! What is kept, and under which keys. Foreign text is in keys as its digest only: stores differ in what a key may hold.
//!
//! | key | value |
//! |---|---|
//! | `conference:{digest}` | a [`Conference`] |
//! | `changed:{digest}` | that the CRM wanted it changed or deleted |
//! | `deleted:{digest}` | that it is deleted |
//! | `link:{link}` | the id of the conference that our link leads to |
//! | `known:{digest}` | our id of a conference, by its provider's |
//! | `alias:{digest}` | the provider's first id of a conference, by a later one |
//! | `user:{digest}` | an id that the plug gave for a user |
//! | `request:{digest}` | the id of the conference that this very request made |
//! | `flight:{fingerprint}`, `turn:{fingerprint}:{number}` | who makes a conference; see [`single_flight`](crate::single_flight) |
//! | `memory:{digest}` | what a connection's plug remembers, as [`StateEntry`]s |
//! | `delivery:{digest}`, `unread:{time}:{digest}` | requests of providers that were not read; see [`inbound_requests`](crate::inbound_requests) |
//! | `event:{digest}`, `listed:{time}:{digest}` | events; see [`events`](crate::events) |

use cordboard_core::digest_of;
use cordboard_core::types::conference::{Conference as AtProvider, Meeting, Person};
use serde::{Deserialize, Serialize};

use crate::config::Connection;

/// A conference that was made.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conference {
    /// Ours: random, 128 bits.
    pub id: String,
    /// The CRM's number of the app that asked for it.
    pub app: u64,
    /// The CRM's number of the account.
    pub account: u64,
    /// The connection that made it.
    pub connection: String,
    /// The provider's id of it.
    pub provider_id: String,
    /// The present link.
    pub join_url: String,
    /// How to join, as text.
    pub details: String,
    /// The CRM's number of who booked it.
    pub user_id: u64,
    /// The same user, as the provider may know them.
    pub user: String,
    /// The meeting's title.
    pub topic: String,
    /// Epoch milliseconds.
    pub start: u64,
    /// Epoch milliseconds.
    pub end: u64,
    /// Epoch milliseconds.
    pub created_at: u64,
}

impl Conference {
    /// The record of a conference that was made, or changed, for a meeting.
    pub fn made(id: String, app: u64, connection: &Connection, at: &AtProvider, meeting: &Meeting, now: u64) -> Self {
        let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
        Self {
            id,
            app,
            account: connection.account,
            connection: connection.name.clone(),
            provider_id: at.id.clone(),
            join_url: at.join_url.clone(),
            details: at.details.clone(),
            user_id: meeting.user_id,
            user: user.clone(),
            topic: meeting.topic.clone(),
            start: meeting.start,
            end: meeting.end,
            created_at: now,
        }
    }

    /// As the provider's plug knows it.
    pub fn at_provider(&self) -> AtProvider {
        AtProvider { id: self.provider_id.clone(), join_url: self.join_url.clone(), details: self.details.clone() }
    }

    /// The key of a conference.
    pub fn key(id: &str) -> String {
        format!("conference:{}", digest(&[id]))
    }
}

/// What a plug has us remember.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StateEntry {
    /// The plug's name of it.
    pub key: String,
    /// What is remembered.
    pub value: String,
    /// Whether the plug must not see it.
    #[serde(rename = "sealed")]
    pub captured: bool,
    /// Epoch milliseconds after which it is not there any more.
    pub expires_at: Option<u64>,
}

/// A connection in one word.
pub fn connection_key(account: u64, name: &str) -> String {
    format!("{account}:{name}")
}

/// A key of something that belongs to a connection.
pub fn key(kind: &str, connection: &str, text: &str) -> String {
    format!("{kind}:{}", digest(&[connection, text]))
}

/// A digest in which no two lists of texts run together.
pub fn digest(texts: &[&str]) -> String {
    digest_of(texts.iter().map(|text| text.as_bytes()))
}
