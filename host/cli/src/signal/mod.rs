//! The signals that the program heeds.

mod shutdown;
mod sighup;

pub use shutdown::Shutdown;
pub use sighup::Sighup;
