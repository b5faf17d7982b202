//! Builds the plugs that are part of the host.

use std::path::Path;
use std::process::ExitCode;

const PLUGS: [&str; 6] = [
    "cordboard-directory",
    "cordboard-hubspot",
    "cordboard-iotum",
    "cordboard-jitsi",
    "cordboard-phonebook",
    "cordboard-veeting",
];

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match cordboard_build::components(&root, &PLUGS, &["guest", "wit"]) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
