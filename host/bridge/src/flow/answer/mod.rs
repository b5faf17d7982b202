//! Answers that the CRM may not have received: tracks them, gives them to repeats, and deletes conferences that were
//! created in vain.

mod answers;
mod repeat;
mod unacknowledged;

pub use answers::{Answer, Answers};
pub use repeat::{Repeated, repeated};
