//! The two request flows.
//!
//! - CRM: request → authenticity → `decode` → command → the account's plug → outcome → `encode` → response
//!   ([`CrmFlow`]). The module `command` carries out the commands ([`Commands`]), with one file per operation.
//! - Provider: request → authenticity → `receive` → events → one commit → response ([`ProviderFlow`]).
//!
//! Both run plugs as the module `operation` does: an [`Executor`] journals and performs the effects that a plug returns.
//! [`recover`] resumes operations interrupted by a crash.
//!
//! Each of these services owns what it depends on. The crate `cordboard` assembles them.

// The flows, and what resumes them.
mod crm;
mod provider;
mod recovery;
mod reprocess;

// Carrying out a command, and running the plug operation that it needs.
mod answer;
mod command;
mod comparison;
mod concurrency;
mod operation;

// Requests and replies.
mod api_error;
mod authenticity;
mod inbound_request;
mod reply;
mod report;
mod request;
mod request_id;

mod limits;
mod retention;

pub use answer::Answer;
pub use command::Commands;
pub use comparison::{Recorded, compare, recorded};
pub use cordboard_core::api_error::ApiError;
pub use crm::{CrmFlow, ForApp};
pub use limits::Limits;
pub use operation::{Executor, invocation};
pub use provider::{ForConnection, ProviderFlow};
pub use recovery::recover;
pub use reply::Reply;
pub use report::Reporter;
pub use reprocess::ReprocessError;
pub use request::{Head, RawRequest};
pub use request_id::RequestId;
pub use retention::Retention;
