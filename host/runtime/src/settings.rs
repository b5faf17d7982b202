//! `cordboard:settings`: operations on the settings that a CRM vendor stores for an app.

use super::call::Plug;
use super::error::{CallError, LoadError};
use super::load::Probe;
use super::operation::{Checked, DeleteEndpoints, GetEndpoints, SetEndpoints, UpdateEndpoint};
use crate::contract::effect::Context;
use crate::contract::settings::{EndpointPatch, EndpointSettings, SettingsPause};

/// The operations of the settings contract.
pub(super) struct SettingsOperations {
    get_endpoints: Checked<GetEndpoints>,
    set_endpoints: Checked<SetEndpoints>,
    update_endpoint: Checked<UpdateEndpoint>,
    delete_endpoints: Checked<DeleteEndpoints>,
}

impl SettingsOperations {
    pub(super) fn find(probe: &mut Probe<'_>, contract: &'static str) -> Result<Self, LoadError> {
        Ok(Self {
            get_endpoints: probe.find_in(contract)?,
            set_endpoints: probe.find_in(contract)?,
            update_endpoint: probe.find_in(contract)?,
            delete_endpoints: probe.find_in(contract)?,
        })
    }
}

/// The outcome of a settings call: a result, or the reason why the plug paused.
pub type SettingsResult<T> = Result<Result<T, SettingsPause>, CallError>;

impl Plug {
    /// Calls `settings.get-endpoints`. `app` is the CRM's id of the app.
    ///
    /// # Errors
    /// If the plug does not implement this contract, or the call fails.
    pub fn get_endpoints(&self, context: &Context, app: &str, purposes: &[String]) -> SettingsResult<EndpointSettings> {
        self.call(|operations| Ok(&operations.settings()?.get_endpoints), (context, app, purposes))
    }

    /// Calls `settings.set-endpoints`.
    ///
    /// # Errors
    /// See [`get_endpoints`](Self::get_endpoints).
    pub fn set_endpoints(
        &self,
        context: &Context,
        app: &str,
        settings: &EndpointSettings,
    ) -> SettingsResult<EndpointSettings> {
        self.call(|operations| Ok(&operations.settings()?.set_endpoints), (context, app, settings))
    }

    /// Calls `settings.update-endpoint`.
    ///
    /// # Errors
    /// See [`get_endpoints`](Self::get_endpoints).
    pub fn update_endpoint(
        &self,
        context: &Context,
        app: &str,
        patch: &EndpointPatch,
    ) -> SettingsResult<EndpointSettings> {
        self.call(|operations| Ok(&operations.settings()?.update_endpoint), (context, app, patch))
    }

    /// Calls `settings.delete-endpoints`.
    ///
    /// # Errors
    /// See [`get_endpoints`](Self::get_endpoints).
    pub fn delete_endpoints(&self, context: &Context, app: &str, purposes: &[String]) -> SettingsResult<()> {
        self.call(|operations| Ok(&operations.settings()?.delete_endpoints), (context, app, purposes))
    }
}
