//! Who changed what, for the audit log.

use crate::flow::now;
use crate::store::{AuditEntry, Change, ConnectionId};

use super::restore::target;
use super::{Lifecycle, Result};

/// What somebody did to a connection or app.
pub(super) fn entry(who: &str, what: &str, id: &ConnectionId, from: String, to: String) -> AuditEntry {
    let account = id.app().is_none().then_some(id.account);
    AuditEntry {
        sequence: 0,
        at: now(),
        who: who.to_owned(),
        what: what.to_owned(),
        account,
        target: target(id),
        from,
        to,
    }
}

impl Lifecycle {
    /// Keeps what somebody did that is no change of what serves; `account` is the one that it is about.
    ///
    /// # Errors
    /// Where the store fails.
    pub(crate) async fn note(
        &self,
        who: &str,
        what: &str,
        account: Option<u64>,
        target: &str,
        to: String,
    ) -> Result<()> {
        let entry = AuditEntry {
            sequence: 0,
            at: now(),
            who: who.to_owned(),
            what: what.to_owned(),
            account,
            target: target.to_owned(),
            from: String::new(),
            to,
        };
        self.board.store.commit(vec![Change::Audit(entry)]).await?;
        Ok(())
    }

    /// The newest entries of an account, or of all; newest first.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn audits(&self, account: Option<u64>, limit: usize) -> Result<Vec<AuditEntry>> {
        Ok(self.board.store.audits(account, limit).await?)
    }
}
