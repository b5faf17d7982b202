//! Reads and changes an app's settings at its vendor, such as the addresses that the vendor calls, through the app's
//! own plug.
//!
//! Operators do this manually or from scripts, so it is not journaled, and no flow depends on it. The plug runs as in
//! the two flows ([`crate::flow`]): it returns requests, and [`cordboard_egress`] sends them.

mod client;
mod error;

use cordboard_core::AppId;

use crate::lifecycle::configured_app;
use crate::registry::Plugs;
use crate::topology::Generation;
use cordboard_config::{App, Config};
use cordboard_egress::Egress;
use cordboard_runtime::contract::effect::{Context, OutboundRequest};
use cordboard_runtime::contract::settings::{EndpointPatch, EndpointSettings};
use cordboard_runtime::{Plug, SettingsResult};

pub use error::{AppSettingsError, Unanswered};

/// An app's settings at its vendor.
///
/// The app's plug makes each call. [`request`](Self::request) shows what a call would send.
pub struct AppSettings {
    app: AppId,
    generation: Generation,
    egress: Egress,
}

/// A call to the vendor. A purpose is the name of a route of the app's plug.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Reads the endpoints with these purposes.
    Get(Vec<String>),
    /// Stores these endpoints.
    Set(EndpointSettings),
    /// Changes one endpoint.
    Update(EndpointPatch),
    /// Deletes the endpoints with these purposes.
    Delete(Vec<String>),
}

impl AppSettings {
    /// Loads the plug of an app. If `app` is `None`, the configuration must have exactly one app.
    ///
    /// # Errors
    /// Returns an error if there is no such app, or its plug cannot be loaded or does not manage settings.
    pub fn open(config: &Config, app: Option<&AppId>) -> Result<Self, AppSettingsError> {
        let app = config.app(app)?;
        let mut plugs = Plugs::read_only(config, None)?;
        plugs.load(&app.plug);
        Self::of(app, plugs.get(&app.plug)?)
    }

    /// Opens the settings of an app with a loaded plug.
    ///
    /// # Errors
    /// Returns an error if the plug does not manage settings.
    pub fn of(app: &App, plug: &Plug) -> Result<Self, AppSettingsError> {
        if !plug.has_settings() {
            return Err(AppSettingsError::NoSettings { plug: plug.description().name.clone(), app: app.id.clone() });
        }
        let egress = Egress::new(cordboard_egress::Limits::default(), &[])?;
        Ok(Self { app: app.id.clone(), generation: configured_app(app, plug), egress })
    }

    /// Returns the CRM's id of the app.
    pub fn app(&self) -> &AppId {
        &self.app
    }

    /// Returns the name of the app's plug, which is part of the addresses that the vendor calls.
    pub fn plug(&self) -> &str {
        &self.generation.plug.description().name
    }

    /// Returns a non-secret setting of the app's plug, or its default if it is not set.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.generation.settings.open().iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Makes a call to the vendor. Returns the endpoints that the call concerns, as the vendor stores them afterwards;
    /// `None` if they were deleted.
    ///
    /// # Errors
    /// Returns the vendor's error, or why there is no answer.
    pub async fn ask(&self, call: &Call) -> Result<Option<EndpointSettings>, AppSettingsError> {
        client::call(&self.generation, &self.egress, |plug, context| self.run(call, plug, context)).await
    }

    /// Returns the first request that [`ask`](Self::ask) would send. It has placeholders instead of secrets.
    ///
    /// # Errors
    /// Returns an error if the call fails before anything is sent.
    pub fn request(&self, call: &Call) -> Result<OutboundRequest, AppSettingsError> {
        client::request(&self.generation, |plug, context| self.run(call, plug, context))
    }

    fn run(&self, call: &Call, plug: &Plug, context: &Context) -> SettingsResult<Option<EndpointSettings>> {
        let app = self.app.as_str();
        let stored = match call {
            Call::Get(purposes) => plug.get_endpoints(context, app, purposes)?,
            Call::Set(settings) => plug.set_endpoints(context, app, settings)?,
            Call::Update(patch) => plug.update_endpoint(context, app, patch)?,
            Call::Delete(purposes) => {
                return Ok(plug.delete_endpoints(context, app, purposes)?.map(|()| None));
            }
        };
        Ok(stored.map(Some))
    }
}
