//! Ids that nobody can guess.

use cordboard_core::hex;

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
