//! Flat event names.

use super::case;
use crate::types::meeting_event::EventData;

/// A flat name to filter events by, such as `participant.joined`: the contract's name of the subject, and of the
/// change. Ends in `other` if the contract has only the provider's own name for the change.
pub fn kind(data: &EventData) -> String {
    let (subject, change) = match data {
        EventData::Meeting(changed) => ("meeting", case::name(&changed.change)),
        EventData::Session(changed) => ("session", case::name(&changed.change)),
        EventData::Participant(changed) => ("participant", case::name(&changed.change)),
        EventData::Capture(changed) => ("capture", case::name(&changed.change)),
        EventData::Artifact(changed) => ("artifact", case::name(&changed.state)),
        EventData::Attendance(_) => ("attendance", "reported".to_owned()),
        EventData::Call(changed) => ("call", case::name(&changed.status)),
        EventData::Alias(_) => return "alias".to_owned(),
        EventData::Account(notice) => ("account", case::name(notice)),
    };
    format!("{subject}.{change}")
}
