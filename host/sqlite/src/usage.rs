//! Counts the bytes that each account has stored in texts and payloads.
//!
//! Statements that write or delete rows return their size. The writer adds these up per account and stores the totals
//! in the same transaction. The migrations that introduced the totals count in the same way.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cordboard_core::AccountId;
use rusqlite::{Connection, params};

use super::column::{Number, Text};
use super::fault::Result;
use super::query;

/// SQL expressions for the size of a row.
pub(super) mod size {
    /// An alias.
    pub(in super::super) const ALIAS: &str = "256 + octet_length(provider_id) + octet_length(original)";
    /// A conference.
    pub(in super::super) const CONFERENCE: &str =
        "256 + octet_length(join_url) + octet_length(details) + octet_length(user) + octet_length(topic)";
    /// An inbound request.
    pub(in super::super) const DELIVERY: &str =
        "256 + octet_length(query) + octet_length(headers) + octet_length(detail) + octet_length(body)";
    /// An effect with its result.
    pub(in super::super) const EFFECT: &str =
        "256 + octet_length(effect) + COALESCE(octet_length(exchange), 0) + COALESCE(octet_length(body), 0)";
    /// An event.
    pub(in super::super) const EVENT: &str = "256 + octet_length(event)";
    /// An operation.
    pub(in super::super) const OPERATION: &str = "256 + octet_length(input) + COALESCE(octet_length(context), 0) + \
         COALESCE(octet_length(outcome), 0) + COALESCE(octet_length(leftover), 0)";
    /// A verified user.
    pub(in super::super) const VERIFIED_USER: &str = "256 + octet_length(id)";
}

/// Changes in the bytes that accounts have stored.
#[derive(Debug, Default)]
pub(super) struct Usage(HashMap<AccountId, i64>);

impl Usage {
    /// Adds bytes stored, or deleted if negative.
    pub fn add(&mut self, account: &AccountId, bytes: i64) {
        match self.0.get_mut(account) {
            Some(so_far) => *so_far = so_far.saturating_add(bytes),
            None => _ = self.0.insert(account.clone(), bytes),
        }
    }

    /// Adds bytes if they belong to an account.
    pub fn add_to(&mut self, account: Option<&AccountId>, bytes: i64) {
        if let Some(account) = account {
            self.add(account, bytes);
        }
    }

    /// Adds the changes made by a job.
    pub fn merge(&mut self, other: &Self) {
        for (account, bytes) in &other.0 {
            self.add(account, *bytes);
        }
    }

    /// Writes the changes within the open transaction.
    pub fn write(&self, connection: &Connection) -> Result<()> {
        for (account, bytes) in self.0.iter().filter(|(_, bytes)| **bytes != 0) {
            let upsert = "INSERT INTO account_usage (account, bytes) VALUES (?1, MAX(0, ?2))
                 ON CONFLICT (account) DO UPDATE SET bytes = MAX(0, bytes + ?2)";
            query::execute(connection, upsert, params![account.as_str(), bytes])?;
        }
        Ok(())
    }
}

/// The bytes that accounts have stored as of the last transaction.
#[derive(Debug)]
pub(super) struct StoredBytes(Mutex<HashMap<AccountId, u64>>);

impl StoredBytes {
    /// Reads the totals.
    pub fn read(connection: &Connection) -> Result<Self> {
        let all = query::rows(connection, "SELECT account, bytes FROM account_usage", [], |row| {
            Ok((row.get::<_, Text<AccountId>>(0)?.0, row.get::<_, Number>(1)?.0))
        })?;
        Ok(Self(Mutex::new(all.into_iter().collect())))
    }

    /// Returns the bytes of an account.
    pub fn get(&self, account: &AccountId) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(account).copied().unwrap_or_default()
    }

    /// Adds the changes made by a transaction.
    pub fn add(&self, usage: &Usage) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (account, bytes) in &usage.0 {
            let bytes_of = all.entry(account.clone()).or_default();
            *bytes_of = bytes_of.saturating_add_signed(*bytes);
        }
    }
}
