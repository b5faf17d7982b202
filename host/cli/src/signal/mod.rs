//! Signal handling.

mod shutdown;
mod sighup;

pub use shutdown::Shutdown;
pub use sighup::Sighup;
