//! Other versions of the built-in plugs.

use cordboard::plug::builtin;

/// A text of the built-in Jitsi plug, in the details of a conference.
pub const FIRST: &str = "Join the video conference:";
/// The same text in another version of the plug.
pub const SECOND: &str = "Join the VIDEO conference:";

/// Returns a built-in plug in which all occurrences of a text are replaced by another of the same length.
///
/// # Panics
/// Panics if the text does not occur, or the lengths differ.
pub fn with_text(plug: &str, text: &str, other: &str) -> Vec<u8> {
    assert_eq!(text.len(), other.len(), "the component's offsets must stay");
    let mut file = builtin::find(plug).expect("a built-in plug").to_vec();
    let places: Vec<usize> = file
        .windows(text.len())
        .enumerate()
        .filter(|(_, window)| *window == text.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "{plug} has no “{text}” in it");
    for at in places {
        file[at..at + other.len()].copy_from_slice(other.as_bytes());
    }
    file
}

/// Returns a built-in plug with another digest: it has one more custom section.
pub fn numbered(plug: &str, number: u32) -> Vec<u8> {
    let mut file = builtin::find(plug).expect("a built-in plug").to_vec();
    let name = b"number";
    let content: Vec<u8> =
        [&[u8::try_from(name.len()).expect("a short name")], name.as_slice(), &number.to_le_bytes()].concat();
    file.push(0);
    file.push(u8::try_from(content.len()).expect("a short section"));
    file.extend(content);
    file
}
