//! What the owner configured, in Spin's variables.

mod accounts;
mod app;
mod connection;
mod once_each;

pub use accounts::{Accounts, Plugged, Role};
pub use app::{App, public_url};
pub use connection::Connection;
