//! HTTP from the CRM and providers: routing, and limits of size and time. The flows interpret requests.

mod path;
mod response;

pub use crate::connection::{Connections, PRIVATE_NETWORKS, PeerLimit, ServeLimits, serve, serve_counted};
pub use crate::operators::operators;
pub use path::{BodyLimits, Ingress, app_path, ingest_path, router};

pub(crate) use path::layers;
pub(crate) use response::{response, unread_response};
