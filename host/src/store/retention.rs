//! What retention knows of the clock.

/// The clock when it was last plausible, and whether pruning is paused since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionState {
    /// When the clock was last plausible, by the clock itself; epoch milliseconds.
    pub plausible_at: u64,
    /// The time of the newest record then. A store whose newest record is older was put back or changed by hand, so that
    /// [`plausible_at`](Self::plausible_at) says nothing about it.
    pub newest_at: Option<u64>,
    /// Since when pruning is paused, by the clock that is not plausible.
    pub paused_at: Option<u64>,
}
