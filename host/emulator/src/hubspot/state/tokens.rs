//! The tokens of the accounts.

use std::collections::{HashSet, VecDeque};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq;

use super::lock;
use crate::hubspot::{Error, Options, random};

/// The maximum number of access tokens; above it, the oldest is dropped.
const MAX_TOKENS: usize = 1000;

/// An access token of an account.
#[derive(Clone)]
struct Access {
    token: String,
    account: u64,
    ends: Instant,
}

/// The state of an access token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenState {
    /// It is valid for this account and this remaining time.
    Valid(u64, Duration),
    /// It expired this long ago.
    Expired(Duration),
    /// It was never issued, or has been dropped.
    Unknown,
}

/// The tokens of all accounts.
pub struct Tokens {
    lifetime: Duration,
    refresh: Vec<(u64, String)>,
    revoked: Mutex<HashSet<u64>>,
    access: Mutex<VecDeque<Access>>,
}

impl Tokens {
    /// Creates the refresh tokens in these options, without access tokens.
    pub fn new(options: &Options) -> Self {
        let refresh = options.accounts.iter().map(|account| (account.id, account.refresh_token.clone())).collect();
        Self { lifetime: options.token_lifetime, refresh, revoked: Mutex::default(), access: Mutex::default() }
    }

    /// Returns the account of a refresh token that is not revoked.
    pub fn refresh(&self, token: &str) -> Option<u64> {
        let (account, _) = self.refresh.iter().find(|(_, known)| constant_time_eq(known, token))?;
        (!lock(&self.revoked).contains(account)).then_some(*account)
    }

    /// Revokes a refresh token, but not the access tokens issued for it. Returns false if there is no such token.
    pub fn revoke(&self, token: &str) -> bool {
        self.refresh(token).is_some_and(|account| lock(&self.revoked).insert(account))
    }

    /// Issues an access token of an account.
    ///
    /// # Errors
    /// Returns an error if the system provides no random bytes.
    pub fn issue(&self, account: u64) -> Result<String, Error> {
        let token = random::token()?;
        let mut access = lock(&self.access);
        if access.len() == MAX_TOKENS {
            access.pop_front();
        }
        access.push_back(Access { token: token.clone(), account, ends: Instant::now() + self.lifetime });
        Ok(token)
    }

    /// Returns the state of an access token.
    pub fn access(&self, token: &str) -> TokenState {
        let now = Instant::now();
        match lock(&self.access).iter().find(|access| constant_time_eq(&access.token, token)) {
            None => TokenState::Unknown,
            Some(access) if access.ends <= now => TokenState::Expired(now.duration_since(access.ends)),
            Some(access) => TokenState::Valid(access.account, access.ends.duration_since(now)),
        }
    }
}

/// Compares two secrets in constant time.
pub fn constant_time_eq(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
