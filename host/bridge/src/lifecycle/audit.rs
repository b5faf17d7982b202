//! Entries of the audit log.

use cordboard_core::AccountId;

use crate::clock::now;
use cordboard_store::{AuditEntry, OwnerId};

/// Returns an audit entry for an action that does not change what serves. `account` is the account that it concerns, or
/// `None` if it concerns all.
pub fn audit_entry(actor: &str, action: &str, account: Option<AccountId>, target: String, to: String) -> AuditEntry {
    let (actor, action) = (actor.to_owned(), action.to_owned());
    AuditEntry { sequence: 0, at: now(), actor, action, account, target, from: String::new(), to }
}

/// Returns an audit entry for a change of a connection or app.
pub(super) fn entry(actor: &str, action: &str, id: &OwnerId, from: String, to: String) -> AuditEntry {
    AuditEntry { from, ..audit_entry(actor, action, id.account().cloned(), id.to_string(), to) }
}
