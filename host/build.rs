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
    // Not all of `guest`: what is built in its templates concerns nobody here.
    let plugs = PLUGS.map(|package| package.replacen("cordboard-", "guest/", 1));
    let sources = plugs.iter().map(String::as_str).chain(["guest/core", "guest/plug", "wit"]);
    match cordboard_build::components(&root, &PLUGS, &sources.collect::<Vec<_>>()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
