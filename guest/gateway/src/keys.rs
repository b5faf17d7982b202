//! The keys and values of the store. Keys contain external text only as a digest, because stores differ in the
//! characters that they allow.
//!
//! | key | value |
//! |---|---|
//! | `conference:{digest}` | a [`Conference`] |
//! | `changed:{digest}` | `true` once the CRM has tried to change or delete a conference |
//! | `deleted:{digest}` | `true` once a conference is deleted |
//! | `link:{link}` | the id of the conference that a stable link leads to |
//! | `known:{digest}` | the id of a conference, by its id at the provider |
//! | `alias:{digest}` | the provider's first id of a conference, by a later one |
//! | `user:{digest}` | `true` for a user id that the plug returned |
//! | `request:{digest}` | the id of the conference that a request created, by the request's digest |
//! | `flight:{fingerprint}`, `turn:{fingerprint}:{number}` | creates: [`single_flight`](crate::single_flight) |
//! | `memory:{digest}` | the state of a connection's plug, as [`StateEntry`](cordboard_core::engine::StateEntry)s |
//! | `delivery:{digest}`, `unread:{time}:{digest}` | [`inbound_requests`](crate::inbound_requests) |
//! | `event:{digest}`, `listed:{time}:{digest}` | [`events`](crate::events) |

use cordboard_core::api_error::ApiError;
use cordboard_core::types::conference::{Conference as AtProvider, Meeting, Person};
use cordboard_core::{AccountId, AppId, UserId, digest_of, rules};
use serde::{Deserialize, Serialize};

use crate::config::Connection;

/// The record of a conference.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conference {
    /// 128 random bits.
    pub id: String,
    /// The id, at the CRM, of the app that requested it.
    pub app: AppId,
    /// The account's id at the CRM.
    pub account: AccountId,
    /// The connection that created it.
    pub connection: String,
    /// Its id at the provider.
    pub provider_id: String,
    /// The current link.
    pub join_url: String,
    /// How to join, as text.
    pub details: String,
    /// The id, at the CRM, of the user who booked it.
    pub user_id: UserId,
    /// The same user's email address, or their id at the provider.
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
    /// Builds the record of a conference that was created or updated for a meeting.
    ///
    /// # Errors
    /// Returns an error if the meeting's user has no valid id, which commands are checked for.
    pub fn made(
        id: String,
        app: AppId,
        connection: &Connection,
        at: &AtProvider,
        meeting: &Meeting,
        now: u64,
    ) -> Result<Self, ApiError> {
        let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
        Ok(Self {
            id,
            app,
            account: connection.account.clone(),
            connection: connection.name.clone(),
            provider_id: at.id.clone(),
            join_url: at.join_url.clone(),
            details: at.details.clone(),
            user_id: rules::crm_id(&meeting.user_id).map_err(ApiError::PlugFailed)?,
            user: user.clone(),
            topic: meeting.topic.clone(),
            start: meeting.start,
            end: meeting.end,
            created_at: now,
        })
    }

    /// Returns the conference as the provider's plug sees it.
    pub fn at_provider(&self) -> AtProvider {
        AtProvider { id: self.provider_id.clone(), join_url: self.join_url.clone(), details: self.details.clone() }
    }

    /// Returns the store key of a conference.
    pub fn key(id: &str) -> String {
        format!("conference:{}", digest(&[id]))
    }
}

/// Joins the account and name of a connection. The id of an account has no colon.
pub fn connection_key(account: &AccountId, name: &str) -> String {
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
