//! A kit for plug authors.
//!
//! It must not depend on a host or on system interfaces, because a plug imports nothing.
//!
//! A plug is a type that implements one contract ([`Provider`], [`Crm`] or [`Telephony`]) and is exported once:
//!
//! ```
//! use cordboard_plug::{Conference, Context, Description, Failure, Meeting, Provider};
//!
//! struct Rooms;
//!
//! impl Provider for Rooms {
//!     fn describe() -> Description {
//!         cordboard_plug::describe("rooms", "Meeting rooms", "0.1.0")
//!     }
//!
//!     async fn create(context: &Context<'_>, _meeting: Meeting) -> Result<Conference, Failure> {
//!         let id = context.random.hex();
//!         Ok(Conference { join_url: format!("https://rooms.example/{id}"), details: String::new(), id })
//!     }
//! }
//!
//! cordboard_plug::export!(provider: Rooms);
//! ```
//!
//! Operations that a plug does not implement return `unsupported`. Operations are plain `async fn`s:
//! `context.http.send(request).await` sends a request, `context.state.set(…).await` stores state. They never actually
//! wait: the host runs an operation again from the start with each result added (see [`replay`]). An operation must
//! therefore be deterministic: given the same context, it must do the same.
//!
//! `guest/README.md` explains how to get from an empty directory to a running plug.

#[cfg(target_family = "wasm")]
mod alloc;
pub mod context;
pub mod contract;
pub mod dedupe;
pub mod document;
mod export;
pub mod http;
pub mod replay;
pub mod settings;
pub mod state;
pub mod template;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
pub mod text;
pub mod traits;

pub use context::{Context, Random};
pub use contract::crm::{Change, Command, Created, NumbersQuery, Outcome, UserQuery};
pub use contract::provider::Receipt;
pub use contract::settings::{Endpoint, EndpointPatch, EndpointSettings, ErrorResponse, SettingsError};
pub use cordboard_core::types::conference::{Conference, Meeting, Person};
pub use cordboard_core::types::effect::{self, Failure, Piece};
pub use cordboard_core::types::http::{Header, Rejection, WebhookRequest, WebhookResponse};
pub use cordboard_core::types::manifest::{self, Description};
pub use cordboard_core::types::meeting_event;
pub use cordboard_core::types::telephone::PhoneNumber;
pub use document::Document;
pub use http::{HttpFailure, Request, Response};
pub use settings::Setting;
pub use traits::{Crm, CrmSettings, Provider, Telephony, describe};

/// Signature schemes and other shared types, for `describe`.
pub use cordboard_core as core;
