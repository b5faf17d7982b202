//! Limits on the events of a webhook request.

use super::MAX_ID;
use super::size::event_bytes;
use crate::types::meeting_event::{EventData, MeetingEvent};

const MAX_EVENTS: usize = 1000;
/// Resolving each alias takes queries for events and conferences.
const MAX_ALIASES: usize = 64;

/// Maximum size of all events from one request: twice the maximum size of the request, since several events may repeat
/// the same text.
const MAX_BYTES: usize = 2 << 20;

/// Maximum length of a dedupe key in bytes. Longer ones are ignored.
pub const MAX_DEDUPE_KEY: usize = 256;

/// Checks the events that a plug read from a request.
///
/// # Errors
/// If there are too many, they are too large together, or an id is too long.
pub fn events(events: &[MeetingEvent]) -> Result<(), String> {
    if events.len() > MAX_EVENTS {
        return Err(format!("it returns more than {MAX_EVENTS} events for one request"));
    }
    if events.iter().map(event_bytes).sum::<usize>() > MAX_BYTES {
        return Err(format!("its events for one request have more than {MAX_BYTES} bytes in total"));
    }
    let aliases = events.iter().filter(|event| matches!(event.data, EventData::Alias(_))).count();
    if aliases > MAX_ALIASES {
        return Err(format!("it returns more than {MAX_ALIASES} aliases for one request"));
    }
    events.iter().try_for_each(ids)
}

/// Ids are looked up, so a long one would cost more than the event that holds it.
fn ids(event: &MeetingEvent) -> Result<(), String> {
    let id = event.conference.as_ref().map(|conference| &conference.id);
    let original = if let EventData::Alias(original) = &event.data { Some(original) } else { None };
    if id.into_iter().chain(original).any(|id| id.len() > MAX_ID) {
        return Err(format!("it returns a conference id of more than {MAX_ID} bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::meeting_event::{ConferenceRef, Organization};

    fn alias(id: &str, original: &str) -> MeetingEvent {
        MeetingEvent {
            source_event: "renamed".to_owned(),
            occurred_at: None,
            conference: Some(ConferenceRef { id: id.to_owned(), code: None }),
            organization: Organization { company: None, host: None },
            data: EventData::Alias(original.to_owned()),
            dedupe_key: None,
            extras: Vec::new(),
        }
    }

    #[test]
    fn total_size_is_bounded() {
        let said = |bytes: usize| MeetingEvent { source_event: "x".repeat(bytes), ..alias("a", "b") };
        assert_eq!(events(&[said(MAX_BYTES - 100)]), Ok(()));
        let too_long = |events_of: &[MeetingEvent]| events(events_of).is_err_and(|why| why.contains("bytes in total"));
        assert!(too_long(&[said(MAX_BYTES)]));
        assert!(too_long(&[said(MAX_BYTES / 2), said(MAX_BYTES / 2)]));
        let empty = MeetingEvent { extras: vec![(String::new(), String::new()); MAX_BYTES / 16], ..said(0) };
        assert!(too_long(&[empty]), "empty list items count too");
    }

    #[test]
    fn counts_and_ids_are_bounded() {
        let longest = "i".repeat(MAX_ID);
        let right = alias(&longest, &longest);
        assert_eq!(events(&vec![right.clone(); MAX_ALIASES]), Ok(()));
        assert!(events(&vec![right.clone(); MAX_ALIASES + 1]).is_err_and(|why| why.contains("64 aliases")));
        assert!(events(&vec![right; MAX_EVENTS + 1]).is_err_and(|why| why.contains("1000 events")));
        assert_eq!(events(&[alias("a", "b")]), Ok(()));
        let longer = "i".repeat(MAX_ID + 1);
        for event in [alias(&longer, ""), alias("", &longer)] {
            assert!(events(&[event]).is_err_and(|why| why.contains("512 bytes")));
        }
    }
}
