//! A plug, and calls to it: each in a store and an instance of its own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::component::Component;

use super::code::{Code, Operations, Slot};
use super::engine::{Class, Pool};
use super::error::CallError;
use super::operation::{Checked, Operation};
use crate::contract::conference::{Conference, Meeting};
use crate::contract::crm::{Command, Outcome};
use crate::contract::effect::{Context, Pause};
use crate::contract::http::{Rejection, WebhookRequest, WebhookResponse};
use crate::contract::manifest::{Description, Route};
use crate::contract::provider::{Receipt, ReceivePause};
use crate::contract::telephone::PhoneNumber;

/// Which contract a plug implements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `cordboard:provider`: a conferencing system.
    Provider,
    /// `cordboard:crm`: a CRM that asks for conferences.
    Crm,
    /// `cordboard:telephony`: a telephony system.
    Telephony,
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Provider => "provider",
            Self::Crm => "crm",
            Self::Telephony => "telephony",
        })
    }
}

/// A component that was checked against its contract. Cheap to clone.
///
/// Calls are synchronous, and end within the budget of the plug's [`Class`]. Each runs in a fresh instance, so nothing
/// of one call is there in the next.
#[derive(Clone)]
pub struct Plug(Arc<Loaded>);

/// What is known of a plug. All but the code stays for as long as the plug.
pub(super) struct Loaded {
    pub(super) digest: String,
    pub(super) description: Description,
    pub(super) role: Role,
    pub(super) has_settings: bool,
    pub(super) pool: Pool,
    pub(super) slot: Slot,
    pub(super) calls: AtomicU64,
}

impl Plug {
    pub(super) fn new(loaded: Loaded) -> Self {
        Self(Arc::new(loaded))
    }

    /// `sha256:` and the digest of the file in lower-case hexadecimal.
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// Asks it anew how it wants to be mounted. What counts is what it said when it was loaded.
    ///
    /// # Errors
    /// Where the plug gives no result.
    pub fn describe(&self) -> Result<Description, CallError> {
        self.run(|code| Ok(&code.describe), ())
    }

    /// How the plug wants to be mounted; checked.
    pub fn description(&self) -> &Description {
        &self.0.description
    }

    /// The description's routes, as signature verification takes them.
    pub fn routes(&self) -> &[Route] {
        &self.0.description.routes
    }

    /// Which contract it implements.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// Which pool its instances come from.
    pub fn class(&self) -> Class {
        self.0.pool.class
    }

    /// `provider.create`
    ///
    /// # Errors
    /// Where the plug gives no result, or is not a provider; so with all operations.
    pub fn create(&self, context: &Context, meeting: &Meeting) -> Result<Result<Conference, Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.create), (context, meeting))
    }

    /// `provider.update`
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn update(
        &self,
        context: &Context,
        current: &Conference,
        meeting: &Meeting,
    ) -> Result<Result<Conference, Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.update), (context, current, meeting))
    }

    /// `provider.delete`
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn delete(&self, context: &Context, current: &Conference) -> Result<Result<(), Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.delete), (context, current))
    }

    /// `provider.verify-user`
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn verify_user(&self, context: &Context, email: &str) -> Result<Result<Option<String>, Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.verify_user), (context, email))
    }

    /// `provider.receive`
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn receive(
        &self,
        context: &Context,
        request: &WebhookRequest,
    ) -> Result<Result<Receipt, ReceivePause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.receive), (context, request))
    }

    /// `crm.decode`
    ///
    /// # Errors
    /// Where the plug gives no result, or is not a CRM's.
    pub fn decode(&self, context: &Context, request: &WebhookRequest) -> Result<Result<Command, Rejection>, CallError> {
        self.call(|operations| Ok(&operations.crm()?.decode), (context, request))
    }

    /// `crm.encode`
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn encode(&self, context: &Context, outcome: &Outcome) -> Result<WebhookResponse, CallError> {
        self.call(|operations| Ok(&operations.crm()?.encode), (context, outcome))
    }

    /// `telephony.phone-numbers`, of the user with this number in the CRM
    ///
    /// # Errors
    /// Where the plug gives no result, or is not a telephony system's.
    pub fn phone_numbers(&self, context: &Context, user_id: u64) -> Result<Result<Vec<PhoneNumber>, Pause>, CallError> {
        self.call(Operations::phone_numbers, (context, user_id))
    }

    /// How many calls there were since it was loaded, each an instance; its self-test does not count.
    pub fn calls(&self) -> u64 {
        self.0.calls.load(Ordering::Relaxed)
    }

    /// Counts calls anew, after those of a trial.
    pub(super) fn reset_calls(&self) {
        self.0.calls.store(0, Ordering::Relaxed);
    }

    /// Whether it keeps settings at its vendor's.
    pub fn has_settings(&self) -> bool {
        self.0.has_settings
    }

    /// Whether its code is in memory, and the next call need not wait for it.
    pub fn is_loaded(&self) -> bool {
        self.0.slot.is_full()
    }

    /// Bytes of its compiled code and data in memory; 0 while it is not there.
    pub(super) fn code_bytes(&self) -> u64 {
        self.0.slot.bytes()
    }

    /// Puts its code away until the next call, where it can be brought back. Calls under way keep it. Whether it did.
    pub(super) fn unload(&self) -> bool {
        self.0.slot.empty()
    }

    /// Whether nobody else has it.
    pub(super) fn is_only_one(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// What was compiled.
    pub(super) fn component(&self) -> Result<Component, CallError> {
        self.0.slot.with(|code| Ok(code.pre.component().clone()))
    }

    pub(super) fn call<O: Operation>(
        &self,
        find: impl FnOnce(&Operations) -> Result<&Checked<O>, CallError>,
        params: O::Params<'_>,
    ) -> Result<O::Output, CallError> {
        self.run(|code| find(&code.operations), params)
    }

    fn run<O: Operation>(
        &self,
        find: impl FnOnce(&Code) -> Result<&Checked<O>, CallError>,
        params: O::Params<'_>,
    ) -> Result<O::Output, CallError> {
        self.0.slot.with(|code| {
            let operation = find(code)?;
            self.0.calls.fetch_add(1, Ordering::Relaxed);
            let mut store = self.0.pool.store();
            let instance = code.pre.instantiate(&mut store)?;
            operation.call(&instance, &mut store, params)
        })
    }
}

impl fmt::Debug for Plug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Plug")
            .field("name", &self.0.description.name)
            .field("digest", &self.0.digest)
            .finish_non_exhaustive()
    }
}
