//! Emulators of vendors' services, for development and tests.
//!
//! They must not depend on any other crate of this workspace. In particular they sign with another library than the
//! bridge, so that each implementation catches bugs in the other.

pub mod hubspot;
