//! The two request flows.
//!
//! - CRM: request → authenticity → `decode` → command → the account's plug → outcome → `encode` → response
//!   ([`command`], with one file per operation; [`plug_command`] runs them).
//! - Provider: request → authenticity → `receive` → events → one commit → response ([`receive`]).
//!
//! Both run plugs through [`execute`], which journals and performs the effects that a plug returns. [`recovery`]
//! resumes operations interrupted by a crash.

mod answers;
mod api_error;
pub mod authenticity;
mod bulkhead;
mod command;
mod command_result;
pub mod compare;
mod completion;
mod conference;
mod create;
mod delete;
mod execute;
mod id;
mod in_doubt;
mod inbound_request;
pub mod invocation;
mod journal;
mod keyed_mutex;
mod link;
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
mod state;
mod unacknowledged;
mod update;
mod update_keys;
mod user;

pub use answers::Answer;
pub use command::{ForApp, command, for_app};
pub use cordboard_core::api_error::ApiError;
pub use id::{random_bytes, random_id};
pub use link::follow;
pub use receive::{ForConnection, for_connection, receive};
pub use recorded::{Recorded, recorded};
pub use recovery::recover;
pub use report::refused;
pub use reprocess::{ReprocessError, reprocess, reprocess_connections};
pub use request::{Head, RawRequest};
pub use request_id::RequestId;
pub use respond::Reply;
pub use retention::{Retention, prune};
pub use state::{BridgeState, Limits, now};
pub use unacknowledged::delete_unacknowledged;
