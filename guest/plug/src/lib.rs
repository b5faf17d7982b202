//! The kit for authors of plugs.
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
//!         cordboard_plug::describe("rooms", "Rooms of one house", "0.1.0")
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
//! What a contract asks for and a plug does not implement answers `unsupported`. Operations are plain `async fn`:
//! `context.http.send(request).await` sends, `context.state.set(…).await` keeps. Nothing really waits: the host
//! runs an operation again from the start with each answer added (see [`replay`]), so an operation must do the same
//! when it is given the same.
//!
//! `guest/README.md` goes from an empty folder to a plug that is mounted.

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
pub use contract::settings::{
    ChannelConnection, ChannelConnectionPatch, ChannelConnectionState, ErrorResponse, SettingsError, VideoConferencing,
};
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

/// The signature schemes of known senders, for `describe`.
pub use cordboard_core as core;
