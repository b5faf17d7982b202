//! A loaded plug, and calls to it. Each call has its own store and instance.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cordboard_core::Role;
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

/// A component that has been checked against its contract. Cheap to clone.
///
/// Calls are synchronous and end within the time limit of the plug's [`Class`]. Each runs in a fresh instance, so calls
/// share no state.
#[derive(Clone)]
pub struct Plug(Arc<Loaded>);

/// The shared state of a plug. Everything but the code stays in memory as long as the plug exists.
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

    /// The digest of the plug's file: `sha256:` and lower-case hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// Calls `describe` again. The host relies on the [`description`](Self::description) it read at load time.
    ///
    /// # Errors
    /// If the call fails.
    pub fn describe(&self) -> Result<Description, CallError> {
        self.run(|code| Ok(&code.describe), ())
    }

    /// The plug's description, which was validated at load time.
    pub fn description(&self) -> &Description {
        &self.0.description
    }

    /// The routes of the plug's description.
    pub fn routes(&self) -> &[Route] {
        &self.0.description.routes
    }

    /// The contract that the plug implements.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// The instance pool that runs the plug.
    pub fn class(&self) -> Class {
        self.0.pool.class
    }

    /// Calls `provider.create`.
    ///
    /// # Errors
    /// If the plug is not a provider, or the call fails.
    pub fn create(&self, context: &Context, meeting: &Meeting) -> Result<Result<Conference, Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.create), (context, meeting))
    }

    /// Calls `provider.update`.
    ///
    /// # Errors
    /// See [`create`](Self::create).
    pub fn update(
        &self,
        context: &Context,
        current: &Conference,
        meeting: &Meeting,
    ) -> Result<Result<Conference, Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.update), (context, current, meeting))
    }

    /// Calls `provider.delete`.
    ///
    /// # Errors
    /// See [`create`](Self::create).
    pub fn delete(&self, context: &Context, current: &Conference) -> Result<Result<(), Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.delete), (context, current))
    }

    /// Calls `provider.verify-user`.
    ///
    /// # Errors
    /// See [`create`](Self::create).
    pub fn verify_user(&self, context: &Context, email: &str) -> Result<Result<Option<String>, Pause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.verify_user), (context, email))
    }

    /// Calls `provider.receive`.
    ///
    /// # Errors
    /// See [`create`](Self::create).
    pub fn receive(
        &self,
        context: &Context,
        request: &WebhookRequest,
    ) -> Result<Result<Receipt, ReceivePause>, CallError> {
        self.call(|operations| Ok(&operations.provider()?.receive), (context, request))
    }

    /// Calls `crm.decode`.
    ///
    /// # Errors
    /// If the plug is not a CRM plug, or the call fails.
    pub fn decode(&self, context: &Context, request: &WebhookRequest) -> Result<Result<Command, Rejection>, CallError> {
        self.call(|operations| Ok(&operations.crm()?.decode), (context, request))
    }

    /// Calls `crm.encode`.
    ///
    /// # Errors
    /// See [`decode`](Self::decode).
    pub fn encode(&self, context: &Context, outcome: &Outcome) -> Result<WebhookResponse, CallError> {
        self.call(|operations| Ok(&operations.crm()?.encode), (context, outcome))
    }

    /// Calls `telephony.phone-numbers`. `user_id` is the CRM's id of the user.
    ///
    /// # Errors
    /// If the plug is not a telephony plug, or the call fails.
    pub fn phone_numbers(
        &self,
        context: &Context,
        user_id: &str,
    ) -> Result<Result<Vec<PhoneNumber>, Pause>, CallError> {
        self.call(Operations::phone_numbers, (context, user_id))
    }

    /// The number of calls since the plug was loaded, not counting its self-test.
    pub fn calls(&self) -> u64 {
        self.0.calls.load(Ordering::Relaxed)
    }

    /// Resets the call count, so that a self-test does not count.
    pub fn reset_calls(&self) {
        self.0.calls.store(0, Ordering::Relaxed);
    }

    /// Whether the plug can read and change the settings that its vendor stores.
    pub fn has_settings(&self) -> bool {
        self.0.has_settings
    }

    /// Whether the plug's code is in memory, so that the next call does not have to load it.
    pub fn is_loaded(&self) -> bool {
        self.0.slot.is_full()
    }

    /// The size of the plug's compiled code and data in memory; 0 if unloaded.
    pub fn code_bytes(&self) -> u64 {
        self.0.slot.bytes()
    }

    /// Unloads the plug's code until the next call, if it can be reloaded, and returns whether it did. Calls in
    /// progress keep the code.
    pub fn unload(&self) -> bool {
        self.0.slot.empty()
    }

    /// Whether this is the only handle to the plug.
    pub fn is_only_one(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// The compiled component.
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
