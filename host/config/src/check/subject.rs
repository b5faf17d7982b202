//! The app or connection to check.

use cordboard_core::types::manifest::{Description, Secrecy, Setting};

use crate::key_path::KeyPath;
use crate::{App, Connection, Outbound, Settings};

/// Wildcard in a description, for settings with arbitrary keys.
const ANY_KEY: &str = "*";

/// A plug's description and what an app or connection configures for it.
pub(super) struct Subject<'a> {
    /// Location of the app or connection.
    pub path: KeyPath,
    pub description: &'a Description,
    pub settings: &'a Settings,
    pub accept_signatures: Option<&'a [String]>,
    pub outbound: &'a Outbound,
    /// Whether this is an app. Its URLs contain a public id, those of a connection an unguessable key.
    pub is_app: bool,
}

impl<'a> Subject<'a> {
    pub fn of_app(path: KeyPath, app: &'a App, description: &'a Description) -> Self {
        let accept_signatures = app.accept_signatures.as_deref();
        let outbound = &app.outbound;
        Self { path, description, settings: &app.settings, accept_signatures, outbound, is_app: true }
    }

    pub fn of_connection(path: KeyPath, connection: &'a Connection, description: &'a Description) -> Self {
        let accept_signatures = connection.accept_signatures.as_deref();
        let outbound = &connection.outbound;
        Self { path, description, settings: &connection.settings, accept_signatures, outbound, is_app: false }
    }

    /// Returns the plug's declaration of a setting.
    pub fn declared(&self, key: &str) -> Option<&'a Setting> {
        let find = |key: &str| self.description.settings.iter().find(|setting| setting.key == key);
        find(key).or_else(|| find(ANY_KEY)).filter(|_| key != ANY_KEY)
    }

    /// Iterates over the settings that the plug declares by name.
    pub fn named(&self) -> impl Iterator<Item = &'a Setting> {
        self.description.settings.iter().filter(|setting| setting.key != ANY_KEY)
    }

    /// Whether a setting has a value or a default.
    pub fn has(&self, key: &str) -> bool {
        self.settings.is_set(key) || self.named().any(|setting| setting.key == key && setting.default_value.is_some())
    }

    /// Returns the settings that the plug sees, defaults included: all but the secrets.
    pub fn open_settings(&self) -> Vec<(String, String)> {
        let open = |setting: &Setting| setting.secrecy == Secrecy::Open;
        let set = self.settings.iter().filter(|(key, _)| self.declared(key).is_some_and(open));
        let set = set.flat_map(|(key, values)| values.iter().map(|value| (key.to_owned(), value.expose().to_owned())));
        let defaults = self.named().filter(|setting| open(setting) && !self.settings.is_set(&setting.key));
        let defaults = defaults.filter_map(|setting| Some((setting.key.clone(), setting.default_value.clone()?)));
        set.chain(defaults).collect()
    }
}
