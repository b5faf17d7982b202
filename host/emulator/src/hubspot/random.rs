//! Random ids and tokens.

use std::fmt::Write;

use super::Error;

/// Returns 128 random bits as 32 hexadecimal digits.
///
/// # Errors
/// Returns an error if the system provides no random bytes.
pub fn token() -> Result<String, Error> {
    Ok(hex(&bytes()?))
}

/// Returns a random UUID (version 4) in its usual format.
///
/// # Errors
/// Returns an error if the system provides no random bytes.
pub fn uuid() -> Result<String, Error> {
    let bits = (u128::from_be_bytes(bytes()?) & !(0xf << 76 | 0x3 << 62)) | 0x4 << 76 | 0x2 << 62;
    Ok(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        bits >> 80 & 0xffff,
        bits >> 64 & 0xffff,
        bits >> 48 & 0xffff,
        bits & 0xffff_ffff_ffff
    ))
}

/// Formats bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes() -> Result<[u8; 16], Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::Randomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_its_version_and_variant() {
        let uuid = uuid().unwrap();
        let parts: Vec<_> = uuid.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{uuid}");
        assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
        assert_ne!(uuid, super::uuid().unwrap());
    }
}
