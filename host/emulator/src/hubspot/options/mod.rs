//! The emulator's options.

mod forward;
mod rates;
mod signatures;

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::{Error, random};

pub use forward::Forward;
pub use rates::{Rate, Rates};
pub use signatures::Signatures;

/// The limit of each delay and timeout.
const MAX_DELAY: Duration = Duration::from_secs(600);

/// The limit of the lifetime of access tokens.
const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The maximum number of each item.
const MAX_ACCOUNTS: usize = 100;
const MAX_USERS: usize = 1000;
const MAX_FORWARDS: usize = 100;
const MAX_CUSTOM: usize = 1000;

/// The app, the accounts that have installed it, and the behavior of HubSpot.
#[derive(Clone)]
pub struct Options {
    /// The app's id.
    pub app: u64,
    /// The app's `client_id` for OAuth.
    pub client_id: String,
    /// The app's client secret, with which HubSpot signs webhooks.
    pub client_secret: String,
    /// The developer account's API key, sent as `hapikey`.
    pub developer_key: String,
    /// A token of the developer account, sent as `Authorization: Bearer`.
    pub developer_token: String,
    /// The accounts that have installed the app.
    pub accounts: Vec<Account>,
    /// The signatures of webhooks.
    pub signatures: Signatures,
    /// Forwards of public addresses. The first match applies.
    pub forwards: Vec<Forward>,
    /// The rate limits.
    pub rates: Rates,
    /// The delay until search finds a new or changed object.
    pub indexing_delay: Duration,
    /// The delay until a change of the settings takes effect: about a minute at HubSpot.
    pub settings_delay: Duration,
    /// The lifetime of access tokens.
    pub token_lifetime: Duration,
    /// The time limit for a webhook's answer.
    pub answer_timeout: Duration,
    /// Custom properties of the accounts, for every type of object. They hold text.
    pub custom_properties: Vec<String>,
    /// Custom meeting outcomes of the accounts.
    pub custom_outcomes: Vec<String>,
    /// Whether unset settings are answered as `null` rather than omitted. HubSpot has been observed to do both.
    pub null_for_unset: bool,
}

impl Options {
    /// Returns options for an app with this secret, one account with one user, and random values for all other secrets.
    /// There are no rate limits and no delays.
    ///
    /// # Errors
    /// Returns an error if the system provides no random bytes.
    pub fn new(app: u64, client_secret: impl Into<String>) -> Result<Self, Error> {
        let ada = User { id: 123, email: "ada@acme.example".to_owned() };
        Ok(Self {
            app,
            client_id: random::uuid()?,
            client_secret: client_secret.into(),
            developer_key: random::uuid()?,
            developer_token: random::token()?,
            accounts: vec![Account::new(123_123, vec![ada])?],
            signatures: Signatures::V1V3,
            forwards: Vec::new(),
            rates: Rates::default(),
            indexing_delay: Duration::ZERO,
            settings_delay: Duration::ZERO,
            token_lifetime: Duration::from_secs(1800),
            answer_timeout: Duration::from_secs(10),
            custom_properties: Vec::new(),
            custom_outcomes: Vec::new(),
            null_for_unset: false,
        })
    }

