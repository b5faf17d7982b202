//! The operations of the contracts, and calls without a type check each.
//!
//! Wasmtime compares the whole type of a function, field by field, before it hands it out for calling; in a fresh
//! instance that takes longer than the call. So the types are compared once, when a plug is loaded.

use std::marker::PhantomData;

use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower, TypedFunc};

use super::error::{CallError, LoadError, quote};
use super::limits::Limits;
use crate::contract::conference::{Conference, Meeting};
use crate::contract::crm::{Command, Outcome};
use crate::contract::effect::{Context, Pause};
use crate::contract::http::{Rejection, WebhookRequest, WebhookResponse};
use crate::contract::manifest::Description;
use crate::contract::provider::{Receipt, ReceivePause};
use crate::contract::settings::{
    ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, SettingsPause, VideoConferencing,
};
use crate::contract::telephone::PhoneNumber;

/// An operation of a contract, with its types.
pub(super) trait Operation {
    /// Its name in the contract.
    const NAME: &'static str;
    /// What goes in.
    type Params<'a>: ComponentNamedList + Lower;
    /// What comes out.
    type Output: Lift + 'static;
}

macro_rules! operations {
    ($($operation:ident = $name:literal ($($param:ty),*) -> $output:ty;)*) => {$(
        #[doc = concat!("`", $name, "`")]
        pub(super) struct $operation;

        impl Operation for $operation {
            const NAME: &'static str = $name;
            type Params<'a> = ($($param,)*);
            type Output = $output;
        }
    )*};
}

operations! {
    Describe = "describe" () -> Description;
    Create = "create" (&'a Context, &'a Meeting) -> Result<Conference, Pause>;
    Update = "update" (&'a Context, &'a Conference, &'a Meeting) -> Result<Conference, Pause>;
    Delete = "delete" (&'a Context, &'a Conference) -> Result<(), Pause>;
    VerifyUser = "verify-user" (&'a Context, &'a str) -> Result<Option<String>, Pause>;
    Receive = "receive" (&'a Context, &'a WebhookRequest) -> Result<Receipt, ReceivePause>;
    Decode = "decode" (&'a Context, &'a WebhookRequest) -> Result<Command, Rejection>;
    Encode = "encode" (&'a Context, &'a Outcome) -> WebhookResponse;
    PhoneNumbers = "phone-numbers" (&'a Context, u64) -> Result<Vec<PhoneNumber>, Pause>;
    GetVideoConferencing = "get-video-conferencing" (&'a Context, u32) -> Result<VideoConferencing, SettingsPause>;
    SetVideoConferencing = "set-video-conferencing" (&'a Context, u32, &'a VideoConferencing)
        -> Result<VideoConferencing, SettingsPause>;
    DeleteVideoConferencing = "delete-video-conferencing" (&'a Context, u32) -> Result<(), SettingsPause>;
    GetChannelConnection = "get-channel-connection" (&'a Context, u32) -> Result<ChannelConnectionState, SettingsPause>;
    CreateChannelConnection = "create-channel-connection" (&'a Context, u32, &'a ChannelConnection)
        -> Result<ChannelConnectionState, SettingsPause>;
    UpdateChannelConnection = "update-channel-connection" (&'a Context, u32, &'a ChannelConnectionPatch)
        -> Result<ChannelConnectionState, SettingsPause>;
    DeleteChannelConnection = "delete-channel-connection" (&'a Context, u32) -> Result<(), SettingsPause>;
}

/// An operation that a component exports, of the very type that the contract gives it.
pub(super) struct Checked<O> {
    index: ComponentExportIndex,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Checked<O> {
    /// Finds the operation in the interface `contract` of the component, of which `instance` is one, and compares types.
    pub(super) fn find(
        component: &Component,
        contract: &'static str,
        instance: &Instance,
        store: &mut Store<Limits>,
    ) -> Result<Self, LoadError> {
        let wrong =
            |fault: String| LoadError::Signature { contract: contract.to_owned(), function: O::NAME.to_owned(), fault };
        let index = component
            .get_export_index(None, contract)
            .and_then(|interface| component.get_export_index(Some(&interface), O::NAME))
            .ok_or_else(|| wrong("is missing".to_owned()))?;
        instance
            .get_typed_func::<O::Params<'static>, (O::Output,)>(store, &index)
            .map_err(|error| wrong(format!("has another type ({})", quote(&error.root_cause().to_string()))))?;
        Ok(Self { index, operation: PhantomData })
    }

    /// Calls the operation in an instance of the component in which it was found.
    pub(super) fn call(
        &self,
        instance: &Instance,
        store: &mut Store<Limits>,
        params: O::Params<'_>,
    ) -> Result<O::Output, CallError> {
        let function = instance
            .get_func(&mut *store, self.index)
            .ok_or_else(|| CallError::ContractBroken(format!("`{}` is missing", O::NAME)))?;
        // SAFETY: a function's type is part of its component, and `find` compared the type of the function at this
        // index of this component with `O`'s; lifetimes are no part of it.
        let function = unsafe { TypedFunc::<O::Params<'_>, (O::Output,)>::new_unchecked(function) };
        let (output,) = function.call(store, params)?;
        Ok(output)
    }
}
