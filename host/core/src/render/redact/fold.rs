//! Normalizes text for comparison: ASCII case is ignored, and a plus equals a space.

/// Normalizes a byte.
pub(super) fn fold(byte: u8) -> u8 {
    match byte {
        // Forms write a space as a plus. Treating them as equal everywhere finds both readings.
        b'+' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}

/// Normalizes a text. The length does not change.
pub(super) fn folded(text: &[u8]) -> Vec<u8> {
    text.iter().copied().map(fold).collect()
}
