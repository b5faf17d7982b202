//! What Spin gives: HTTP in and out, variables, the key-value store, the clock. All effects of a gateway are here.

pub mod clock;
pub mod incoming;
pub mod log;
pub mod outgoing;
pub mod reply;
pub mod store;
pub mod variables;
