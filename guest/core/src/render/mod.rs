//! Completing what plugs want sent, at the last moment before it leaves, and taking secrets out of what comes back.
//!
//! A plug names a secret and never sees it: [`render`] puts secrets and proofs into its texts, [`basic`] makes HTTP
//! Basic of two settings, [`seal`] blanks the parts of an answer that the plug must not see, and [`Hidden`] takes secrets
//! out of the rest. [`host_allowed`], [`header_name_ok`] and [`header_value_ok`] are the checks that
//! follow once all pieces are in.

mod escape;
mod header;
#[cfg(feature = "host")]
mod hide;
mod hosts;
mod pieces;
mod proof;
#[cfg(feature = "host")]
mod seal;

pub use escape::escape;
pub use header::{header_is_hosts, header_name_ok, header_value_ok};
#[cfg(feature = "host")]
pub use hide::Hidden;
pub use hosts::{Host, host_allowed, hosts};
pub use pieces::{Keys, RenderError, basic, render};
pub use proof::{encode, prove};
#[cfg(feature = "host")]
pub use seal::{Sealed, seal};
