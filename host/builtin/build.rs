//! Builds the plugs that are part of the host.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Not all of `guest`: changes in the templates must not trigger a rebuild.
    let plugs = cordboard_build::PLUGS.map(|package| package.replacen("cordboard-", "guest/", 1));
    let sources = plugs.iter().map(String::as_str).chain(["guest/core", "host/core", "guest/plug", "wit"]);
    cordboard_build::run(&cordboard_build::PLUGS, &sources.collect::<Vec<_>>())
}
