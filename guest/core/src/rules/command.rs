//! What a CRM's plug reads out of a request.

use crate::types::conference::{Meeting, Person};

/// The longest text, in bytes: no CRM has such titles, and a request may be filled with one.
const MAX_TEXT: usize = 256 << 10;

/// Checks a text of a command.
///
/// # Errors
/// Where it is too long.
pub fn text(text: &str) -> Result<(), String> {
    if text.len() <= MAX_TEXT {
        return Ok(());
    }
    Err(format!("it reads a text of more than {MAX_TEXT} bytes out of a request"))
}

/// Checks the meeting that a conference is wanted for.
///
/// # Errors
/// Where a text is too long.
pub fn meeting(meeting: &Meeting) -> Result<(), String> {
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let texts = [Some(&meeting.topic), Some(user), meeting.source.as_ref()];
    texts.into_iter().flatten().try_for_each(|each| text(each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_meeting_are_bounded() {
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
