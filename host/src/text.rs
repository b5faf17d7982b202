//! Words of others, made fit for a line of ours.

/// The first `most` characters in one line: every control character is a space.
pub(crate) fn line(text: &str, most: usize) -> String {
    text.chars().take(most).map(|char| if char.is_control() { ' ' } else { char }).collect()
}
