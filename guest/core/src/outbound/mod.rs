//! From what a plug asks for to what may be sent: bounded, completed with secrets, and checked as a whole afterwards. And
//! from what comes back to what the plug may see.
//!
//! Which addresses the host's name may have is for whoever sends to find out.

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
