//! Events of one delivery.

use super::MAX_ID;
use crate::contract::meeting_event::{Happening, MeetingEvent};

const MAX_EVENTS: usize = 1000;

/// The longest dedupe key, in bytes; one that is longer does not count.
pub const MAX_DEDUPE_KEY: usize = 256;

/// Checks what a plug made of a delivery.
///
/// # Errors
/// Where there are too many, or an id is too long.
pub fn events(events: &[MeetingEvent]) -> Result<(), String> {
    if events.len() > MAX_EVENTS {
        return Err(format!("it makes more than {MAX_EVENTS} events of one delivery"));
    }
    events.iter().try_for_each(ids)
}

/// Ids are looked for, so that a long one would cost more than the event that it stands in.
fn ids(event: &MeetingEvent) -> Result<(), String> {
    let id = event.conference.as_ref().map(|conference| &conference.id);
    let original = if let Happening::Alias(original) = &event.happening { Some(original) } else { None };
    if id.into_iter().chain(original).any(|id| id.len() > MAX_ID) {
        return Err(format!("it gives an id of a conference of more than {MAX_ID} bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::meeting_event::{ConferenceRef, Organization};

    fn alias(id: &str, original: &str) -> MeetingEvent {
        MeetingEvent {
            source_event: "renamed".to_owned(),
            occurred_at: None,
            conference: Some(ConferenceRef { id: id.to_owned(), code: None }),
            organization: Organization { company: None, host: None },
            happening: Happening::Alias(original.to_owned()),
            dedupe_key: None,
            extras: Vec::new(),
        }
    }

    #[test]
    fn ids_and_their_number_are_bounded() {
        let longest = "i".repeat(MAX_ID);
        let right = alias(&longest, &longest);
        assert_eq!(events(&vec![right.clone(); MAX_EVENTS]), Ok(()));
        assert!(events(&vec![right; MAX_EVENTS + 1]).is_err_and(|why| why.contains("1000 events")));
        assert_eq!(events(&[alias("a", "b")]), Ok(()));
        let longer = "i".repeat(MAX_ID + 1);
        for event in [alias(&longer, ""), alias("", &longer)] {
            assert!(events(&[event]).is_err_and(|why| why.contains("512 bytes")));
        }
    }
}
