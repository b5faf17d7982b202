//! Resolves a connection: this component's plug with an account's settings.

use cordboard_core::api_error::ApiError;
use cordboard_core::outbound::Grants;
use cordboard_core::record::ConnectionId;
use cordboard_core::resolved_settings::{ResolvedSettings, declared};
use cordboard_core::types::manifest::Description;

use super::accounts::ConnectionConfig;
use super::app::{check_signatures, settings};
use crate::keys::connection_key;
use crate::spin::log::misconfigured;

/// An account's connection to the plug of this component.
pub struct Connection {
    /// Its account and name.
    pub id: ConnectionId,
    /// The description of its plug.
    pub description: Description,
    /// Its settings and secrets.
    pub settings: ResolvedSettings,
    /// The hosts that it may call.
    pub grants: Grants,
    /// The accepted signature schemes; `None` accepts every scheme that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
}

impl Connection {
    /// Resolves its settings, from the account first and then from the component's variables `plug_…`.
    ///
    /// # Errors
    /// Returns an error if the configuration is invalid, a setting is missing, or this component has another plug.
    pub async fn read(id: ConnectionId, config: &ConnectionConfig, description: Description) -> Result<Self, ApiError> {
        let of = format!("connection `{}` of account {}", id.name, id.account);
        let wrong = |fault: String| Err(misconfigured(&format!("{of} {fault}")));
        if config.plug != description.name {
            return wrong(format!(
                "has the plug `{}`, but this component has `{}`: give the component in spin.toml the name of the \
                 plug composed into it",
                config.plug, description.name
            ));
        }
        if let Some(key) = config.settings.keys().find(|key| declared(&description.settings, key).is_none()) {
            let keys: Vec<_> = description.settings.iter().map(|setting| setting.key.as_str()).collect();
            return wrong(format!("has the unknown setting `{key}`: its plug knows {}", keys.join(", ")));
        }
        if let Some((key, _)) = config.settings.iter().find(|(_, setting)| setting.is_blank()) {
            return wrong(format!("has the blank setting `{key}`: give it a value or remove it"));
        }
        if config.outbound.allow_private && config.outbound.allow.is_empty() {
            return wrong(
                "has `allow-private` without `allow`: list each host to call over plain HTTP, with its port".to_owned(),
            );
        }
        check_signatures(&description, config.accept_signatures.as_deref(), &of)?;
        let given = config.settings.iter().map(|(key, setting)| (key.clone(), setting.values().to_vec()));
        let lacking = |key: &str, variable: &str| {
            misconfigured(&format!(
                "{of} lacks the setting `{key}`: add it to the connection in `accounts`, or set the variable \
                 `{variable}` of the component `{}` in spin.toml",
                config.plug
            ))
        };
        let settings = settings("plug", &description.settings, given.collect(), lacking).await?;
        let grants = Grants {
            declared: description.outbound_hosts.clone(),
            settings: settings.open().to_vec(),
            allow: config.outbound.allow.clone(),
            allow_private: config.outbound.allow_private,
        };
        let accept_signatures = config.accept_signatures.clone();
        Ok(Self { id, description, settings, grants, accept_signatures })
    }

    /// Returns the account and name joined, for use in store keys.
    pub fn key(&self) -> String {
        connection_key(&self.id)
    }
}

/// Formats the connection for the log.
impl std::fmt::Display for Connection {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id: ConnectionId { account, name }, description, .. } = self;
        write!(out, "connection `{name}` of account {account} ({} {})", description.name, description.version)
    }
}
