//! Builds plugs that no host should have.

use std::path::Path;
use std::process::ExitCode;

const PLUGS: [&str; 5] = [
    "cordboard-careless-crm",
    "cordboard-careless-provider",
    "cordboard-careless-telephony",
    "cordboard-hostile",
    "cordboard-hostile-crm",
];

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = ["guest/core", "guest/plug", "tests/careless", "tests/hostile", "wit"];
    match cordboard_build::components(&root, &PLUGS, &sources) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
