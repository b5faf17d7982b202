//! How texts are compared: ASCII without regard to case, and a blank as forms write it.

/// A byte, as it is compared.
pub(super) fn fold(byte: u8) -> u8 {
    match byte {
        // In a form a plus is a blank; taken for one everywhere, it is found in both senses.
        b'+' => b' ',
        byte => byte.to_ascii_lowercase(),
    }
}

/// A text, as it is compared: of the same length.
pub(super) fn folded(text: &[u8]) -> Vec<u8> {
    text.iter().copied().map(fold).collect()
}
