//! The record of a conference, which each host stores in its own way.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api_error::ApiError;
use crate::types::conference::{Conference as AtProvider, Meeting, Person};
use crate::types::manifest::{Description, UpdateMode};
use crate::{AccountId, AppId, UserId, rules};

/// The id of a connection, which is one plug with its settings for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConnectionId {
    /// The CRM's id of the account.
    pub account: AccountId,
    /// The connection's name in the configuration.
    #[serde(rename = "connection")]
    pub name: String,
}

impl ConnectionId {
    /// Creates the id of a connection.
    pub fn new(account: impl Into<AccountId>, name: impl Into<String>) -> Self {
        Self { account: account.into(), name: name.into() }
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.account, self.name)
    }
}

/// A conference created through Cordboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conference {
    /// Our id: 32 hexadecimal digits.
    pub id: String,
    /// The app that requested it.
    pub app: AppId,
    /// The connection whose plug created it.
    #[serde(flatten)]
    pub connection: ConnectionId,
    /// The provider's current id.
    pub provider_id: String,
    /// The provider's current link.
    pub join_url: String,
    /// How to join, as text.
    pub details: String,
    /// The CRM's id of the user.
    pub user_id: UserId,
    /// The user, as the CRM wrote it.
    pub user: String,
    /// The meeting's title.
    pub topic: String,
    /// When the meeting starts, in epoch milliseconds.
    pub start: u64,
    /// When the meeting ends, in epoch milliseconds.
    pub end: u64,
    /// When the conference was created, in epoch milliseconds.
    pub created_at: u64,
    /// When it was deleted, in epoch milliseconds; none while it exists. Not part of the serialized record, so that an
    /// update of the record cannot overwrite it.
    #[serde(skip)]
    pub deleted_at: Option<u64>,
}

impl Conference {
    /// Creates the record of a conference that the plug returned for a meeting, as `made`.
    ///
    /// # Errors
    /// Returns the reason if the meeting's user has no valid id, which commands are checked for.
    pub fn new(
        id: &str,
        app: &AppId,
        connection: &ConnectionId,
        created_at: u64,
        made: AtProvider,
        meeting: &Meeting,
    ) -> Result<Self, String> {
        let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
        Ok(Self {
            id: id.to_owned(),
            app: app.clone(),
            connection: connection.clone(),
            provider_id: made.id,
            join_url: made.join_url,
            details: made.details,
            user_id: rules::crm_id(&meeting.user_id)?,
            user: user.clone(),
            topic: meeting.topic.clone(),
            start: meeting.start,
            end: meeting.end,
            created_at,
            deleted_at: None,
        })
    }

    /// Returns the last segment of our link to the conference.
    pub fn link(&self) -> String {
        crate::link(&self.id)
    }

    /// Returns where our link to the conference leads, in a form that a header can hold; none if it was deleted.
    pub fn redirect(&self) -> Option<String> {
        let exists = self.deleted_at.is_none();
        exists.then(|| url::Url::parse(&self.join_url).ok()).flatten().map(String::from)
    }

    /// Returns the conference as the provider's plug sees it.
    pub fn at_provider(&self) -> AtProvider {
        AtProvider { id: self.provider_id.clone(), join_url: self.join_url.clone(), details: self.details.clone() }
    }

    /// Returns the conference as the CRM sees it. The CRM reads a link only once, so if the provider's link may change,
    /// it gets one of ours that redirects to the current link.
    pub fn for_crm(&self, public_url: &str, plug: &Description) -> AtProvider {
        let mut shown = self.at_provider();
        if may_change_link(plug) {
            let ours = format!("{public_url}/j/{}", self.link());
            shown.details = shown.details.replace(&shown.join_url, &ours);
            shown.join_url = ours;
        }
        shown
    }

    /// Checks that an account may update the conference.
    ///
    /// # Errors
    /// Returns an error if the conference belongs to another account or was deleted.
    pub fn check_update(&self, account: &str) -> Result<(), ApiError> {
        let is_theirs = self.connection.account.as_str() == account && self.deleted_at.is_none();
        if is_theirs { Ok(()) } else { Err(ApiError::NotFound("conference")) }
    }
}

/// Returns whether an update by a plug may change a conference's link.
pub fn may_change_link(plug: &Description) -> bool {
    plug.capabilities.updates == UpdateMode::MayChangeLink
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_the_members_of_its_connection() {
        let stored = r#"{"id":"c","app":"1","account":"2","connection":"rooms","providerId":"p","#.to_owned()
            + r#""joinUrl":"https://rooms.example/é","details":"d","userId":"3","user":"ada@example.com","topic":"t","#
            + r#""start":4,"end":5,"createdAt":6}"#;
        let record: Conference = serde_json::from_str(&stored).unwrap();
        assert_eq!(record.connection, ConnectionId::new(2, "rooms"));
        assert_eq!(serde_json::to_string(&record).unwrap(), stored);
        assert_eq!(record.redirect().as_deref(), Some("https://rooms.example/%C3%A9"));
        assert!(record.check_update("2").is_ok() && record.check_update("1").is_err());
        let deleted = Conference { deleted_at: Some(7), ..record };
        assert!(deleted.redirect().is_none() && deleted.check_update("2").is_err());
    }
}
