//! Ids that nobody can guess.

use std::fmt::Write;

/// 16 random bytes from the system; an id is 128 bits because a delete carries nothing else.
///
/// # Errors
/// Where the system has none.
pub fn random_bytes() -> Result<[u8; 16], getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// 32 lower-case hexadecimal digits.
///
/// # Errors
/// Where the system has no randomness.
pub fn random_id() -> Result<String, getrandom::Error> {
    Ok(hex(&random_bytes()?))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
