//! Conformance tests for plugs: what any plug of a contract must do, whatever its vendor. A developer's tool; the library
//! does not depend on it.
//!
//! [`quick`] is the self-test of admission: plain inputs, milliseconds. [`full`] runs all [`CHECKS`] of a plug's contract
//! and tells its author what to fix. No network is needed: the [`TestRun`] stands in for the host, and answers the plug's
//! requests as the vendor would when all is well ([`Samples`]), and as nobody should (`scenario`).
//!
//! A check is a function of a test run, in `checks`. Most look at what all operations gave under all faults (`transcript`), or at
//! what became of many deliveries (`payloads`); what a result may be is in [`rules`](cordboard::plug::rules).

mod checks;
mod fault_scenario;
mod inputs;
mod operation;
mod payloads;
mod quick;
mod report;
mod samples;
mod setup;
mod step;
mod test_run;
mod transcript;
mod validation;

use cordboard::plug::Plug;

pub use checks::{CHECKS, Check, checks_of};
pub use quick::{quick, self_test};
pub use report::{Fault, Finding, Report, Verdict};
pub use samples::Samples;
pub use setup::{Setup, SetupError};
pub use test_run::TestRun;

/// Runs all checks of the plug's contract. Takes a second for a lean plug, and longer the more a call costs.
pub fn full(plug: &Plug, setup: &Setup) -> Report {
    let test_run = TestRun::new(plug, setup);
    Report { findings: checks_of(plug.role()).map(|check| check.run(&test_run)).collect() }
}
