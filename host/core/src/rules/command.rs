//! Limits on commands.

use crate::types::conference::{Meeting, Person};

/// Maximum length of a text in bytes. No CRM has titles this long, but a request may consist of one.
const MAX_TEXT: usize = 256 << 10;

/// Checks a text in a command.
///
/// # Errors
/// If it is too long.
pub fn text(text: &str) -> Result<(), String> {
    if text.len() <= MAX_TEXT {
        return Ok(());
    }
    Err(format!("it returns a text of more than {MAX_TEXT} bytes"))
}

/// Checks the meeting in a command.
///
/// # Errors
/// If a text is too long.
pub fn meeting(meeting: &Meeting) -> Result<(), String> {
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let texts = [Some(&meeting.topic), Some(user), meeting.source.as_ref()];
    texts.into_iter().flatten().try_for_each(|each| text(each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meeting_texts_are_bounded() {
        let of = |topic: usize, user: usize, source: usize| Meeting {
            topic: "t".repeat(topic),
            start: 0,
            end: 0,
            user_id: 0,
            user: Person::Email("u".repeat(user)),
            account_id: 0,
            source: Some("s".repeat(source)),
        };
        assert_eq!(meeting(&of(MAX_TEXT, MAX_TEXT, MAX_TEXT)), Ok(()));
        for wrong in [of(MAX_TEXT + 1, 0, 0), of(0, MAX_TEXT + 1, 0), of(0, 0, MAX_TEXT + 1)] {
            assert!(meeting(&wrong).is_err());
        }
    }
}
