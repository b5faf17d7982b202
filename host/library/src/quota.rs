//! Measures the disk space that a token's plugs use, and checks it against the quotas.

use std::collections::HashSet;

use super::cache;
use super::digest::Digest;
use super::error::{LibraryError, QuotaExceeded};
use super::files::{Files, plug_of};
use super::options::PushQuota;

/// The token that pushes a file, and the plugs in use at that time.
#[derive(Clone, Debug)]
pub struct Pusher {
    /// The token's name.
    pub token: String,
    /// The digests of plugs in use, which do not count as unused.
    pub in_use: HashSet<String>,
}

/// The disk usage of one token's plugs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    bytes: u64,
    unused: usize,
}

impl Usage {
    /// Adds up the plugs that this token was the first to push.
    pub(super) fn of(pusher: &Pusher, files: &Files) -> Result<Self, LibraryError> {
        let in_use: HashSet<_> = pusher.in_use.iter().filter_map(|digest| Digest::parse(digest)).collect();
        let owned: HashSet<_> = files.owned_by(&pusher.token)?.into_iter().collect();
        let mut usage = Self::default();
        for (name, bytes) in files.sizes()? {
            if let Some(digest) = plug_of(&name) {
                if owned.contains(&digest) {
                    usage.bytes = usage.bytes.saturating_add(bytes);
                    usage.unused += usize::from(!in_use.contains(&digest));
                }
            } else if cache::plug_of(&name).is_some_and(|digest| owned.contains(&digest)) {
                usage.bytes = usage.bytes.saturating_add(bytes);
            }
        }
        Ok(usage)
    }

    /// Checks that one more plug of this size fits the quotas.
    ///
    /// # Errors
    /// If a quota would be exceeded.
    pub(super) fn check(&self, pusher: &Pusher, bytes: u64, quota: &PushQuota) -> Result<(), QuotaExceeded> {
        let token = || pusher.token.clone();
        if self.unused >= quota.unused {
            return Err(QuotaExceeded::Unused { token: token(), count: self.unused, max: quota.unused });
        }
        if self.bytes.saturating_add(bytes) > quota.stored_bytes {
            return Err(QuotaExceeded::Stored { token: token(), bytes: self.bytes, max: quota.stored_bytes });
        }
        Ok(())
    }
}
