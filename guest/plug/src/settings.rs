//! Typed settings.

use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use cordboard_core::types::manifest::{self, Secrecy};

use crate::Failure;
use crate::text::line;

/// Maximum length of a type's error in a message, in characters.
const MAX_PROBLEM_LEN: usize = 200;

/// An open setting: its key, type and default. The type parses the setting's text with `FromStr`, and its error tells
/// the operator what is wrong with it.
///
/// ```
/// use cordboard_plug::Setting;
///
/// const HOST: Setting<String> = Setting::new("host", "Address of the server").or("https://meet.jit.si");
/// const SEATS: Setting<u16> = Setting::new("seats", "How many may join").or("100");
/// ```
pub struct Setting<T> {
    key: &'static str,
    summary: &'static str,
    default: Option<&'static str>,
    required: bool,
    value: PhantomData<fn() -> T>,
}

impl<T> Setting<T> {
    /// Creates an optional setting.
    pub const fn new(key: &'static str, summary: &'static str) -> Self {
        Self { key, summary, default: None, required: false, value: PhantomData }
    }

    /// Sets a default value.
    pub const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// Makes the setting required: the plug cannot be used without it.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The setting's key.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The pattern for `outbound_hosts` that matches the host in this setting.
    pub fn host(&self) -> String {
        format!("{{{}}}", self.key)
    }

    /// The setting's declaration, for `describe`.
    pub fn declared(&self) -> manifest::Setting {
        manifest::Setting {
            key: self.key.to_owned(),
            summary: self.summary.to_owned(),
            secrecy: Secrecy::Open,
            required: self.required,
            default_value: self.default.map(str::to_owned),
        }
    }
}

/// Declares a secret that authenticates senders to Cordboard. It is never sent to anyone.
pub fn inbound(key: &str, summary: &str, required: bool) -> manifest::Setting {
    secret(key, summary, required, Secrecy::Inbound)
}

/// Declares a secret that authenticates Cordboard to the hosts that the plug declares.
pub fn outbound(key: &str, summary: &str, required: bool) -> manifest::Setting {
    secret(key, summary, required, Secrecy::Outbound)
}

fn secret(key: &str, summary: &str, required: bool, secrecy: Secrecy) -> manifest::Setting {
    manifest::Setting { key: key.to_owned(), summary: summary.to_owned(), secrecy, required, default_value: None }
}

/// The connection's settings.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    pub(crate) open: &'a [(String, String)],
    pub(crate) secrets: &'a [String],
}

impl<'a> Settings<'a> {
    /// Returns the value of a setting, or its default.
    ///
    /// # Errors
    /// `invalid`, with the setting's key, if its text is not a `T`. Includes the type's error, which should say what is
    /// wrong and how to fix it without repeating the text.
    pub fn find<T: FromStr<Err: Display>>(&self, setting: &Setting<T>) -> Result<Option<T>, Failure> {
        let Some(text) = self.all(setting.key).next().or(setting.default) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|problem: T::Err| {
            let problem = line(&problem.to_string(), MAX_PROBLEM_LEN);
            Failure::Invalid(format!("correct the setting `{}` ({}): {problem}", setting.key, setting.summary))
        })
    }

    /// Returns the value of a setting that is required or has a default.
    ///
    /// # Errors
    /// `invalid`, with the setting's key, if it has no value; otherwise as for [`find`](Self::find).
    pub fn get<T: FromStr<Err: Display>>(&self, setting: &Setting<T>) -> Result<T, Failure> {
        self.find(setting)?.ok_or_else(|| {
            Failure::Invalid(format!("the setting `{}` is missing: add it ({})", setting.key, setting.summary))
        })
    }

    /// All values of a setting, by key.
    pub fn all<'k>(&self, key: &'k str) -> impl Iterator<Item = &'a str> + use<'a, 'k> {
        let open = self.open;
        open.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Whether a secret setting has a value.
    pub fn has_secret(&self, key: &str) -> bool {
        self.secrets.iter().any(|name| name == key)
    }
}
