//! Conformance tests for plugs: checks what a contract requires of every plug, whatever its vendor.
//!
//! The program runs them for plug authors and when a plug is pushed. They must not depend on a network, a store or a
//! vendor's plug, and the library `cordboard` must not depend on them: it takes the self-test as an option
//! ([`LibraryOptions::self_test`](cordboard::plug::LibraryOptions::self_test)).
//!
//! [`quick`] is the self-test at admission, which uses plain inputs and takes milliseconds. [`full`] runs all checks of
//! a plug's contract ([`checks_of`]) and tells its author what to fix. Neither needs a network: the [`TestRun`] plays the
//! host, and answers the plug's requests as a healthy vendor would ([`Samples`]) and as a faulty one might
//! (`fault_scenario`).
//!
//! A check is a function of a test run, in `checks`. Most checks examine the results of all operations under all faults
//! (`transcript`) or of many webhook requests (`payloads`). The bounds on results are in
//! [`rules`](cordboard::plug::rules).

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

pub use checks::{Check, checks_of};
pub use quick::{quick, self_test};
pub use report::{Fault, Finding, Report, Verdict};
pub use samples::Samples;
pub use setup::{Setup, SetupError};
pub use test_run::TestRun;

/// Runs all checks of the plug's contract. This takes about a second for a lean plug, and longer for a slower one.
pub fn full(plug: &Plug, setup: &Setup) -> Report {
    let test_run = TestRun::new(plug, setup);
    Report { findings: checks_of(plug.role()).map(|check| check.run(&test_run)).collect() }
}
