//! Other versions of the built-in plugs: the same components with another text in them.

use cordboard::plug::builtin;

/// The component of a built-in plug in which a text is replaced, everywhere, by one of the same length.
///
/// # Panics
/// Where the text is not in it, or the lengths differ.
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

/// A component that differs from a built-in plug in its digest alone: it has a custom section more.
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
