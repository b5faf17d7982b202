//! Reads the configuration of the CRM app, which all accounts share.

use cordboard_core::AppId;
use cordboard_core::api_error::ApiError;
use cordboard_core::resolved_settings::{ANY_KEY, ResolvedSettings};
use cordboard_core::types::manifest::{Authenticity, Description, Setting};

use crate::spin::log::misconfigured;
use crate::spin::variables;

/// The CRM app.
pub struct App {
    /// The app's id at the CRM.
    pub id: AppId,
    /// The description of the CRM plug.
    pub description: Description,
    /// Its settings and secrets.
    pub settings: ResolvedSettings,
    /// The accepted signature schemes; `None` accepts every scheme that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// The base URL that senders call and sign, without a trailing slash.
    pub public_url: String,
}

impl App {
    /// Reads the variables `app_id`, `public_url`, `accept_signatures`, and `crm_…` for each setting of the plug.
    ///
    /// # Errors
    /// Returns an error if a required variable is missing or one is invalid; the log names it.
    pub async fn read(description: Description) -> Result<Self, ApiError> {
        let id = variables::required("app_id").await?;
        let id = id.trim().parse();
        let id =
            id.map_err(|_| misconfigured("the variable `app_id` is not an id: set it to the app's id at the CRM"))?;
        let lacking = |_: &str, variable: &str| variables::missing(variable);
        let settings = settings("crm", &description.settings, Vec::new(), lacking).await?;
        let accept = variables::get("accept_signatures").await?;
        let accept: Option<Vec<_>> = accept.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
        check_signatures(&description, accept.as_deref(), "the variable `accept_signatures`")?;
        Ok(Self { id, description, settings, accept_signatures: accept, public_url: public_url().await? })
    }
}

/// Returns the base URL that senders call and sign, without a trailing slash.
///
/// # Errors
/// Returns an error if the variable is missing or is not an http or https URL.
pub async fn public_url() -> Result<String, ApiError> {
    let url = variables::required("public_url").await?;
    let url = url.trim().trim_end_matches('/');
    if !["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(misconfigured(
            "the variable `public_url` does not start with https:// or http://: set it to the whole URL, which senders \
             sign",
        ));
    }
    Ok(url.to_owned())
}

/// Checks that the plug describes every accepted signature scheme: no request could satisfy an unknown one.
pub(super) fn check_signatures(description: &Description, accept: Option<&[String]>, of: &str) -> Result<(), ApiError> {
    let described = |name: &&String| {
        description.routes.iter().any(|route| match &route.authenticity {
            Authenticity::Signatures(schemes) => schemes.iter().any(|scheme| scheme.name == **name),
            Authenticity::SharedSecret(_) | Authenticity::None => false,
        })
    };
    match accept.unwrap_or_default().iter().find(|name| !described(name)) {
        Some(name) => Err(misconfigured(&format!(
            "{of} accepts the signature `{name}`, which the plug `{}` does not describe: correct the name",
            description.name
        ))),
        None => Ok(()),
    }
}

/// Resolves the settings of a plug, from `given` first and then from the component's variables `{prefix}_{key}`.
///
/// `lacking` builds the error for a missing required setting, from its key and the variable that would fill it.
pub(super) async fn settings(
    prefix: &str,
    declared: &[Setting],
    given: Vec<(String, Vec<String>)>,
    lacking: impl Fn(&str, &str) -> ApiError,
) -> Result<ResolvedSettings, ApiError> {
    let mut settings = given;
    for setting in declared.iter().filter(|setting| setting.key != ANY_KEY) {
        if settings.iter().any(|(key, _)| *key == setting.key) {
            continue;
        }
        let variable = variable(prefix, &setting.key);
        match variables::get(&variable).await? {
            Some(value) => settings.push((setting.key.clone(), vec![value])),
            None if setting.required => return Err(lacking(&setting.key, &variable)),
            None => {}
        }
    }
    Ok(ResolvedSettings::new(settings.iter().map(|(key, values)| (key.as_str(), values.clone())), declared))
}

/// Returns the variable name of a setting. Spin allows `a-z`, `0-9` and `_`.
fn variable(prefix: &str, key: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    format!("{prefix}_{}", key.chars().map(letter).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_keys_become_valid_spin_variable_names() {
        assert_eq!(variable("crm", "client-secret"), "crm_client_secret");
        assert_eq!(variable("plug", "Key.v2"), "plug_key_v2");
    }
}
