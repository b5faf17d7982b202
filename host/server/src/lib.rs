//! HTTP: the requests of the CRM and of providers, and the API for operators.
//!
//! It reads, bounds and routes requests; `cordboard-bridge` processes them. It must not depend on a store engine, and it
//! must not interpret a request's body except for the admin API's.

pub mod admin;
pub mod descriptors;
pub mod ingress;
