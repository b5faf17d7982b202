//! Names of checks that other modules refer to.

pub const STARTS: &str = "starts";
pub const FAILURES: &str = "failures";
pub const CONFERENCES: &str = "conferences";
pub const USERS: &str = "users";
pub const RECEIPTS: &str = "receipts";
pub const EVENTS: &str = "events";
pub const ANSWERS: &str = "answers";
pub const NUMBERS: &str = "numbers";
