//! All checks, grouped by topic.

mod crm;
mod execution;
mod failures;
pub(super) mod names;
mod provider;
mod requests;
mod settings;
mod table;
mod webhooks;

pub use table::{Check, checks_of};
