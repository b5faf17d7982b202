//! The variable `accounts`: who is served by which plug.

use std::collections::BTreeMap;

use cordboard_core::api_error::ApiError;
use serde::Deserialize;
use serde_json::error::Category;
use subtle::ConstantTimeEq;

use super::unique_map::unique_map;
use crate::spin::log::{misconfigured, warn};
use crate::spin::variables;

const VARIABLE: &str = "accounts";
/// Who can guess a shorter key can tell us what no provider told.
const MIN_INGEST_KEY_LEN: usize = 22;
const MAX_INGEST_KEY_LEN: usize = 128;

/// All accounts, by the CRM's numbers.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Accounts(#[serde(deserialize_with = "unique_map")] BTreeMap<u64, Account>);

/// One account: JSON with the words of `cordboard.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    /// The connection that makes its conferences.
    conferencing: Option<String>,
    /// The connection that has its telephone numbers.
    telephony: Option<String>,
    #[serde(default, deserialize_with = "unique_map")]
    connections: BTreeMap<String, ConnectionConfig>,
}

/// A connection as it is configured. It may hold secrets, so it cannot be printed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConnectionConfig {
    /// The name of the plug, and of the component that it is composed into.
    pub plug: String,
    /// The last secret part of the address that its provider calls.
    ingest_key: Option<String>,
    /// Names of the signatures that are taken; none: all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// Settings of this account's own, before the component's.
    #[serde(default, deserialize_with = "unique_map")]
    pub settings: BTreeMap<String, Setting>,
    /// What it may reach, of what its plug declares and spin.toml allows.
    #[serde(default)]
    pub outbound: Outbound,
}

/// A setting; two values while a secret is being changed.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// One.
    One(String),
    /// Several, the newest first.
    Many(Vec<String>),
}

impl Setting {
    /// One or more, the newest first.
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// Whether a value is missing: a secret that is blank would let everybody in.
    pub fn is_blank(&self) -> bool {
        self.values().is_empty() || self.values().iter().any(|value| value.trim().is_empty())
    }
}

/// What of the plug's hosts a connection may reach.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Outbound {
    /// As `host[:port]`; empty: all that the plug declares.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Whether plain http is spoken.
    #[serde(default)]
    pub allow_private: bool,
}

/// What an account's connection is for.
#[derive(Clone, Copy)]
pub enum Role {
    /// Conferences.
    Conferencing,
    /// Telephone numbers.
    Telephony,
}

impl Role {
    /// As an account has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conferencing => "conferencing",
            Self::Telephony => "telephony",
        }
    }
}

impl Accounts {
    /// Reads the variable.
    ///
    /// # Errors
    /// Where it has no value or another form; the log says where, and repeats nothing of it.
    pub async fn read() -> Result<Self, ApiError> {
        let text = variables::required(VARIABLE).await?;
        serde_json::from_str(&text).map_err(|error| {
            misconfigured(&format!(
                "the variable `{VARIABLE}` {} at line {} column {}: give it the contents of a file as \
                 guest/gateway/README.md shows one",
                match error.classify() {
                    Category::Data => "has a word that is not known, or twice, or a value of another kind, before or",
                    Category::Eof | Category::Io | Category::Syntax =>
                        "is no JSON, or has a name that is not the CRM's number of an account,",
                },
                error.line(),
                error.column()
            ))
        })
    }

    /// The name and configuration of an account's connection; none where it has none for this.
    ///
    /// # Errors
    /// Where there is no such account, or it names a connection that it has not.
    pub fn connection(&self, account: u64, role: Role) -> Result<Option<(&str, &ConnectionConfig)>, ApiError> {
        let found = self.0.get(&account).ok_or(ApiError::NotFound("account"))?;
        let name = match role {
            Role::Conferencing => &found.conferencing,
            Role::Telephony => &found.telephony,
        };
        let Some(name) = name else { return Ok(None) };
        let config = found.connections.get(name).ok_or_else(|| {
            let there: Vec<_> = found.connections.keys().map(String::as_str).collect();
            misconfigured(&format!(
                "the account {account} of the variable `{VARIABLE}` has no connection `{name}`: it has {}",
                there.join(", ")
            ))
        })?;
        Ok(Some((name, config)))
    }

    /// The connection of an account by its name.
    pub fn named(&self, account: u64, name: &str) -> Option<&ConnectionConfig> {
        self.0.get(&account)?.connections.get(name)
    }

    /// Whose ingest key this is.
    ///
    /// # Errors
    /// Where it is that of several connections.
    pub fn ingest(&self, key: &str) -> Result<Option<(u64, &str, &ConnectionConfig)>, ApiError> {
        // All are compared whichever is right, so that nothing is told by how long it takes.
        let connections = self.0.iter().flat_map(|(account, of_account)| {
            of_account.connections.iter().map(|(name, config)| (*account, name.as_str(), config))
        });
        let own = |config: &ConnectionConfig| config.ingest_key.as_ref().is_some_and(|own| is_equal(own, key));
        let found: Vec<_> = connections.filter(|(.., config)| own(config)).collect();
        match found[..] {
            [] => Ok(None),
            [(account, name, _), ..] if !is_ingest_key(key) => {
                warn(&format!(
                    "nothing reaches the connection `{name}` of the account {account}: its ingest key must have \
                     {MIN_INGEST_KEY_LEN} to {MAX_INGEST_KEY_LEN} letters, digits, `-` and `_`"
                ));
                Ok(None)
            }
            [found] => Ok(Some(found)),
            [(one, at_one, _), (other, at_other, _), ..] => Err(misconfigured(&format!(
                "the connections `{at_one}` of the account {one} and `{at_other}` of the account {other} have the same \
                 ingest key: make another one for one of them"
            ))),
        }
    }
}

fn is_equal(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// What an address can hold as it stands, and nobody guesses.
fn is_ingest_key(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (MIN_INGEST_KEY_LEN..=MAX_INGEST_KEY_LEN).contains(&text.len()) && text.bytes().all(letter)
}
