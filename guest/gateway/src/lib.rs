//! The bridge on Spin: the same plugs, decisions and addresses as with `cordboard serve`, and Spin's means for effects.
//!
//! ```text
//! HubSpot, providers → front → (service chaining) → conferencing, a component for each provider's plug
//!                                                 → telephony, a component for each telephony plug
//! the owner           → front → (likewise)         → ledger
//! ```
//!
//! - [`front`] is public. It finds whose a request is and passes it on as it came.
//! - [`conferencing`] and [`telephony`] are private, and trust the front no more than anybody: each checks the sender of
//!   what it is passed.
//! - [`ledger`] is private, too: it shows the owner what is kept.
//! - [`spin`] has all effects, [`owner`] what was configured, [`kept`] what is kept, under which keys.
//!
//! What a request means is decided in `cordboard_core`, for this and for the host alike.

pub mod conference;
pub mod conferencing;
pub mod crm;
pub mod deliveries;
pub mod drive;
pub mod events;
pub mod flight;
pub mod front;
pub mod kept;
pub mod ledger;
pub mod links;
pub mod listing;
pub mod owner;
pub mod plugs;
pub mod receive;
pub mod spin;
pub mod telephony;
