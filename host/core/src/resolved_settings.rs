//! Settings, sorted by the secrecy that the plug's description declares.

use std::collections::HashMap;
use std::fmt;

use crate::render::Keys;
use crate::signature_scheme;
use crate::types::effect::{Context, StateEntry};
use crate::types::manifest::{Secrecy, Setting};

/// The key in a description that declares every other key.
pub const ANY_KEY: &str = "*";

/// Returns the declaration of a setting: by its own key, otherwise by [`ANY_KEY`].
pub fn declared<'a>(settings: &'a [Setting], key: &str) -> Option<&'a Setting> {
    let find = |key: &str| settings.iter().find(|setting| setting.key == key);
    find(key).or_else(|| find(ANY_KEY))
}

/// The settings and secrets of one connection or app.
#[derive(Default)]
pub struct ResolvedSettings {
    open: Vec<(String, String)>,
    inbound: HashMap<String, Vec<String>>,
    outbound: HashMap<String, String>,
}

impl ResolvedSettings {
    /// Sorts the settings by their declared secrecy, and fills in defaults. Undeclared settings and keys without values
    /// are dropped.
    pub fn new<'a>(settings: impl IntoIterator<Item = (&'a str, Vec<String>)>, declarations: &[Setting]) -> Self {
        let mut resolved = Self::default();
        for (key, values) in settings {
            let Some(setting) = declared(declarations, key) else { continue };
            match setting.secrecy {
                Secrecy::Open => resolved.open.extend(values.into_iter().map(|value| (key.to_owned(), value))),
                Secrecy::Inbound if values.is_empty() => {}
                Secrecy::Inbound => {
                    resolved.inbound.insert(key.to_owned(), values);
                }
                Secrecy::Outbound => {
                    if let Some(value) = values.into_iter().next() {
                        resolved.outbound.insert(key.to_owned(), value);
                    }
                }
            }
        }
        for setting in declarations {
            if let (Secrecy::Open, Some(default)) = (setting.secrecy, &setting.default_value)
                && !resolved.open.iter().any(|(key, _)| *key == setting.key)
            {
                resolved.open.push((setting.key.clone(), default.clone()));
            }
        }
        resolved
    }

    /// Settings that the plug may see.
    pub fn open(&self) -> &[(String, String)] {
        &self.open
    }

    /// The context in which an operation begins.
    pub fn context(&self, state: Vec<StateEntry>, now: u64, random: Vec<u8>) -> Context {
        let secrets = self.secret_keys().cloned().collect();
        Context { settings: self.open.clone(), secrets, state, now, random, exchanges: Vec::new() }
    }

    /// Keys of the secrets that have a value.
    pub fn secret_keys(&self) -> impl Iterator<Item = &String> {
        self.inbound.keys().chain(self.outbound.keys())
    }

    /// The value of a secret that authenticates Cordboard to others.
    pub fn outbound(&self, key: &str) -> Option<&str> {
        self.outbound.get(key).map(String::as_str)
    }

    /// The newest value of a secret that authenticates a sender.
    pub fn inbound(&self, key: &str) -> Option<&str> {
        self.inbound.get(key)?.first().map(String::as_str)
    }
}

impl signature_scheme::Secrets for ResolvedSettings {
    fn values(&self, key: &str) -> &[String] {
        self.inbound.get(key).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for ResolvedSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys: Vec<_> = self.secret_keys().collect();
        keys.sort();
        formatter.debug_struct("ResolvedSettings").field("open", &self.open).field("secrets", &keys).finish()
    }
}

/// Secrets for outbound requests: outbound secrets and captured state entries, never inbound secrets.
pub struct OutboundKeys<'a> {
    /// Settings of the connection or app.
    pub settings: &'a ResolvedSettings,
    /// Captured state entries, as key and value.
    pub captured: Vec<(&'a str, &'a str)>,
    /// Values that this operation captured and whose state entries have since been replaced or deleted.
    pub retired: &'a [String],
}

impl Keys for OutboundKeys<'_> {
    fn secret(&self, key: &str) -> Option<&str> {
        let entry = || self.captured.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        self.settings.outbound(key).or_else(entry)
    }

    /// All secrets, inbound and outbound, and all captured values. Email addresses are an exception, since providers
    /// list people by them: an outbound secret that is an email address is redacted only from responses to requests
    /// that hold it.
    fn values_to_redact(&self) -> Vec<&str> {
        let settings = self
            .settings
            .outbound
            .values()
            .filter(|value| !is_email(value))
            .chain(self.settings.inbound.values().flatten());
        let entries = self.captured.iter().map(|(_, value)| *value);
        settings.chain(self.retired).map(String::as_str).chain(entries).collect()
    }
}

