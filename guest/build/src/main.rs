//! Builds the components that `spin.toml` refers to. Called by `spin build`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().unwrap_or(root);
    println!("Building plugs and gateways. The first build takes a few minutes.");
    match cordboard_build::spin(&root) {
        Ok(written) => {
            for (file, bytes) in written {
                println!("{:>9} bytes  {}", bytes, file.strip_prefix(&root).unwrap_or(&file).display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
