//! The two request flows.
//!
//! - CRM: request → authenticity → `decode` → command → the account's plug → outcome → `encode` → response
//!   ([`CrmFlow`]). [`Commands`] carries out the commands, with one file per operation.
//! - Provider: request → authenticity → `receive` → events → one commit → response ([`ProviderFlow`]).
//!
//! Both run plugs with an [`Executor`], which journals and performs the effects that a plug returns ([`execute`]).
//! [`recover`] resumes operations interrupted by a crash.
//!
//! Each of these services owns what it depends on. The crate `cordboard` assembles them.

mod answers;
mod api_error;
mod authenticity;
mod bulkhead;
mod clock;
mod command;
mod command_result;
mod commands;
pub mod compare;
mod completion;
mod conference;
mod create;
mod delete;
mod execute;
mod executor;
mod id;
mod in_doubt;
mod inbound_request;
pub mod invocation;
mod journal;
mod keyed_mutex;
mod limits;
mod numbers;
mod operation;
mod plug_command;
mod receive;
mod recorded;
mod recovery;
mod repeat;
mod report;
mod reprocess;
mod request;
mod request_id;
mod respond;
mod retention;
mod shadow;
mod single_flight;
mod unacknowledged;
mod update;
mod update_keys;
mod user;

pub use answers::Answer;
pub use clock::now;
pub use command::{CrmFlow, ForApp};
pub use commands::Commands;
pub use cordboard_core::api_error::ApiError;
pub use executor::Executor;
pub use id::{random_bytes, random_id};
pub use limits::Limits;
pub use receive::{ForConnection, ProviderFlow};
pub use recorded::{Recorded, recorded};
pub use recovery::recover;
pub use report::Reporter;
pub use reprocess::ReprocessError;
pub use request::{Head, RawRequest};
pub use request_id::RequestId;
pub use respond::Reply;
pub use retention::Retention;
