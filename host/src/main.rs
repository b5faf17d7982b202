//! The `cordboard` program; all that it does is in the library's [`cordboard::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    cordboard::cli::main()
}
