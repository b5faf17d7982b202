//! Prepares outbound requests, and filters their responses.
//!
//! A request is bounded, completed with secrets and then checked as a whole. Resolving the host and checking its
//! addresses is up to the caller.

mod answer;
mod consequence;
mod grants;
mod prepare;
mod summary;
#[cfg(test)]
mod tests;

pub use answer::{Secrets, check_answer};
pub use consequence::{Consequence, consequence};
pub use grants::{Grants, plain_permitted};
pub use prepare::{Prepared, RequestLimits, prepare};
pub use summary::{method, summary, summary_of};
