//! Layers around the routes of a connection. `ingress/path.rs` puts them in order.

mod check_framing;
mod keep_busy;
mod request_id;

pub(crate) use check_framing::CheckFraming;
pub(crate) use keep_busy::{KeepBusy, Unread};
pub(crate) use request_id::AssignRequestId;
