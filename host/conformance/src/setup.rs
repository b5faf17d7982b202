//! The settings and samples for a test run.

use super::samples::Samples;
use cordboard::contract::effect::Context;
use cordboard::contract::manifest::{Description, Secrecy};
use cordboard::plug::quote;

/// Settings and samples, checked against a plug's description.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    settings: Vec<(String, String)>,
    pub(super) samples: Samples,
}

/// Why settings and samples do not fit a plug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The plug does not declare the setting.
    #[error("the plug has no setting `{0}`: {1}")]
    Unknown(String, String),
    /// The setting is secret.
    #[error("the setting `{0}` is secret, and plugs only learn that secrets have a value: leave it out")]
    Secret(String),
    /// Required settings have no value.
    #[error("the plug needs the setting{} {}: give {} a value", if .0.len() == 1 { "" } else { "s" }, .0.join(", "),
            if .0.len() == 1 { "it" } else { "each" })]
    Missing(Vec<String>),
    /// A sample is for a route that the plug does not declare.
    #[error("a sample is for the route `{0}`, which the plug does not declare: use one of its routes")]
    Route(String),
}

impl Setup {
    /// Creates a setup from open settings, as an operator would configure them, and samples. Settings that are not
    /// given have their default. Every declared secret counts as set.
    ///
    /// # Errors
    /// If the settings or samples do not fit the plug.
    pub fn new(
        description: &Description,
        settings: Vec<(String, String)>,
        samples: Samples,
    ) -> Result<Self, SetupError> {
        for (key, _) in &settings {
            match secrecy(description, key) {
                Some(Secrecy::Open) => {}
                Some(_) => return Err(SetupError::Secret(quote(key))),
                None => return Err(SetupError::Unknown(quote(key), list_open_settings(description))),
            }
        }
        let missing = description.settings.iter().filter(|setting| {
            let set = settings.iter().any(|(key, _)| *key == setting.key);
            setting.required && setting.secrecy == Secrecy::Open && setting.default_value.is_none() && !set
        });
        let missing: Vec<_> = missing.map(|setting| format!("`{}` ({})", setting.key, setting.summary)).collect();
        if !missing.is_empty() {
            return Err(SetupError::Missing(missing));
        }
        let unknown =
            samples.webhooks.iter().find(|webhook| !description.routes.iter().any(|route| route.name == webhook.route));
        match unknown {
            Some(webhook) => Err(SetupError::Route(quote(&webhook.route))),
            None => Ok(Self { settings, samples }),
        }
    }

    /// Creates a setup from settings, without checking that they fit the plug.
    pub(super) fn unchecked(settings: Vec<(String, String)>) -> Self {
        Self { settings, samples: Samples::default() }
    }

    /// The context that the plug sees.
    pub(super) fn context(&self, description: &Description) -> Context {
        let mut settings = self.settings.clone();
        for setting in &description.settings {
            if let (Secrecy::Open, Some(default)) = (setting.secrecy, &setting.default_value)
                && !settings.iter().any(|(key, _)| *key == setting.key)
            {
                settings.push((setting.key.clone(), default.clone()));
            }
        }
        let secrets = description.settings.iter().filter(|one| one.secrecy != Secrecy::Open && one.key != "*");
        Context {
            settings,
            secrets: secrets.map(|setting| setting.key.clone()).collect(),
            state: Vec::new(),
            // 2026-01-02T03:04:05Z
            now: 1_767_323_045_000,
            random: (0..16).collect(),
            exchanges: Vec::new(),
        }
    }
}

fn secrecy(description: &Description, key: &str) -> Option<Secrecy> {
    let find = |key: &str| description.settings.iter().find(|setting| setting.key == key);
    find(key).or_else(|| find("*")).map(|setting| setting.secrecy)
}

fn list_open_settings(description: &Description) -> String {
    let open = description.settings.iter().filter(|setting| setting.secrecy == Secrecy::Open);
    let keys: Vec<_> = open.map(|setting| format!("`{}`", setting.key)).collect();
    if keys.is_empty() { "it has no open settings".to_owned() } else { format!("set one of {}", keys.join(", ")) }
}
