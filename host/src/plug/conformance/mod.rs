//! What any plug of a contract must do, whatever its vendor.
//!
//! [`quick`] is the self-test of admission: plain inputs, milliseconds. [`full`] runs all [`CHECKS`] of a plug's contract
//! and tells its author what to mend. No network is needed: the [`Trial`] stands in for the host, and answers the plug's
//! requests as the vendor would when all is well ([`Samples`]), and as nobody should (`weather`).
//!
//! A check is a function of a trial, in `checks`. Most look at what all operations gave in all weathers (`course`), or at
//! what became of many deliveries (`bodies`); what a result may be is in [`rules`](super::rules).

mod ask;
mod bodies;
mod checks;
mod course;
mod form;
mod inputs;
mod operation;
mod quick;
mod report;
mod samples;
mod setup;
mod trial;
mod weather;

use super::call::Plug;

pub use checks::{CHECKS, Check, checks_of};
pub use quick::quick;
pub use report::{Fault, Finding, Report, Verdict};
pub use samples::Samples;
pub use setup::{Setup, SetupError};
pub use trial::Trial;

/// Runs all checks of the plug's contract. Takes a second for a lean plug, and longer the more a call costs.
pub fn full(plug: &Plug, setup: &Setup) -> Report {
    let trial = Trial::new(plug, setup);
    Report { findings: checks_of(plug.role()).map(|check| check.run(&trial)).collect() }
}
