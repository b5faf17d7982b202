//! Random bytes and ids.

use cordboard_core::hex;

/// Returns 16 random bytes from the system. Ids are this long because a CRM's delete carries nothing but the id.
///
/// # Errors
/// Returns an error if the system has no randomness.
pub fn random_bytes() -> Result<[u8; 16], getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Returns a random id: 32 lower-case hexadecimal digits.
///
/// # Errors
/// Returns an error if the system has no randomness.
pub fn random_id() -> Result<String, getrandom::Error> {
    Ok(hex(&random_bytes()?))
}
