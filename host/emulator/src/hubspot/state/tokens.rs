//! Who may ask: the developer, by key or token, and accounts, by tokens that end.

use std::collections::{HashSet, VecDeque};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq;

use super::lock;
use crate::hubspot::{Error, Options, random};

/// Access tokens that are held; the oldest of more is forgotten.
const MAX_TOKENS: usize = 1000;

/// An access token of an account.
#[derive(Clone)]
struct Access {
    token: String,
    account: u64,
    ends: Instant,
}

/// What an access token is found to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenState {
    /// It is good for this account, for so long.
    Valid(u64, Duration),
    /// It ended so long ago.
    Expired(Duration),
    /// It is none of ours.
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
    /// No access token yet.
    pub fn new(options: &Options) -> Self {
        let refresh = options.accounts.iter().map(|account| (account.id, account.refresh_token.clone())).collect();
        Self { lifetime: options.token_lifetime, refresh, revoked: Mutex::default(), access: Mutex::default() }
    }

    /// The account of a refresh token that is not revoked.
    pub fn refresh(&self, token: &str) -> Option<u64> {
        let (account, _) = self.refresh.iter().find(|(_, known)| same(known, token))?;
        (!lock(&self.revoked).contains(account)).then_some(*account)
    }

    /// Revokes a refresh token. Access tokens that came of it end by themselves. False where there is none such.
    pub fn revoke(&self, token: &str) -> bool {
        self.refresh(token).is_some_and(|account| lock(&self.revoked).insert(account))
    }

    /// A fresh access token of an account.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn issue(&self, account: u64) -> Result<String, Error> {
        let token = random::token()?;
        let mut access = lock(&self.access);
        if access.len() == MAX_TOKENS {
            access.pop_front();
        }
        access.push_back(Access { token: token.clone(), account, ends: Instant::now() + self.lifetime });
        Ok(token)
    }

    /// What this access token is.
    pub fn access(&self, token: &str) -> TokenState {
        let now = Instant::now();
        match lock(&self.access).iter().find(|access| same(&access.token, token)) {
            None => TokenState::Unknown,
            Some(access) if access.ends <= now => TokenState::Expired(now.duration_since(access.ends)),
            Some(access) => TokenState::Valid(access.account, access.ends.duration_since(now)),
        }
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
