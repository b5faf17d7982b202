//! Authentication and authorization of callers.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use cordboard_core::AccountId;

use cordboard_config::{Token, TokenHash};

use super::problem::{Problem, Result};

/// Maximum length of a token, in bytes. Longer ones are refused before they are hashed.
const MAX_TOKEN_LEN: usize = 512;

/// An authenticated caller.
pub(super) struct Caller {
    /// Name of the token.
    pub name: String,
    /// The only account that the token grants access to; `None` for all accounts.
    pub account: Option<AccountId>,
    /// Whether the token may push plugs.
    push: bool,
}

impl Caller {
    /// Authenticates the caller by the token in the request.
    pub fn of(tokens: &BTreeMap<String, Token>, headers: &HeaderMap) -> Result<Self> {
        if tokens.is_empty() {
            return Err(Problem::unknown_token(
                "no tokens are configured for the admin API: create one with `cordboard token new`",
            ));
        }
        let hash = TokenHash::of(presented(headers)?);
        let mut found = None;
        // Compare with every token, so that timing does not reveal which one matches.
        for token in tokens.values() {
            if token.hash.is(&hash) {
                found = Some(token);
            }
        }
        let token = found.ok_or_else(|| {
            Problem::unknown_token(
                "unknown token: use one from [admin.token], or create one with `cordboard token new`",
            )
        })?;
        Ok(Self { name: token.name.clone(), account: token.account.clone(), push: token.push })
    }

    /// Fails unless the caller may access this account.
    pub fn may_account(&self, account: &AccountId) -> Result<()> {
        match &self.account {
            Some(own) if own != account => Err(Problem::forbidden(format!(
                "the token `{}` is limited to account {own}: use one for account {account}, or for all accounts",
                self.name
            ))),
            _ => Ok(()),
        }
    }

    /// Returns the account to restrict a query to, or `None` for all accounts. Fails if the caller may not access it.
    pub fn scope(&self, asked: Option<AccountId>) -> Result<Option<AccountId>> {
        if let Some(account) = &asked {
            self.may_account(account)?;
        }
        Ok(asked.or_else(|| self.account.clone()))
    }

    /// Fails unless the caller may push plugs.
    pub fn may_push(&self) -> Result<()> {
        if self.push {
            return Ok(());
        }
        Err(Problem::forbidden(format!(
            "the token `{0}` may not push plugs: set `push = true` under [admin.token.\"{0}\"] in the configuration, \
             or use another token",
            self.name
        )))
    }

    /// Fails unless the caller may access all accounts, as `what` requires.
    pub fn may_all(&self, what: &str) -> Result<()> {
        match &self.account {
            Some(own) => Err(Problem::forbidden(format!(
                "the token `{}` is limited to account {own} and cannot access {what}: use one for all accounts",
                self.name
            ))),
            None => Ok(()),
        }
    }
}

/// Returns the token in the request.
fn presented(headers: &HeaderMap) -> Result<&str> {
    let hint = || Problem::unauthenticated("missing token: send a single `Authorization: Bearer TOKEN` header");
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(hint()) };
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(hint)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.len() > MAX_TOKEN_LEN {
        return Err(hint());
    }
    Ok(token)
}
