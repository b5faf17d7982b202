//! What a plug's results may be: the rules of [`cordboard_core::rules`], asked with what plugs give here.
//!
//! A result is refused by these rules when it comes, and [`conformance`](super::conformance) holds a plug to the same
//! ones beforehand.

use cordboard_core::rules;

use crate::contract::conference::Conference;
use crate::contract::effect::Effect;
use crate::contract::http::WebhookResponse;
use crate::contract::meeting_event::{Happening, MeetingEvent};

pub use cordboard_core::rules::{MAX_DEDUPE_KEY, MAX_EFFECTS, MAX_EXCHANGED_BYTES, is_id, value_fits};

/// Checks what a plug says it made.
///
/// # Errors
/// Where no CRM could use it.
pub fn conference(made: &Conference) -> Result<(), String> {
    rules::conference(&made.id, &made.join_url, &made.details)
}

/// Checks what a plug made of a delivery.
///
/// # Errors
/// Where there are too many, or an id is too long.
pub fn events(events: &[MeetingEvent]) -> Result<(), String> {
    let ids = events.iter().flat_map(|event| {
        let original = if let Happening::Alias(original) = &event.happening { Some(original) } else { None };
        event.conference.as_ref().map(|conference| &conference.id).into_iter().chain(original)
    });
    rules::events(events.len(), ids.map(String::as_str))
}

/// Whether a connection that has memos with the keys `kept` may remember what comes of this effect too.
pub fn effect_fits<'a>(kept: impl ExactSizeIterator<Item = &'a str> + Clone, effect: &Effect) -> bool {
    match effect {
        Effect::Remember(memos) => {
            memos.iter().all(|memo| value_fits(&memo.value))
                && rules::keys_fit(kept, memos.iter().map(|memo| memo.key.as_str()))
        }
        Effect::Call(request) => rules::keys_fit(kept, request.seals.iter().map(|seal| seal.key.as_str())),
        Effect::Forget(_) => true,
    }
}

/// The headers of a response that are sent, names in lower case; its status is checked too.
///
/// # Errors
/// Where the status is none of the contract's, or a header is not short visible text.
pub fn headers(response: &WebhookResponse) -> Result<Vec<(&'static str, String)>, String> {
    let headers = response.headers.iter().map(|header| (header.name.as_str(), header.value.as_slice()));
    rules::headers(response.status, headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::effect::{Memo, Method, OutboundRequest, Seal};
    use crate::contract::meeting_event::{ConferenceRef, Organization};

    #[test]
    fn both_ids_of_an_alias_are_looked_at() {
        let alias = |id: &str, original: &str| MeetingEvent {
            source_event: "renamed".to_owned(),
            occurred_at: None,
            conference: Some(ConferenceRef { id: id.to_owned(), code: None }),
            organization: Organization { company: None, host: None },
            happening: Happening::Alias(original.to_owned()),
            dedupe_key: None,
            extras: Vec::new(),
        };
        let longer = "i".repeat(rules::MAX_ID + 1);
        assert_eq!(events(&[alias("a", "b")]), Ok(()));
        for event in [alias(&longer, ""), alias("", &longer)] {
            assert!(events(&[event]).is_err());
        }
    }

    #[test]
    fn memory_is_bounded_whichever_way_it_is_filled() {
        let remember =
            |key: &str| Effect::Remember(vec![Memo { key: key.to_owned(), value: String::new(), expires_at: None }]);
        let seal = |key: &str| {
            Effect::Call(OutboundRequest {
                method: Method::Get,
                url: Vec::new(),
                headers: Vec::new(),
                basic: None,
                body: Vec::new(),
                seals: vec![Seal { pointer: "/token".to_owned(), key: key.to_owned(), expires_in_pointer: None }],
                repeatable: true,
            })
        };
        let long = "k".repeat(10_000);
        for effect in [remember(&long), seal(&long)] {
            assert!(!effect_fits([].into_iter(), &effect));
        }
        for effect in [remember("a"), seal("a")] {
            assert!(effect_fits(["a", "b"].into_iter(), &effect));
        }
        let value = Memo { key: "a".to_owned(), value: "v".repeat(100_000), expires_at: None };
        assert!(!effect_fits([].into_iter(), &Effect::Remember(vec![value])));
    }
}
