//! Runs plug operations. A [`Run`] calls the plug and performs its effects, an [`Executor`] has what that needs, and the
//! journal has what a crash must not lose.

mod completion;
mod executor;
mod in_doubt;
pub mod invocation;
mod journal;
mod record;
mod run;

pub use completion::Completion;
pub use executor::Executor;
pub use invocation::Invocation;
pub use record::{begin, context, json, read};
pub use run::Run;
