//! Limits on commands.

use std::str::FromStr;

use crate::types::conference::{Meeting, Person};
use crate::types::crm::Command;
use crate::{AccountId, InvalidId, UserId};

/// Maximum length of a text in bytes. No CRM has titles this long, but a request may consist of one.
const MAX_TEXT: usize = 256 << 10;

/// Checks a command that a CRM plug decoded.
///
/// # Errors
/// If a text is too long, or an id is none.
pub fn command(command: &Command) -> Result<(), String> {
    match command {
        Command::Create(new) => meeting(new),
        Command::Update(change) => meeting(&change.meeting).and_then(|()| text(&change.conference_id)),
        Command::Delete(conference) => text(conference),
        Command::VerifyUser(query) => crm_id::<AccountId>(&query.account_id).and_then(|_| text(&query.email)),
        Command::PhoneNumbers(query) => [&query.app_id, &query.account_id, &query.user_id]
            .into_iter()
            .try_for_each(|id| crm_id::<UserId>(id).map(drop)),
    }
}

fn text(text: &str) -> Result<(), String> {
    if text.len() <= MAX_TEXT {
        return Ok(());
    }
    Err(format!("it returns a text of more than {MAX_TEXT} bytes"))
}

/// Reads an id of the CRM in a command.
///
/// # Errors
/// If the text is no id.
pub fn crm_id<T: FromStr<Err = InvalidId>>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| "it returns an id that is empty, too long or has characters that no id may have".to_owned())
}

fn meeting(meeting: &Meeting) -> Result<(), String> {
    crm_id::<AccountId>(&meeting.account_id)?;
    crm_id::<UserId>(&meeting.user_id)?;
    let (Person::Email(user) | Person::Verified(user)) = &meeting.user;
    let texts = [Some(&meeting.topic), Some(user), meeting.source.as_ref()];
    texts.into_iter().flatten().try_for_each(|each| text(each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meeting_texts_are_bounded_and_ids_are_checked() {
        let of = |topic: usize, user: usize, source: usize| Meeting {
            topic: "t".repeat(topic),
            start: 0,
            end: 0,
            user_id: "7".to_owned(),
            user: Person::Email("u".repeat(user)),
            account_id: "123".to_owned(),
            source: Some("s".repeat(source)),
        };
        assert_eq!(meeting(&of(MAX_TEXT, MAX_TEXT, MAX_TEXT)), Ok(()));
        for wrong in [of(MAX_TEXT + 1, 0, 0), of(0, MAX_TEXT + 1, 0), of(0, 0, MAX_TEXT + 1)] {
            assert!(meeting(&wrong).is_err());
        }
        for id in ["", "a b", &"1".repeat(65)] {
            assert!(meeting(&Meeting { account_id: id.to_owned(), ..of(0, 0, 0) }).is_err(), "{id}");
            assert!(meeting(&Meeting { user_id: id.to_owned(), ..of(0, 0, 0) }).is_err(), "{id}");
        }
    }
}
