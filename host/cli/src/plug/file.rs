//! Opens a plug by name or file.

use std::fmt::Display;
use std::io::ErrorKind;

use crate::terminal::plain;
use crate::{CliError, files};
use cordboard::config::nearest;
use cordboard::plug::{Engine, EngineError, Options, builtin};

/// Creates an engine that runs one call at a time.
pub(crate) fn engine() -> Result<Engine, EngineError> {
    let mut options = Options::default();
    (options.lean.slots, options.roomy.slots) = (1, 1);
    Engine::new(&options)
}

/// Reads the component of a plug, and creates an engine for it.
///
/// # Errors
/// Fails if there is no such plug or file, or if the file is too large.
pub(crate) fn open(plug: &str) -> Result<(Engine, Vec<u8>), CliError> {
    let engine = engine()?;
    let file = match builtin::find(plug) {
        Some(file) => file.to_vec(),
        None => read(plug, engine.max_file_bytes() as u64).map_err(|why| error(plug, why))?,
    };
    Ok((engine, file))
}

/// Prefixes an error with the plug's name.
pub(super) fn error(plug: &str, why: impl Display) -> CliError {
    CliError::new(format!("{}: {why}", plain(&plug.chars().take(200).collect::<String>())))
}

/// Reads a file. The error does not include its path.
fn read(path: &str, max_bytes: u64) -> Result<Vec<u8>, CliError> {
    let names = || builtin::ALL.iter().map(|plug| plug.name);
    files::read(path.as_ref(), max_bytes).map_err(|error| {
        CliError::new(match nearest(path, names()) {
            _ if error.kind() == ErrorKind::FileTooLarge => {
                format!("the file exceeds {max_bytes} bytes, the limit for plugs: build it for size")
            }
            Some(meant) => format!("no such plug or file: did you mean `{meant}`?"),
            None => format!(
                "neither a built-in plug nor a readable file ({error}): use one of {}, or correct the path",
                names().collect::<Vec<_>>().join(", ")
            ),
        })
    })
}
