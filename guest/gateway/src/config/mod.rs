//! The configuration, read from Spin variables.

mod accounts;
mod app;
mod connection;
mod unique_map;

pub use accounts::{Accounts, ConnectionConfig, Role};
pub use app::{App, public_url};
pub use connection::Connection;