fn is_email(text: &str) -> bool {
    let parts = text.trim().rsplit_once('@');
    parts.is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !text.trim().contains(char::is_whitespace)
    })
}

/// Secrets for webhook responses: they may sign text, as a challenge requires, but never appear themselves.
pub struct SigningKeysOnly<'a>(pub &'a ResolvedSettings);

impl Keys for SigningKeysOnly<'_> {
    fn secret(&self, _key: &str) -> Option<&str> {
        None
    }

    fn signing_key(&self, key: &str) -> Option<&str> {
        self.0.inbound(key).or_else(|| self.0.outbound(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature_scheme::Secrets;

    fn setting(key: &str, secrecy: Secrecy, default: Option<&str>) -> Setting {
        Setting {
            key: key.to_owned(),
            summary: String::new(),
            required: false,
            secrecy,
            default_value: default.map(str::to_owned),
        }
    }

    fn settings() -> ResolvedSettings {
        let declared = [
            setting("host", Secrecy::Open, Some("meet.example")),
            setting("region", Secrecy::Open, Some("eu")),
            setting("webhook", Secrecy::Inbound, None),
            setting("unset", Secrecy::Inbound, None),
            setting("token", Secrecy::Outbound, None),
        ];
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let settings = [
            ("host", texts(&["a.example", "b.example"])),
            ("webhook", texts(&["in-new", "in-old"])),
            ("unset", Vec::new()),
            ("token", texts(&["out"])),
            ("unknown", texts(&["x"])),
        ];
        ResolvedSettings::new(settings, &declared)
    }

    #[test]
    fn settings_are_sorted_by_secrecy() {
        let settings = settings();
        let open: Vec<_> = settings.open().iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(open, [("host", "a.example"), ("host", "b.example"), ("region", "eu")]);
        assert_eq!((settings.inbound("webhook"), settings.outbound("webhook")), (Some("in-new"), None));
        assert_eq!((settings.inbound("token"), settings.outbound("token")), (None, Some("out")));
        assert_eq!(settings.values("webhook"), ["in-new", "in-old"]);
        let shown =
            r#"ResolvedSettings { open: [("host", "a.example"), ("host", "b.example"), ("region", "eu")], "#.to_owned();
        assert_eq!(format!("{settings:?}"), shown + r#"secrets: ["token", "webhook"] }"#);
    }

    #[test]
    fn a_star_declares_every_other_key() {
        let declared = [setting("token", Secrecy::Outbound, None), setting("*", Secrecy::Open, None)];
        let settings = [("token", vec!["t".to_owned()]), ("7012", vec!["+1".to_owned()])];
        assert_eq!(ResolvedSettings::new(settings, &declared).open(), [("7012".to_owned(), "+1".to_owned())]);
    }

    #[test]
    fn email_addresses_are_recognized() {
        assert!(["ada@example.com", " a.b@c.example.com\n"].into_iter().all(is_email));
        assert!(!["", "@example.com", "p@ssword", "a b@example.com", "ada@localhost"].into_iter().any(is_email));
    }

    #[test]
    fn inbound_secrets_are_never_sent_and_responses_contain_no_secrets() {
        let settings = settings();
        let captured = vec![("other", "captured"), ("token", "not this"), ("webhook", "nor inbound")];
        let leaving = OutboundKeys { settings: &settings, captured, retired: &["gone".to_owned()] };
        assert_eq!((leaving.secret("token"), leaving.secret("other")), (Some("out"), Some("captured")));
        assert_eq!((leaving.secret("unset"), leaving.signing_key("webhook")), (None, Some("nor inbound")));
        let mut redacted = leaving.values_to_redact();
        redacted.sort_unstable();
        assert_eq!(redacted, ["captured", "gone", "in-new", "in-old", "nor inbound", "not this", "out"]);
        let answering = SigningKeysOnly(&settings);
        assert_eq!((answering.secret("token"), answering.secret("webhook")), (None, None));
        assert_eq!((answering.signing_key("token"), answering.signing_key("webhook")), (Some("out"), Some("in-new")));
    }
}
