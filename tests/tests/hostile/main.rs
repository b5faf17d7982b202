//! A test for each hostile fixture: it fails one operation, which is reported, stored and logged without secrets, and
//! the neighbor is served.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod around;
mod breaking;
mod calling;
mod loading;
mod log;
mod outside_server;
mod replay;
mod secrets;
mod setup;
mod sizes;

use breaking::*;
use calling::*;
use loading::*;
use replay::asking_differently;
use secrets::*;
use sizes::*;

/// Generates the tests. A fixture without a test does not compile.
mod each {
    use cordboard_tests::fixture_tests;

    cordboard_tests::every_fixture!(fixture_tests);
}
