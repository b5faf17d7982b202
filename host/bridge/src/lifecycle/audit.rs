//! The audit log: who changed what.

use cordboard_core::AccountId;

use crate::flow::now;
use cordboard_store::{AuditEntry, Change, OwnerId};

use super::{Lifecycle, Result};

/// Returns an audit entry for a change of a connection or app.
pub(super) fn entry(who: &str, what: &str, id: &OwnerId, from: String, to: String) -> AuditEntry {
    AuditEntry {
        sequence: 0,
        at: now(),
        who: who.to_owned(),
        what: what.to_owned(),
        account: id.account().cloned(),
        target: id.to_string(),
        from,
        to,
    }
}

impl Lifecycle {
    /// Records an action that does not change what serves. `account` is the account that it concerns.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn record_action(
        &self,
        who: &str,
        what: &str,
        account: Option<&AccountId>,
        target: &str,
        to: String,
    ) -> Result<()> {
        let entry = AuditEntry {
            sequence: 0,
            at: now(),
            who: who.to_owned(),
            what: what.to_owned(),
            account: account.cloned(),
            target: target.to_owned(),
            from: String::new(),
            to,
        };
        self.record_audit(entry).await
    }

    /// Records a comparison of two plugs over a connection's operations.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn record_comparison(&self, who: &str, id: &OwnerId, one: String, other: String) -> Result<()> {
        self.record_audit(entry(who, "compare", id, one, other)).await
    }

    async fn record_audit(&self, entry: AuditEntry) -> Result<()> {
        self.store.commit(vec![Change::Audit(entry)]).await?;
        Ok(())
    }

    /// Returns at most `limit` audit entries of an account, or of all, newest first. With `before`, only those with a
    /// smaller sequence number.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn audits(
        &self,
        account: Option<&AccountId>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>> {
        Ok(self.store.audits(account, before, limit).await?)
    }
}
