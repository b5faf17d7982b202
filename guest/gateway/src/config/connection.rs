//! A connection: the plug that is composed in, with an account's settings.

use cordboard_core::api_error::ApiError;
use cordboard_core::outbound::Grants;
use cordboard_core::resolved_settings::ResolvedSettings;
use cordboard_core::types::manifest::Description;

use super::accounts::ConnectionConfig;
use super::app::{check_signatures, settings};
use crate::keys::connection_key;
use crate::spin::log::misconfigured;

/// An account's connection to the plug of this component.
pub struct Connection {
    /// The CRM's number of the account.
    pub account: u64,
    /// Its name.
    pub name: String,
    /// Of its plug.
    pub description: Description,
    /// Its settings and secrets.
    pub settings: ResolvedSettings,
    /// What it may reach.
    pub grants: Grants,
    /// Names of the signatures that are taken; none: all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
}

impl Connection {
    /// Reads its settings: the account's own, then the component's variables `plug_…`.
    ///
    /// # Errors
    /// Where a setting is missing, or the plug of this component is another one.
    pub async fn read(
        account: u64,
        name: &str,
        config: &ConnectionConfig,
        description: Description,
    ) -> Result<Self, ApiError> {
        let of = format!("the connection `{name}` of the account {account}");
        let wrong = |what: String| Err(misconfigured(&format!("{of} {what}")));
        if config.plug != description.name {
            return wrong(format!(
                "has the plug `{}`, and this component has `{}`: name a component of spin.toml as the plug that is \
                 composed into it",
                config.plug, description.name
            ));
        }
        if let Some(key) = config.settings.keys().find(|key| !is_declared(&description, key)) {
            let known: Vec<_> = description.settings.iter().map(|setting| setting.key.as_str()).collect();
            return wrong(format!("has a setting `{key}` that its plug does not know: it knows {}", known.join(", ")));
        }
        if let Some((key, _)) = config.settings.iter().find(|(_, setting)| setting.is_blank()) {
            return wrong(format!("has a blank setting `{key}`: give it a value, or leave it out"));
        }
        if config.outbound.allow_private && config.outbound.allow.is_empty() {
            return wrong(
                "has `allow-private` without `allow`: name each host that may be called by plain http, with its port"
                    .to_owned(),
            );
        }
        check_signatures(&description, config.accept_signatures.as_deref(), &of)?;
        let given = config.settings.iter().map(|(key, setting)| (key.clone(), setting.values().to_vec()));
        let lacking = |key: &str, variable: &str| {
            misconfigured(&format!(
                "{of} lacks `{key}`: add it to its settings in `accounts`, or fill the variable `{variable}` of the \
                 component `{}`, as spin.toml says",
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
        Ok(Self { account, name: name.to_owned(), description, settings, grants, accept_signatures })
    }

    /// Account and name in one word, as keys of the store have it.
    pub fn key(&self) -> String {
        connection_key(self.account, &self.name)
    }
}

/// As the log names it.
impl std::fmt::Display for Connection {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { account, name, description, .. } = self;
        write!(out, "connection `{name}` of the account {account} ({} {})", description.name, description.version)
    }
}

fn is_declared(description: &Description, key: &str) -> bool {
    description.settings.iter().any(|setting| setting.key == key || setting.key == "*")
}
