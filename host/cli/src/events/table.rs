//! The table of events, 80 columns wide.

use crate::terminal::{self, cut, seconds};
use cordboard::events::{kind, rfc3339};
use cordboard::store::StoredEvent;

/// Minimum width of sequence numbers; longer ones, up to 19 digits, take width from the connection.
const SEQUENCE: usize = 5;
/// Width of sequence number and connection together.
const ENDS: usize = 80 - (2 + TIME) - (2 + KIND) - 2 - (2 + CONFERENCE);
const TIME: usize = 19;
/// The longest kind is `participant.role-changed`.
const KIND: usize = 24;
const CONFERENCE: usize = 10;

/// Formats the heading.
pub(super) fn header() -> String {
    line("SEQ", "RECEIVED (UTC)", "TYPE", "CONNECTION", "CONFERENCE")
}

/// Formats an event as a row. A conference that Cordboard did not create is shown in parentheses, by the provider's ID.
pub(super) fn row(event: &StoredEvent) -> String {
    let time = seconds(&rfc3339(event.event.received_at).unwrap_or_default());
    let conference = match (&event.conference, &event.event.event.conference) {
        (Some(conference), _) => conference.id.clone(),
        (None, Some(external)) => format!("({})", cut(&external.id, CONFERENCE - 2)),
        (None, None) => String::new(),
    };
    let connection = event.event.connection.to_string();
    line(&event.sequence.to_string(), &time, &kind(&event.event.event.data), &connection, &conference)
}

fn line(sequence: &str, time: &str, kind: &str, connection: &str, conference: &str) -> String {
    let sequence = format!("{sequence:>SEQUENCE$}");
    let width = ENDS.saturating_sub(sequence.len());
    terminal::row([sequence.len(), TIME, KIND, width, CONFERENCE], [&sequence, time, kind, connection, conference])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::show::tests::stored;
    use cordboard::contract::meeting_event::{ConferenceRef, EventData, ParticipantChange, ParticipantChanged, Venue};

    #[test]
    fn rows_show_time_type_connection_and_conference() {
        assert_eq!(header(), "  SEQ  RECEIVED (UTC)       TYPE                      CONNECTION      CONFERENCE\n");
        assert_eq!(
            row(&stored()),
            "   12  2022-08-24 20:56:55  session.started           123123/portal   ccccccccc…\n"
        );
        let mut theirs = stored();
        theirs.conference = None;
        assert!(row(&theirs).ends_with("  123123/portal   (1258835)\n"), "{}", row(&theirs));
        theirs.event.event.conference = None;
        assert!(row(&theirs).ends_with("  123123/portal\n"), "{}", row(&theirs));
    }

    #[test]
    fn rows_fit_80_columns_for_any_content() {
        let mut event = stored();
        event.conference = None;
        for (sequence, account, name, provider_id) in [
            (i64::MAX as u64, u64::MAX, "n".repeat(64), "日本日本日本".to_owned()),
            (999_999, 123_123, "portal-of-the-company".to_owned(), "\u{1b}[2J\u{202e}".to_owned()),
            (1, 1, String::new(), "é".repeat(500)),
        ] {
            event.sequence = sequence;
            event.event.received_at = sequence;
            event.event.connection.account = account.into();
            event.event.connection.name = name;
            event.event.event.conference = Some(ConferenceRef { id: provider_id, code: None });
            event.event.event.data = EventData::Participant(ParticipantChanged {
                id: None,
                name: None,
                email: None,
                role: None,
                venue: Venue::Conference,
                change: ParticipantChange::RoleChanged,
                join_url: None,
            });
            let row = row(&event);
            let line = row.strip_suffix('\n').unwrap();
            assert!(line.chars().count() <= 80, "{line}");
            assert!(line.chars().all(|char| char == '…' || char == ' ' || char.is_ascii_graphic()), "{line}");
        }
        assert!(header().trim_end().len() <= 80);
    }
}
