//! Parses the variable `accounts`, which maps accounts to plugs.

use std::collections::BTreeMap;

use cordboard_core::AccountId;
use cordboard_core::api_error::ApiError;
use cordboard_core::record::ConnectionId;
use serde::Deserialize;
use serde_json::error::Category;
use subtle::ConstantTimeEq;

use super::unique_map::unique_map;
use crate::spin::log::{misconfigured, warn};
use crate::spin::variables;

const VARIABLE: &str = "accounts";
/// Shorter keys could be guessed, and anyone who knows a key can send forged webhooks to routes without a signature.
const MIN_INGEST_KEY_LEN: usize = 22;
const MAX_INGEST_KEY_LEN: usize = 128;

/// All accounts, by their ids at the CRM.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Accounts(#[serde(deserialize_with = "unique_map")] BTreeMap<AccountId, Account>);

/// One account, with the keys of `cordboard.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    /// The connection that creates its conferences.
    conferencing: Option<String>,
    /// The connection that provides its telephone numbers.
    telephony: Option<String>,
    #[serde(default, deserialize_with = "unique_map")]
    connections: BTreeMap<String, ConnectionConfig>,
}

/// The configuration of a connection. It may hold secrets, so it does not implement `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConnectionConfig {
    /// The name of the plug and of its component in spin.toml.
    pub plug: String,
    /// The secret segment of the address that its provider calls.
    ingest_key: Option<String>,
    /// The accepted signature schemes; `None` accepts every scheme that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// Settings of this account, which take precedence over the component's variables.
    #[serde(default, deserialize_with = "unique_map")]
    pub settings: BTreeMap<String, Setting>,
    /// The allowed hosts, within those that the plug declares and spin.toml allows.
    #[serde(default)]
    pub outbound: Outbound,
}

/// A setting. It has two values during a secret rotation.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// A single value.
    One(String),
    /// Several values, newest first.
    Many(Vec<String>),
}

impl Setting {
    /// Returns the values, newest first.
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// Whether a value is blank or missing. A blank secret would authenticate everyone.
    pub fn is_blank(&self) -> bool {
        self.values().is_empty() || self.values().iter().any(|value| value.trim().is_empty())
    }
}

/// Which of the plug's hosts a connection may call.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Outbound {
    /// Hosts as `host[:port]`; if empty, all that the plug declares.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Whether plain HTTP is allowed.
    #[serde(default)]
    pub allow_private: bool,
}

/// The purpose of an account's connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Creates conferences.
    Conferencing,
    /// Provides telephone numbers.
    Telephony,
}

impl Role {
    /// The role's key in an account.
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
    /// Returns an error if it is missing or malformed. The log gives the position but quotes none of it: the variable
    /// may hold secrets.
    pub async fn read() -> Result<Self, ApiError> {
        let text = variables::required(VARIABLE).await?;
        serde_json::from_str(&text).map_err(|error| {
            misconfigured(&format!(
                "the variable `{VARIABLE}` {} at line {} column {}: write it in the form that \
                 guest/gateway/README.md shows",
                match error.classify() {
                    Category::Data =>
                        "has an unknown key, a key that is not an account id, a duplicate key or a value of the wrong \
                         type before or",
                    Category::Eof | Category::Io | Category::Syntax => "is not valid JSON",
                },
                error.line(),
                error.column()
            ))
        })
    }

    /// Returns the id and configuration of an account's connection, or `None` if it has none for this role.
    ///
    /// # Errors
    /// Returns an error if there is no such account, or it names a connection that does not exist.
    pub fn connection(
        &self,
        account: &AccountId,
        role: Role,
    ) -> Result<Option<(ConnectionId, &ConnectionConfig)>, ApiError> {
        let found = self.0.get(account).ok_or(ApiError::NotFound("account"))?;
        let name = match role {
            Role::Conferencing => &found.conferencing,
            Role::Telephony => &found.telephony,
        };
        let Some(name) = name else { return Ok(None) };
        let config = found.connections.get(name).ok_or_else(|| {
            let existing: Vec<_> = found.connections.keys().map(String::as_str).collect();
            misconfigured(&format!(
                "account {account} in the variable `{VARIABLE}` has no connection `{name}`: use one of {}",
                existing.join(", ")
            ))
        })?;
        Ok(Some((ConnectionId::new(account.clone(), name), config)))
    }

    /// Returns the configuration of a connection.
    pub fn named(&self, id: &ConnectionId) -> Option<&ConnectionConfig> {
        self.0.get(&id.account)?.connections.get(&id.name)
    }

    /// Returns the connection with an ingest key.
    ///
    /// # Errors
    /// Returns an error if several connections have this key.
    pub fn ingest(&self, key: &str) -> Result<Option<(ConnectionId, &ConnectionConfig)>, ApiError> {
        // Compare all keys, even after a match, so that the duration reveals nothing.
        let connections = self.0.iter().flat_map(|(account, of_account)| {
            of_account.connections.iter().map(move |(name, config)| (account, name.as_str(), config))
        });
        let own = |config: &ConnectionConfig| config.ingest_key.as_ref().is_some_and(|own| is_equal(own, key));
        let found: Vec<_> = connections.filter(|(.., config)| own(config)).collect();
        match found[..] {
            [] => Ok(None),
            [(account, name, _), ..] if !is_ingest_key(key) => {
                warn(&format!(
                    "webhooks for connection `{name}` of account {account} are rejected: its ingest key must have \
                     {MIN_INGEST_KEY_LEN} to {MAX_INGEST_KEY_LEN} letters, digits, `-` and `_`"
                ));
                Ok(None)
            }
            [(account, name, config)] => Ok(Some((ConnectionId::new(account.clone(), name), config))),
            [(one, at_one, _), (other, at_other, _), ..] => Err(misconfigured(&format!(
                "connection `{at_one}` of account {one} and connection `{at_other}` of account {other} have the same \
                 ingest key: generate a new one for either"
            ))),
        }
    }
}

fn is_equal(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Returns whether a text needs no escaping in a URL and is too long to guess.
fn is_ingest_key(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (MIN_INGEST_KEY_LEN..=MAX_INGEST_KEY_LEN).contains(&text.len()) && text.bytes().all(letter)
}
