//! Carries out commands with the plugs of accounts. `dispatch` passes a command to its function, such as `create`, which
//! loads the plug's input and begins an operation; `execute` runs it. [`cordboard_core::command`] has what the commands
//! mean.

mod caller;
mod commands;
pub mod conference;
mod create;
mod delete;
mod dispatch;
mod execute;
mod numbers;
mod result;
mod update;
mod update_keys;
mod user;

pub use caller::Caller;
pub use commands::Commands;
pub use delete::delete;
pub use dispatch::dispatch;
pub use execute::execute;
pub use result::{CommandResult, interrupted};
