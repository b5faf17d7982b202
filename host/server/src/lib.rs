//! HTTP: the requests of the CRM and of providers, and the API for operators.
//!
//! It reads, bounds and routes requests; `cordboard-bridge` processes them. It must not depend on a store engine, and it
//! must not interpret the body of a request, except in the admin API.
//!
//! Start reading at `ingress/path.rs`, which shows the path of a request from its connection to its flow.
//!
//! Modules depend on each other one way: `operators` on `admin`; `admin` and `ingress` on `body`; `operators` and
//! `ingress` on `layers`; `admin`, `ingress`, `layers` and `connection` on `response`. `connection` serves any router.

pub mod admin;
mod body;
mod connection;
pub mod ingress;
mod layers;
pub mod operators;
mod response;

pub use connection::{Connections, PeerLimit, ServeLimits, descriptors, serve};
