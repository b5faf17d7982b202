//! The two flows.
//!
//! - The CRM asks: request → authenticity → `decode` → command → the account's plug → outcome → `encode` → response
//!   ([`command`], with an operation a file).
//! - A provider tells: request → authenticity → `receive` → events → one commit → response ([`receive`]).
//!
//! Both run plugs through [`drive`], which has the effects that they ask for and journals each. What a crash cut short
//! goes on in [`recovery`].

mod answers;
mod api_error;
pub mod asked;
pub mod authenticity;
mod command;
pub mod compare;
mod conference;
mod create;
mod delete;
mod delivery;
mod drive;
mod flights;
mod heard;
mod id;
mod keys;
mod landed;
mod link;
mod numbers;
mod operation;
mod plug_state;
mod receive;
mod recorded;
mod recovery;
mod redeliver;
mod repeat;
mod request;
mod respond;
mod retention;
mod shadow;
mod shares;
mod stop;
mod switchboard;
mod traces;
mod unclaimed;
mod update;
mod user;

pub use answers::Answer;
pub use command::{ForApp, command, for_app};
pub use cordboard_core::api_error::ApiError;
pub use heard::refused;
pub use id::{random_bytes, random_id};
pub(crate) use keys::outbound_keys;
pub use link::follow;
pub use receive::{ForConnection, for_connection, receive};
pub use recorded::{Recorded, recorded};
pub use recovery::recover;
pub use redeliver::{redeliver, redeliver_of};
pub use request::{Head, Inbound};
pub use respond::Reply;
pub use retention::{Retention, prune};
pub use switchboard::{Limits, Switchboard, now};
pub use unclaimed::delete_unacknowledged;
