//! The operations of the contracts, type-checked once per plug instead of once per call.
//!
//! Wasmtime compares a function's type field by field before it returns a typed handle. In a fresh instance that takes
//! longer than the call itself, so the types are compared once, when the plug is loaded.

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
use crate::contract::settings::{EndpointPatch, EndpointSettings, SettingsPause};
use crate::contract::telephone::PhoneNumber;

/// An operation of a contract, with its types.
pub(super) trait Operation {
    /// The function's name in the contract.
    const NAME: &'static str;
    /// The function's parameters.
    type Params<'a>: ComponentNamedList + Lower;
    /// The function's result.
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
    PhoneNumbers = "phone-numbers" (&'a Context, &'a str) -> Result<Vec<PhoneNumber>, Pause>;
    GetEndpoints = "get-endpoints" (&'a Context, &'a str, &'a [String]) -> Result<EndpointSettings, SettingsPause>;
    SetEndpoints = "set-endpoints" (&'a Context, &'a str, &'a EndpointSettings)
        -> Result<EndpointSettings, SettingsPause>;
    UpdateEndpoint = "update-endpoint" (&'a Context, &'a str, &'a EndpointPatch)
        -> Result<EndpointSettings, SettingsPause>;
    DeleteEndpoints = "delete-endpoints" (&'a Context, &'a str, &'a [String]) -> Result<(), SettingsPause>;
}

/// An operation that a component exports with exactly the type that the contract requires.
pub(super) struct Checked<O> {
    index: ComponentExportIndex,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Checked<O> {
    /// Finds the operation in the interface `contract` of the component and compares its type. `instance` must be an
    /// instance of the component.
    ///
    /// # Errors
    /// If the operation is missing or has another type.
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
            .map_err(|error| wrong(format!("has the wrong type ({})", quote(&error.root_cause().to_string()))))?;
        Ok(Self { index, operation: PhantomData })
    }

    /// Calls the operation. `instance` must be an instance of the component in which the operation was found.
    pub(super) fn call(
        &self,
        instance: &Instance,
        store: &mut Store<Limits>,
        params: O::Params<'_>,
    ) -> Result<O::Output, CallError> {
        let function = instance
            .get_func(&mut *store, self.index)
            .ok_or_else(|| CallError::ContractBroken(format!("`{}` is missing", O::NAME)))?;
        // SAFETY: a function's type is fixed by its component, and `find` compared the type of the function at this
        // index of this component with that of `O`. Lifetimes are not part of the type.
        let function = unsafe { TypedFunc::<O::Params<'_>, (O::Output,)>::new_unchecked(function) };
        let (output,) = function.call(store, params)?;
        Ok(output)
    }
}
