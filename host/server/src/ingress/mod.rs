//! HTTP from the CRM and providers: routing, and limits of size and time. The flows interpret requests.

mod path;

pub use path::{BodyLimits, Ingress, app_path, ingest_path, router};
