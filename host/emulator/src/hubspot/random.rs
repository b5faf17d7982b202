//! Names that nobody guesses.

use std::fmt::Write;

use super::Error;

/// 32 hexadecimal digits: 128 random bits.
///
/// # Errors
/// Where the system gives no randomness.
pub fn token() -> Result<String, Error> {
    Ok(hex(&bytes()?))
}

/// A random UUID (version 4) in its common form.
///
/// # Errors
/// Where the system gives no randomness.
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

/// Bytes in lower-case hexadecimal.
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
    fn a_uuid_says_its_version() {
        let uuid = uuid().unwrap();
        let parts: Vec<_> = uuid.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{uuid}");
        assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
        assert_ne!(uuid, super::uuid().unwrap());
    }
}
