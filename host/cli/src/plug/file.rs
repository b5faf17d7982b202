//! Opens a plug by name or file.

use std::fmt::Display;
use std::fs::File;
use std::io::Read;

use crate::CliError;
use crate::terminal::plain;
use cordboard::config::nearest;
use cordboard::plug::{Engine, Options, builtin};

/// Reads the component of a plug, and creates an engine that runs one call at a time.
///
/// # Errors
/// Fails if there is no such plug or file, or if the file is too large.
pub(super) fn open(plug: &str) -> Result<(Engine, Vec<u8>), CliError> {
    let mut options = Options::default();
    (options.lean.slots, options.roomy.slots) = (1, 1);
    let file = match builtin::find(plug) {
        Some(file) => file.to_vec(),
        None => read(plug, options.max_file_bytes as u64).map_err(|why| error(plug, why))?,
    };
    let engine = Engine::new(&options)?;
    Ok((engine, file))
}

/// Prefixes an error with the plug's name.
pub(super) fn error(plug: &str, why: impl Display) -> CliError {
    CliError::new(format!("{}: {why}", plain(&plug.chars().take(200).collect::<String>())))
}

/// Reads a file. The error does not include its path.
fn read(path: &str, max_bytes: u64) -> Result<Vec<u8>, CliError> {
    let file = match std::fs::metadata(path) {
        // Opening a named pipe would block until something writes to it.
        Ok(kind) if !kind.is_file() => return Err(CliError::new("not a regular file")),
        Ok(_) => File::open(path),
        Err(error) => Err(error),
    };
    let mut bytes = Vec::new();
    file.and_then(|file| file.take(max_bytes + 1).read_to_end(&mut bytes)).map_err(|error| missing(path, &error))?;
    if bytes.len() as u64 > max_bytes {
        return Err(CliError::new(format!(
            "the file exceeds {max_bytes} bytes, the limit for plugs: build it for size"
        )));
    }
    Ok(bytes)
}

fn missing(path: &str, error: &std::io::Error) -> CliError {
    let names = || builtin::ALL.iter().map(|plug| plug.name);
    CliError::new(match nearest(path, names()) {
        Some(meant) => format!("no such plug or file: did you mean `{meant}`?"),
        None => format!(
            "neither a built-in plug nor a readable file ({error}): use one of {}, or correct the path",
            names().collect::<Vec<_>>().join(", ")
        ),
    })
}
