//! What an emulator is told when it is made.

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

/// No delay or wait that is asked for is longer.
const MAX_DELAY: Duration = Duration::from_secs(600);

/// No access token is good for longer.
const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// What is held of each, at most.
const ACCOUNTS: usize = 100;
const USERS: usize = 1000;
const FORWARDS: usize = 100;
const CUSTOM: usize = 1000;

/// The app, who has installed it, and how HubSpot behaves.
#[derive(Clone)]
pub struct Options {
    /// HubSpot's number of the app.
    pub app: u64,
    /// The app's `client_id` for OAuth.
    pub client_id: String,
    /// What the app and HubSpot share: webhooks are signed with it.
    pub client_secret: String,
    /// The developer account's API key, which goes as `hapikey`.
    pub developer_key: String,
    /// A token of the developer account's, which goes as `Authorization: Bearer`.
    pub developer_token: String,
    /// Who has installed the app.
    pub accounts: Vec<Account>,
    /// What goes with a webhook.
    pub signatures: Signatures,
    /// Which public addresses are served elsewhere. The first that fits counts.
    pub forwards: Vec<Forward>,
    /// How often it may be asked.
    pub rates: Rates,
    /// How long until search finds a new object, or a change.
    pub indexing_delay: Duration,
    /// How long until a change of the settings is seen: HubSpot's takes about a minute.
    pub settings_delay: Duration,
    /// How long an access token is good for.
    pub token_lifetime: Duration,
    /// How long a webhook may take to answer.
    pub answer_timeout: Duration,
    /// Properties that accounts have defined for themselves, of every type of object. They hold text.
    pub custom_properties: Vec<String>,
    /// Outcomes of meetings that accounts have defined for themselves.
    pub custom_outcomes: Vec<String>,
    /// Settings that are not set are answered as `null` rather than left out; HubSpot has been seen to do either.
    pub null_for_unset: bool,
}

impl Options {
    /// An app with its secret, one account with one user, and every other secret fresh. No rate limit, no delay.
    ///
    /// # Errors
    /// Where the system gives no randomness.
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
            rates: Rates::off(),
            indexing_delay: Duration::ZERO,
            settings_delay: Duration::ZERO,
            token_lifetime: Duration::from_secs(1800),
            answer_timeout: Duration::from_secs(10),
            custom_properties: Vec::new(),
            custom_outcomes: Vec::new(),
            null_for_unset: false,
        })
    }

    /// Whether all of it fits together.
    ///
    /// # Errors
    /// What does not.
    pub(super) fn check(&self) -> Result<(), Error> {
        let refuse = |what: String| Err(Error::Options(what));
        let secrets = [&self.client_id, &self.client_secret, &self.developer_key, &self.developer_token];
        if secrets.iter().any(|secret| secret.is_empty()) {
            return refuse("a secret or the client id is empty: give each a value".to_owned());
        }
        let times = [self.indexing_delay, self.settings_delay, self.answer_timeout];
        if times.iter().any(|time| *time > MAX_DELAY) || self.answer_timeout.is_zero() {
            return refuse(format!("a delay or wait is out of bounds: at most {} s each", MAX_DELAY.as_secs()));
        }
        if self.token_lifetime > MAX_TOKEN_LIFETIME {
            return refuse(format!(
                "the lifetime of tokens is out of bounds: at most {} s",
                MAX_TOKEN_LIFETIME.as_secs()
            ));
        }
        if self.accounts.len() > ACCOUNTS || self.forwards.len() > FORWARDS {
            return refuse(format!("at most {ACCOUNTS} accounts and {FORWARDS} forwards are held: leave some out"));
        }
        if self.custom_properties.len() > CUSTOM || self.custom_outcomes.len() > CUSTOM {
            return refuse(format!(
                "at most {CUSTOM} properties and outcomes of its own has an account: leave some out"
            ));
        }
        let mut ids = HashSet::new();
        let mut tokens = HashSet::new();
        for account in &self.accounts {
            if !ids.insert(account.id) {
                return refuse(format!("account {} is there twice: leave one out", account.id));
            }
            if account.refresh_token.is_empty() || !tokens.insert(account.refresh_token.as_str()) {
                return refuse(format!("account {} needs a refresh token of its own", account.id));
            }
            let users: HashSet<_> = account.users.iter().map(|user| user.id).collect();
            if users.len() != account.users.len() || !(1..=USERS).contains(&users.len()) {
                return refuse(format!("account {} needs users with different ids, 1 to {USERS} of them", account.id));
            }
        }
        self.forwards.iter().try_for_each(Forward::check)
    }

    /// The account with this id.
    pub fn account(&self, id: u64) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// Where a webhook is connected to: its own address, unless a forward says otherwise.
    pub(super) fn connect_to(&self, url: &str) -> String {
        self.forwards.iter().find_map(|forward| forward.apply(url)).unwrap_or_else(|| url.to_owned())
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("app", &self.app)
            .field("accounts", &self.accounts)
            .field("signatures", &self.signatures)
            .field("forwards", &self.forwards)
            .field("rates", &self.rates)
            .field("indexing_delay", &self.indexing_delay)
            .field("settings_delay", &self.settings_delay)
            .field("answer_timeout", &self.answer_timeout)
            .finish_non_exhaustive()
    }
}

/// A HubSpot account that has installed the app.
#[derive(Clone, PartialEq, Serialize)]
pub struct Account {
    /// HubSpot's number of it: `portalId`, `hub_id`.
    pub id: u64,
    /// Who can book.
    pub users: Vec<User>,
    /// What access tokens are to be had for.
    #[serde(skip)]
    pub refresh_token: String,
}

impl Account {
    /// An account with a fresh refresh token.
    ///
    /// # Errors
    /// Where the system gives no randomness.
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
    /// HubSpot's number of the user.
    pub id: u64,
    /// The user's e-mail address.
    pub email: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_do_not_fit_are_refused() {
        let refused = |change: fn(&mut Options)| {
            let mut options = Options::new(1, "secret").unwrap();
            assert_eq!(options.check(), Ok(()));
            change(&mut options);
            options.check().unwrap_err().to_string()
        };
        assert!(refused(|options| options.client_secret.clear()).contains("empty"));
        assert!(refused(|options| options.accounts.push(options.accounts[0].clone())).contains("twice"));
        assert!(refused(|options| options.answer_timeout = Duration::ZERO).contains("wait"));
        assert!(refused(|options| options.token_lifetime = Duration::MAX).contains("tokens"));
        for public in ["a.example", "https://a.example/?x=y", "https://ada:secret@a.example"] {
            let forward = Forward { public: public.to_owned(), to: "http://b.example".to_owned() };
            let options = Options { forwards: vec![forward], ..Options::new(1, "secret").unwrap() };
            assert!(options.check().unwrap_err().to_string().contains("forwarded"), "{public}");
        }
    }
}
