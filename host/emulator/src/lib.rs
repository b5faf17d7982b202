//! Stand-ins for services, for development and tests.
//!
//! They share no code with the bridge: what they sign, they sign by another library, so that an error in one is seen by
//! the other.

pub mod hubspot;
