//! What a plug's reading of a provider's webhook request means.

use serde::{Deserialize, Serialize};

use crate::inbound::{Response, respond};
use crate::resolved_settings::ResolvedSettings;
use crate::rules;
use crate::text::short;
use crate::types::http::Rejection;
use crate::types::meeting_event::MeetingEvent;
use crate::types::provider::Receipt;

/// The verdict on a webhook request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its events are stored.
    Accepted,
    /// It violates its sender's own format.
    Malformed,
    /// The plug does not support its kind. Reprocessed when the plug changes.
    Unsupported,
    /// The plug failed on it. Reprocessed when the plug changes.
    #[serde(rename = "quarantined")]
    DeadLettered,
}

impl Verdict {
    /// Returns the verdict's name in logs, metrics and output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::DeadLettered => "dead-lettered",
        }
    }
}

/// Returns the response to the sender and the events to store, given the plug's result for a request and the settings
/// of its connection.
///
/// # Errors
/// Returns the verdict and its reason if the plug rejected the request, or its result violates the contract.
pub fn read(
    result: Result<Receipt, Rejection>,
    settings: &ResolvedSettings,
) -> Result<(Response, Vec<MeetingEvent>), (Verdict, String)> {
    let Receipt { response, events } = result.map_err(|rejection| match rejection {
        Rejection::Malformed(why) => (Verdict::Malformed, short(&why)),
        Rejection::Unsupported(why) => (Verdict::Unsupported, short(&why)),
    })?;
    let response = rules::events(&events).and_then(|()| respond(&response, settings));
    Ok((response.map_err(|why| (Verdict::DeadLettered, why))?, events))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::MAX_ID;
    use crate::types::http::WebhookResponse;
    use crate::types::meeting_event::{ConferenceRef, EventData, Organization};

    fn receipt(status: u16, conference: &str) -> Receipt {
        let event = MeetingEvent {
            source_event: "renamed".to_owned(),
            occurred_at: None,
            conference: Some(ConferenceRef { id: conference.to_owned(), code: None }),
            organization: Organization { company: None, host: None },
            data: EventData::Alias("a".to_owned()),
            dedupe_key: None,
            extras: Vec::new(),
        };
        Receipt { response: WebhookResponse { status, headers: Vec::new(), body: Vec::new() }, events: vec![event] }
    }

    #[test]
    fn a_result_is_checked_before_it_is_accepted() {
        let verdict = |result| read(result, &ResolvedSettings::default()).map_err(|(verdict, _)| verdict);
        let (response, events) = verdict(Ok(receipt(204, "b"))).unwrap();
        assert_eq!((response.status, events.len()), (204, 1));
        assert_eq!(verdict(Ok(receipt(302, "b"))), Err(Verdict::DeadLettered));
        assert_eq!(verdict(Ok(receipt(204, &"b".repeat(MAX_ID + 1)))), Err(Verdict::DeadLettered));
        assert_eq!(verdict(Err(Rejection::Malformed(String::new()))), Err(Verdict::Malformed));
        assert_eq!(verdict(Err(Rejection::Unsupported(String::new()))), Err(Verdict::Unsupported));
    }
}
