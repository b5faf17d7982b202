//! Who issues a command: a request of the CRM, or a background task.

use std::sync::Arc;

use cordboard_core::{AccountId, AppId};

use crate::flow::ApiError;
use crate::topology::{Account, Demand, InFlightGuard, Topology};

use super::commands::Commands;
use super::result::{CommandResult, interrupted};

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Creating something, or a query.
    New,
    /// Changing or deleting an existing conference.
    Change,
}

/// The CRM's request that carries a command, or the background task that issues one.
pub struct Caller<'a> {
    pub commands: &'a Arc<Commands>,
    pub topology: &'a Topology,
    /// The app that the request addresses.
    pub app: &'a AppId,
    /// The size of its body, in bytes.
    pub body: usize,
}

impl<'a> Caller<'a> {
    /// Returns an account of the app.
    pub fn account(&self, id: &str) -> Result<&'a Account, ApiError> {
        let id = id.parse::<AccountId>().map_err(|_| ApiError::NotFound("account"))?;
        self.topology.account(self.app, &id).ok_or(ApiError::NotFound("account"))
    }

    /// Counts the request against the limits of an account.
    pub fn admit(&self, account: &AccountId, purpose: Purpose) -> Result<InFlightGuard, ApiError> {
        let stored = self.commands.store.stored_bytes(account);
        let demand = Demand { body: self.body, stored, changes: purpose == Purpose::Change };
        Ok(self.topology.admit(account, demand)?)
    }

    /// Does the work of the request, once for all concurrent requests with the same key.
    pub async fn share<F>(
        &self,
        in_flight: InFlightGuard,
        key: String,
        work: impl FnOnce(Arc<Commands>) -> F,
    ) -> Result<CommandResult, ApiError>
    where
        F: Future<Output = Result<CommandResult, ApiError>> + Send + 'static,
    {
        let work = work(Arc::clone(self.commands));
        self.commands.single_flight.join(in_flight, key, work).await.unwrap_or_else(|| Err(interrupted()))
    }
}
