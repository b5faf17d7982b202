//! The bridge on Spin: the same plugs, decisions and addresses as with `cordboard serve`, and Spin's means for effects.
//!
//! ```text
//! HubSpot, providers → front → (service chaining) → conferencing, a component for each provider's plug
//!                                                 → telephony, a component for each telephony plug
//! the operator           → front → (likewise)         → query
//! ```
//!
//! - [`front`] is public. It finds whose a request is and passes it on as it came.
//! - [`conferencing`] and [`telephony`] are private, and trust the front no more than anybody: each checks the sender of
//!   what it is passed.
//! - [`query`] is private, too: it shows the operator what is kept.
//! - [`spin`] has all effects, [`config`] what was configured, [`keys`] what is kept, under which keys.
//!
//! What a request means is decided in `cordboard_core`, for this and for the host alike.

pub mod conference;
pub mod conferencing;
pub mod config;
pub mod crm;
pub mod events;
pub mod execute;
pub mod front;
pub mod inbound_requests;
pub mod keys;
pub mod links;
pub mod listing;
pub mod plugs;
pub mod query;
pub mod receive;
pub mod single_flight;
pub mod spin;
pub mod telephony;
