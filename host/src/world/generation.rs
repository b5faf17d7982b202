//! A plug with all that it works with.

use crate::egress::Grants;
use crate::plug::Plug;

use super::{Bound, Pace};

/// A plug with its settings, secrets and grants. Never changed: whoever wants it otherwise makes another.
#[derive(Debug)]
pub struct Generation {
    /// Counts up from 1 for each connection or app.
    pub number: u64,
    /// The plug.
    pub plug: Plug,
    /// Its settings and secrets.
    pub bound: Bound,
    /// Names of the signatures that its owner takes; none: all that the plug describes.
    pub accept_signatures: Option<Vec<String>>,
    /// What it may reach.
    pub grants: Grants,
    /// How it has been doing.
    pub pace: Pace,
}
