//! Builds the hostile and the careless plugs.

use std::process::ExitCode;

const PLUGS: [&str; 5] = [
    "cordboard-careless-crm",
    "cordboard-careless-provider",
    "cordboard-careless-telephony",
    "cordboard-hostile",
    "cordboard-hostile-crm",
];

fn main() -> ExitCode {
    cordboard_build::run(&PLUGS, &["guest/core", "host/core", "guest/plug", "tests/careless", "tests/hostile", "wit"])
}
