//! The app at the CRM: one for all accounts.

use cordboard_core::api_error::ApiError;
use cordboard_core::resolved_settings::ResolvedSettings;
use cordboard_core::types::manifest::{Authenticity, Description, Setting};

use crate::spin::log::misconfigured;
use crate::spin::variables;

/// The app, with the description of the CRM's plug.
pub struct App {
    /// The CRM's number of it.
    pub id: u64,
    /// Of the CRM's plug.
    pub description: Description,
    /// Its settings and secrets.
    pub settings: ResolvedSettings,
    /// Names of the signatures that are taken; none: all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// Scheme, host and path under which senders know us, without a slash at its end.
    pub public_url: String,
}

impl App {
    /// Reads the variables `app_id`, `public_url`, `accept_signatures`, and `crm_…` for each setting of the plug.
    ///
    /// # Errors
    /// Where one that must be there is not: the log names it.
    pub async fn read(description: Description) -> Result<Self, ApiError> {
        let id = variables::required("app_id").await?;
        let id = id.trim().parse();
        let id = id.map_err(|_| misconfigured("the variable `app_id` is not the CRM's number of the app: set that"))?;
        let lacking = |_: &str, variable: &str| variables::missing(variable);
        let settings = settings("crm", &description.settings, Vec::new(), lacking).await?;
        let accept = variables::get("accept_signatures").await?;
        let accept: Option<Vec<_>> = accept.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
        check_signatures(&description, accept.as_deref(), "the variable `accept_signatures`")?;
        Ok(Self { id, description, settings, accept_signatures: accept, public_url: public_url().await? })
    }
}

/// Scheme, host and path under which senders know us, without a slash at its end.
///
/// # Errors
/// Where it is not set.
pub async fn public_url() -> Result<String, ApiError> {
    let url = variables::required("public_url").await?;
    let url = url.trim().trim_end_matches('/');
    if !["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(misconfigured(
            "the variable `public_url` begins with neither https:// nor http://: senders sign the whole address",
        ));
    }
    Ok(url.to_owned())
}

/// A signature that no route describes would be waited for in vain.
pub(super) fn check_signatures(description: &Description, accept: Option<&[String]>, of: &str) -> Result<(), ApiError> {
    let described = |name: &&String| {
        description.routes.iter().any(|route| match &route.authenticity {
            Authenticity::Signatures(schemes) => schemes.iter().any(|scheme| scheme.name == **name),
            Authenticity::SharedSecret(_) | Authenticity::None => false,
        })
    };
    match accept.unwrap_or_default().iter().find(|name| !described(name)) {
        Some(name) => Err(misconfigured(&format!(
            "{of} has `{name}`, which is no signature that the plug `{}` describes: correct it",
            description.name
        ))),
        None => Ok(()),
    }
}

/// The settings of a plug: those `given` first, then the component's variables, `{prefix}_{key}`. Of one that must be
/// there and is not, `lacking` makes a refusal: of its key, and of the variable that would fill it.
pub(super) async fn settings(
    prefix: &str,
    declared: &[Setting],
    given: Vec<(String, Vec<String>)>,
    lacking: impl Fn(&str, &str) -> ApiError,
) -> Result<ResolvedSettings, ApiError> {
    let mut settings = given;
    for setting in declared.iter().filter(|setting| setting.key != "*") {
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

/// Spin's names of variables are made of `a-z`, `0-9` and `_`.
fn variable(prefix: &str, key: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    format!("{prefix}_{}", key.chars().map(letter).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_names_that_spin_takes() {
        assert_eq!(variable("crm", "client-secret"), "crm_client_secret");
        assert_eq!(variable("plug", "Key.v2"), "plug_key_v2");
    }
}
