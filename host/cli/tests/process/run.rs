//! Runs commands to their end.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The output and the exit code of a command.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Self { code: output.status.code(), out, err }
    }

    /// Asserts the exit code.
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self
    }

    /// Returns stdout as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// Returns stdout and stderr.
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// Returns a command that runs the program in a folder, with this log level.
pub fn cordboard(folder: &Path, log: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
    command.args(words).current_dir(folder).env("NO_COLOR", "1").env("RUST_LOG", log).stdin(Stdio::null());
    command
}

/// Runs a command.
pub fn run(mut command: Command) -> Ran {
    Ran::of(command.output().unwrap())
}
