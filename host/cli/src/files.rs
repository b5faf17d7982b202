//! Reads files that the command line names.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Reads a regular file of at most `max` bytes.
///
/// # Errors
/// Fails if the file cannot be read, is a directory or a device, or with [`ErrorKind::FileTooLarge`].
pub(super) fn read(path: &Path, max: u64) -> io::Result<Vec<u8>> {
    // Opening a named pipe would block until something writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(max + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > max {
        true => Err(io::Error::new(ErrorKind::FileTooLarge, format!("it exceeds {max} bytes"))),
        false => Ok(bytes),
    }
}
