//! The retention state: what pruning knows about the clock.

/// When the clock was last plausible, and whether pruning is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionState {
    /// When the clock was last plausible, as read from the clock itself, in epoch milliseconds.
    pub plausible_at: u64,
    /// The time of the newest record at that moment. If the store's newest record is older than this, the store was
    /// restored from a backup or edited by hand, and [`plausible_at`](Self::plausible_at) says nothing about it.
    pub newest_at: Option<u64>,
    /// When pruning was paused, as read from the implausible clock; none if it is not paused.
    pub paused_at: Option<u64>,
}
