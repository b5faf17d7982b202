//! `spin build` calls this: it builds what `spin.toml` names.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().unwrap_or(root);
    println!("Building plugs and gateways; the first time this takes some minutes.");
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
