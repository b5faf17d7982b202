//! The bridge on Spin: the same plugs, rules and addresses as `cordboard serve`, with effects performed through Spin.
//!
//! It must not depend on the crates in `host/`, which do not compile to WebAssembly, or on a plug: plugs are composed
//! with it.
//!
//! ```text
//! HubSpot, providers → front → (service chaining) → conferencing, a component for each provider's plug
//!                                                 → telephony, a component for each telephony plug
//! the operator       → front → (service chaining) → query
//! ```
//!
//! - [`front`] is public. It finds the account of a request and forwards the request unchanged.
//! - [`conferencing`] and [`telephony`] are private. They do not trust the front: each authenticates the original
//!   sender again.
//! - [`query`] is private. It lists stored events and webhook requests for the operator.
//! - [`spin`] performs all effects, [`config`] reads the configuration, and [`keys`] documents the store.
//!
//! `cordboard_core`, which the native host shares, says how a request is handled and what a command means. This crate
//! adds what a store without transactions requires: [`command`], [`conference`] and [`single_flight`] for the CRM's
//! commands, [`inbound_requests`] and [`events`] for webhooks.

pub mod command;
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
pub mod query;
pub mod receive;
pub mod single_flight;
pub mod spin;
pub mod telephony;
