//! Settings as a plug's description sorts them: what it may see, what proves senders, what proves us.

use std::collections::HashMap;
use std::fmt;

use cordboard_core::recipe;

use crate::config::Settings;
use crate::contract::manifest::{Description, Secrecy};

/// Settings and secrets of one connection or app, sorted by who may see them.
#[derive(Default)]
pub struct Bound {
    open: Vec<(String, String)>,
    inbound: HashMap<String, Vec<String>>,
    outbound: HashMap<String, String>,
}

impl Bound {
    /// Sorts settings; what the description does not name is left out, what has a default and is not set is filled in.
    pub fn new(settings: &Settings, description: &Description) -> Self {
        let mut bound = Self::default();
        for (key, values) in settings.iter() {
            let named = description.settings.iter().find(|setting| setting.key == key);
            let Some(setting) = named.or_else(|| description.settings.iter().find(|setting| setting.key == "*")) else {
                continue;
            };
            let mut values = values.iter().map(|value| value.expose().to_owned());
            match setting.secrecy {
                Secrecy::Open => bound.open.extend(values.map(|value| (key.to_owned(), value))),
                Secrecy::Inbound => {
                    bound.inbound.insert(key.to_owned(), values.collect());
                }
                Secrecy::Outbound => {
                    if let Some(value) = values.next() {
                        bound.outbound.insert(key.to_owned(), value);
                    }
                }
            }
        }
        for setting in &description.settings {
            if let (Secrecy::Open, Some(default)) = (setting.secrecy, &setting.default_value)
                && !bound.open.iter().any(|(key, _)| *key == setting.key)
            {
                bound.open.push((setting.key.clone(), default.clone()));
            }
        }
        bound
    }

    /// What the plug may see.
    pub fn open(&self) -> &[(String, String)] {
        &self.open
    }

    /// Keys of the secrets that have a value.
    pub fn secret_keys(&self) -> impl Iterator<Item = &String> {
        self.inbound.keys().chain(self.outbound.keys())
    }

    /// A secret that proves us to others.
    pub fn outbound(&self, key: &str) -> Option<&str> {
        self.outbound.get(key).map(String::as_str)
    }

    /// The newest value of a secret that proves a sender to us.
    pub fn inbound(&self, key: &str) -> Option<&str> {
        self.inbound.get(key)?.first().map(String::as_str)
    }
}

impl recipe::Secrets for Bound {
    fn values(&self, key: &str) -> &[String] {
        self.inbound.get(key).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys: Vec<_> = self.secret_keys().collect();
        keys.sort();
        formatter.debug_struct("Bound").field("open", &self.open).field("secrets", &keys).finish()
    }
}
