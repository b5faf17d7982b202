//! The content of a generation besides its plug: settings, secrets, accepted signatures, grants.

use std::collections::BTreeMap;

use cordboard_core::hex;
use serde::{Deserialize, Serialize};

use crate::topology::{Generation, ResolvedSettings, SlowCallDetector};
use cordboard_config::{App, Connection, Outbound, Secret, Settings};
use cordboard_egress::Grants;
use cordboard_runtime::Plug;
use cordboard_store::OwnerId;
use cordboard_vault::{Purpose, Vault, VaultError};

use super::LifecycleError;

/// Returns a generation of an app's plug as the app is configured.
pub fn configured_app(app: &App, plug: &Plug) -> Generation {
    Content::of_app(app).with(0, plug)
}

/// Returns a generation of a connection's plug as the connection is configured.
pub fn configured_connection(connection: &Connection, plug: &Plug) -> Generation {
    Content::of_connection(connection).with(0, plug)
}

/// The content of a generation. It holds secrets, so it does not implement `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Content {
    settings: BTreeMap<String, Vec<String>>,
    accept_signatures: Option<Vec<String>>,
    allow: Vec<String>,
    allow_private: bool,
}

impl Content {
    pub fn of_connection(connection: &Connection) -> Self {
        Self::of(&connection.settings, connection.accept_signatures.as_ref(), &connection.outbound)
    }

    pub fn of_app(app: &App) -> Self {
        Self::of(&app.settings, app.accept_signatures.as_ref(), &app.outbound)
    }

    fn of(settings: &Settings, accept_signatures: Option<&Vec<String>>, outbound: &Outbound) -> Self {
        let texts = |values: &[Secret]| values.iter().map(|value| value.expose().to_owned()).collect();
        Self {
            settings: settings.iter().map(|(key, values)| (key.to_owned(), texts(values))).collect(),
            accept_signatures: accept_signatures.cloned(),
            allow: outbound.allow.clone(),
            allow_private: outbound.allow_private,
        }
    }

    /// Returns a generation of a plug with this content.
    pub fn with(&self, number: u64, plug: &Plug) -> Generation {
        let description = plug.description();
        let settings = self.settings.iter().map(|(key, values)| (key.as_str(), values.clone()));
        let settings = ResolvedSettings::new(settings, &description.settings);
        let grants = Grants {
            declared: description.outbound_hosts.clone(),
            settings: settings.open().to_vec(),
            allow: self.allow.clone(),
            allow_private: self.allow_private,
        };
        let accept_signatures = self.accept_signatures.clone();
        Generation {
            number,
            plug: plug.clone(),
            settings,
            accept_signatures,
            grants,
            slow_call_detector: SlowCallDetector::default(),
        }
    }

    /// Returns a keyed digest: equal for equal content, and opaque without the host's key.
    pub fn fingerprint(&self, vault: &Vault) -> String {
        hex(&vault.mac(&[b"content", &self.json()]))
    }

    /// Encrypts the content for the store.
    pub fn encrypted(&self, vault: &Vault, id: &OwnerId, number: u64) -> Result<Vec<u8>, VaultError> {
        vault.encrypt(Purpose::Generations, &associated_data(id, number), &self.json())
    }

    /// Decrypts content from the store.
    pub fn decrypted(vault: &Vault, id: &OwnerId, number: u64, encrypted: &[u8]) -> Result<Self, LifecycleError> {
        let plain = vault.decrypt(Purpose::Generations, &associated_data(id, number), encrypted)?;
        // The cause is left out, because it may quote a secret.
        serde_json::from_slice(&plain).map_err(|_| LifecycleError::Unreadable { number, of: id.clone() })
    }

    fn json(&self) -> Vec<u8> {
        // Strings always serialize.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn associated_data(id: &OwnerId, number: u64) -> String {
    match id {
        // As generations of apps have always been encrypted.
        OwnerId::App(app) => format!("0/{app} {number}"),
        OwnerId::Connection(id) => format!("{id} {number}"),
    }
}
