//! Settings with types.

use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use cordboard_core::types::effect;
use cordboard_core::types::manifest::{self, Secrecy};

use crate::Failure;
use crate::text::line;

/// How much of a type's own words goes into a sentence, in characters.
const MAX_PROBLEM_LEN: usize = 200;

/// A setting that the plug may read: its key, its type, its default. The type reads the setting's text (`FromStr`), and
/// its error tells the operator what is wrong with it.
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
    /// An optional setting.
    pub const fn new(key: &'static str, summary: &'static str) -> Self {
        Self { key, summary, default: None, required: false, value: PhantomData }
    }

    /// With a value for where it is not set.
    pub const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// Without which the plug is refused.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Its key.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Its value's host, as one of `outbound_hosts`.
    pub fn host(&self) -> String {
        format!("{{{}}}", self.key)
    }

    /// For `describe`.
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

/// A secret setting, for `describe`: it proves a sender to us and never leaves.
pub fn inbound(key: &str, summary: &str, required: bool) -> manifest::Setting {
    secret(key, summary, required, Secrecy::Inbound)
}

/// A secret setting, for `describe`: it proves us to the hosts that the plug declares.
pub fn outbound(key: &str, summary: &str, required: bool) -> manifest::Setting {
    secret(key, summary, required, Secrecy::Outbound)
}

fn secret(key: &str, summary: &str, required: bool, secrecy: Secrecy) -> manifest::Setting {
    manifest::Setting { key: key.to_owned(), summary: summary.to_owned(), secrecy, required, default_value: None }
}

/// The connection's settings.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    open: &'a [(String, String)],
    secrets: &'a [String],
}

impl<'a> Settings<'a> {
    pub(crate) fn new(raw: &'a effect::Context) -> Self {
        Self { open: &raw.settings, secrets: &raw.secrets }
    }

    /// The value of a setting, its default where it is not set, or none.
    ///
    /// # Errors
    /// `invalid`, naming the setting, where its text is not a `T`; with the words of the type's error, which should say
    /// what is wrong and how to fix it, and not repeat the text.
    pub fn find<T: FromStr<Err: Display>>(&self, setting: &Setting<T>) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(setting.key).or(setting.default) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|problem: T::Err| {
            let problem = line(&problem.to_string(), MAX_PROBLEM_LEN);
            Failure::Invalid(format!("correct the setting `{}` ({}): {problem}", setting.key, setting.summary))
        })
    }

    /// The value of a setting that has a default or is required.
    ///
    /// # Errors
    /// `invalid`, naming the setting, where it has no value; otherwise as [`find`](Self::find).
    pub fn get<T: FromStr<Err: Display>>(&self, setting: &Setting<T>) -> Result<T, Failure> {
        self.find(setting)?.ok_or_else(|| {
            Failure::Invalid(format!("the setting `{}` is missing: add it ({})", setting.key, setting.summary))
        })
    }

    /// All values of a setting by its key.
    pub fn all<'k>(&self, key: &'k str) -> impl Iterator<Item = &'a str> + use<'a, 'k> {
        let open = self.open;
        open.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Whether a secret setting has a value.
    pub fn has_secret(&self, key: &str) -> bool {
        self.secrets.iter().any(|name| name == key)
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        let open = self.open;
        open.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}
