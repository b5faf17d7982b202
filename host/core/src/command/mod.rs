//! The commands that an account's plug carries out: the input of the plug, and what its result means for the CRM and for
//! the stored records.
//!
//! A host loads what a command needs, calls the plug with the command's input until the plug returns a result, and
//! stores the [`Change`] that [`PlugCommand::end`] returns, in its own way: one host has a journal and transactions, the
//! other a store of keys and values.

mod create;
mod delete;
mod numbers;
#[cfg(test)]
mod tests;
mod update;
mod user;

pub use create::{Create, created};
pub use delete::Delete;
pub use numbers::PhoneNumbers;
pub use update::Update;
pub use user::VerifyUser;

use serde::Serialize;

use crate::AppId;
use crate::api_error::ApiError;
use crate::record::{Conference, ConnectionId};
use crate::types::crm::{Command, Outcome};
use crate::types::effect::Failure;
use crate::types::manifest::Description;

/// A command with the plug's input.
pub trait PlugCommand: Sync {
    /// The plug's result.
    type Output: Serialize + Send;

    /// The message to the operator about a leftover at the provider, if the command had effects but its result cannot
    /// be used.
    const UNUSABLE: Option<&'static str> = None;

    /// Returns the subject of the command, for messages to the operator.
    fn about(&self) -> String {
        String::new()
    }

    /// Returns how the command ends with this result or failure of the plug.
    ///
    /// # Errors
    /// Returns the reason if the result violates the contract.
    fn end(&self, target: &Target<'_>, result: Result<Self::Output, Failure>) -> Result<Ended, String>;
}

/// The connection whose plug carries out a command, and the conference that it concerns.
pub struct Target<'a> {
    /// The app that requested the command.
    pub app: &'a AppId,
    /// The connection.
    pub connection: &'a ConnectionId,
    /// The description of its plug.
    pub plug: &'a Description,
    /// The base URL of our links.
    pub public_url: &'a str,
    /// Our id of the conference that the command creates or changes; empty if there is none.
    pub conference: &'a str,
    /// When that conference was created, in epoch milliseconds.
    pub created_at: u64,
}

/// The end of a command.
pub struct Ended {
    /// The outcome for the CRM.
    pub outcome: Outcome,
    /// What changes with it.
    pub change: Option<Change>,
    /// The message to the operator about a leftover at the provider.
    pub leftover: Option<&'static str>,
}

impl Ended {
    fn unchanged(outcome: Outcome) -> Self {
        Self { outcome, change: None, leftover: None }
    }

    fn changed(outcome: Outcome, change: Change) -> Self {
        Self { outcome, change: Some(change), leftover: None }
    }
}

/// A change of the stored records.
#[derive(Debug, PartialEq)]
pub enum Change {
    /// The conference was created.
    Created(Box<Conference>),
    /// The conference was updated.
    Updated(Box<Conference>),
    /// The conference was deleted.
    Deleted,
    /// The plug identifies a user by this id, which the CRM sends from then on.
    UserVerified(String),
}

/// Checks that a command is for the app that its request addressed.
///
/// # Errors
/// Returns an error if it names another app.
pub fn check_app(command: &Command, app: &AppId) -> Result<(), ApiError> {
    match command {
        Command::PhoneNumbers(query) if query.app_id != app.as_str() => Err(ApiError::NotFound("app")),
        _ => Ok(()),
    }
}