    /// Checks the options.
    ///
    /// # Errors
    /// Returns an error for the first invalid option.
    pub(super) fn check(&self) -> Result<(), Error> {
        let invalid = |why: String| Err(Error::Options(why));
        let secrets = [&self.client_id, &self.client_secret, &self.developer_key, &self.developer_token];
        if secrets.iter().any(|secret| secret.is_empty()) {
            return invalid("a secret or the client id is empty: set all of them".to_owned());
        }
        let times = [self.indexing_delay, self.settings_delay, self.answer_timeout];
        if times.iter().any(|time| *time > MAX_DELAY) || self.answer_timeout.is_zero() {
            return invalid(format!("a delay or timeout is out of range: use at most {} s", MAX_DELAY.as_secs()));
        }
        if self.token_lifetime > MAX_TOKEN_LIFETIME {
            return invalid(format!(
                "the lifetime of tokens is out of range: use at most {} s",
                MAX_TOKEN_LIFETIME.as_secs()
            ));
        }
        if self.accounts.len() > MAX_ACCOUNTS || self.forwards.len() > MAX_FORWARDS {
            return invalid(format!("too many accounts or forwards: use at most {MAX_ACCOUNTS} and {MAX_FORWARDS}"));
        }
        if self.custom_properties.len() > MAX_CUSTOM || self.custom_outcomes.len() > MAX_CUSTOM {
            return invalid(format!("too many custom properties or outcomes: use at most {MAX_CUSTOM} of each"));
        }
        let mut ids = HashSet::new();
        let mut tokens = HashSet::new();
        for account in &self.accounts {
            if !ids.insert(account.id) {
                return invalid(format!("account {} is listed twice: remove one", account.id));
            }
            if account.refresh_token.is_empty() || !tokens.insert(account.refresh_token.as_str()) {
                return invalid(format!("account {} has no refresh token of its own: set a unique one", account.id));
            }
            let users: HashSet<_> = account.users.iter().map(|user| user.id).collect();
            if users.len() != account.users.len() || !(1..=MAX_USERS).contains(&users.len()) {
                return invalid(format!("account {} must have 1 to {MAX_USERS} users with distinct ids", account.id));
            }
        }
        self.forwards.iter().try_for_each(Forward::check)
    }

    /// Returns the account with this id.
    pub fn account(&self, id: u64) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// Returns the address to send a webhook to: its own, or that of a matching forward.
    pub(super) fn connect_to(&self, url: &str) -> String {
        self.forwards.iter().find_map(|forward| forward.apply(url)).unwrap_or_else(|| url.to_owned())
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { app, accounts, .. } = self;
        formatter.debug_struct("Options").field("app", app).field("accounts", accounts).finish_non_exhaustive()
    }
}

/// A HubSpot account that has installed the app.
#[derive(Clone, PartialEq, Serialize)]
pub struct Account {
    /// The account's id: `portalId`, `hub_id`.
    pub id: u64,
    /// The users who can book meetings.
    pub users: Vec<User>,
    /// The refresh token, which the app exchanges for access tokens.
    #[serde(skip)]
    pub refresh_token: String,
}

impl Account {
    /// Returns an account with a random refresh token.
    ///
    /// # Errors
    /// Returns an error if the system provides no random bytes.
    pub fn new(id: u64, users: Vec<User>) -> Result<Self, Error> {
        Ok(Self { id, users, refresh_token: random::uuid()? })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, users, .. } = self;
        formatter.debug_struct("Account").field("id", id).field("users", users).finish_non_exhaustive()
    }
}

/// A user of an account.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct User {
    /// The user's id.
    pub id: u64,
    /// The user's email address.
    pub email: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_options_are_rejected() {
        let refused = |change: fn(&mut Options)| {
            let mut options = Options::new(1, "secret").unwrap();
            assert_eq!(options.check(), Ok(()));
            change(&mut options);
            options.check().unwrap_err().to_string()
        };
        assert!(refused(|options| options.client_secret.clear()).contains("empty"));
        assert!(refused(|options| options.accounts.push(options.accounts[0].clone())).contains("twice"));
        assert!(refused(|options| options.answer_timeout = Duration::ZERO).contains("timeout"));
        assert!(refused(|options| options.token_lifetime = Duration::MAX).contains("tokens"));
        for public in ["a.example", "https://a.example/?x=y", "https://ada:secret@a.example"] {
            let forward = Forward { public: public.to_owned(), to: "http://b.example".to_owned() };
            let options = Options { forwards: vec![forward], ..Options::new(1, "secret").unwrap() };
            assert!(options.check().unwrap_err().to_string().contains("forwarded"), "{public}");
        }
    }
}
