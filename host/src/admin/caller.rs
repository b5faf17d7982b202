//! Who calls, and what they may.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};

use crate::config::{Token, TokenHash};

use super::problem::{Problem, Result};

/// Longer than any token that is made; nobody has longer ones hashed.
const MAX_TOKEN_LEN: usize = 512;

/// The holder of a token.
pub(super) struct Caller {
    /// The token's name.
    pub name: String,
    /// The only account that it is for; none: all.
    pub account: Option<u64>,
    /// Whether they may push plugs.
    push: bool,
}

impl Caller {
    /// The holder of the token in the request.
    pub fn of(tokens: &BTreeMap<String, Token>, headers: &HeaderMap) -> Result<Self> {
        if tokens.is_empty() {
            return Err(Problem::unknown_token(
                "no token is configured, so nobody may use the admin API: make one with `cordboard token new`",
            ));
        }
        let hash = TokenHash::of(presented(headers)?);
        let mut found = None;
        // All are compared, so that the time does not tell which one is near.
        for token in tokens.values() {
            if token.hash.is(&hash) {
                found = Some(token);
            }
        }
        let token = found.ok_or_else(|| {
            Problem::unknown_token(
                "nobody has this token: take one that is configured, or make one with `cordboard token new`",
            )
        })?;
        Ok(Self { name: token.name.clone(), account: token.account, push: token.push })
    }

    /// Lets through whoever may see and change the connections of an account.
    pub fn may_account(&self, account: u64) -> Result<()> {
        match self.account {
            Some(own) if own != account => Err(Problem::forbidden(format!(
                "the token `{}` is for account {own} alone: use one for account {account}, or for all",
                self.name
            ))),
            _ => Ok(()),
        }
    }

    /// The account that is asked about; none: all that there are.
    pub fn scope(&self, asked: Option<u64>) -> Result<Option<u64>> {
        if let Some(account) = asked {
            self.may_account(account)?;
        }
        Ok(asked.or(self.account))
    }

    /// Lets through whoever may push plugs.
    pub fn may_push(&self) -> Result<()> {
        if self.push {
            return Ok(());
        }
        Err(Problem::forbidden(format!(
            "the token `{0}` may not push plugs: set `push = true` under [admin.token.\"{0}\"] in the configuration, or use a \
             token that may",
            self.name
        )))
    }

    /// Lets through whoever may do what concerns more than an account.
    pub fn may_all(&self, what: &str) -> Result<()> {
        match self.account {
            Some(own) => Err(Problem::forbidden(format!(
                "the token `{}` is for account {own} alone, and {what} more than that: use a token for all",
                self.name
            ))),
            None => Ok(()),
        }
    }
}

/// The token that a request presents.
fn presented(headers: &HeaderMap) -> Result<&str> {
    let hint = || Problem::unauthenticated("a token is needed: send one header `Authorization: Bearer TOKEN`");
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(hint()) };
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(hint)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.len() > MAX_TOKEN_LEN {
        return Err(hint());
    }
    Ok(token)
}
