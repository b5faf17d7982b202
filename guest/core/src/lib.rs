//! What the host and a gateway share, with no I/O: the contracts' types, the recipe engine that knows senders, and
//! the rendering of what plugs want sent.

pub mod types;
