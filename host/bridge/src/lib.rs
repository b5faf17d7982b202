//! The two request flows between a CRM and providers, and the lifecycle of the plugs that serve them.
//!
//! These are the services that a bridge consists of. The type `Bridge`, which starts and owns them, is in crate
//! `cordboard`.
//!
//! It must not depend on a server or on a store engine: `cordboard-server` passes requests to it, and it reaches the
//! store through the trait of `cordboard-store`.
//!
//! Start reading at [`flow`], which has both flows.

pub mod app_settings;
pub mod clock;
pub mod counters;
pub mod events;
pub mod flow;
pub mod lifecycle;
pub mod random;
mod rate_limiter;
pub mod registry;
pub mod throttle;
pub mod topology;
