//! Builds the hostile plugs.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = ["guest/core", "guest/plug", "tests/hostile", "wit"];
    match cordboard_build::components(&root, &["cordboard-hostile", "cordboard-hostile-crm"], &sources) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
