//! How much a plug may have its host remember: what it asks to be kept, and what it asks to be captured, alike.

use crate::types::effect::Effect;

const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 16 << 10;
const MAX_STATE_ENTRIES: usize = 128;

/// Whether a connection that has state entries with the keys `stored` may remember what comes of this effect too.
pub fn effect_fits<'a>(stored: impl ExactSizeIterator<Item = &'a str> + Clone, effect: &Effect) -> bool {
    match effect {
        Effect::SetState(entries) => {
            entries.iter().all(|entry| value_fits(&entry.value))
                && keys_fit(stored, entries.iter().map(|entry| entry.key.as_str()))
        }
        Effect::Call(request) => keys_fit(stored, request.captures.iter().map(|capture| capture.key.as_str())),
        Effect::DeleteState(keys) => keys.len() <= MAX_STATE_ENTRIES && keys.iter().all(|key| key.len() <= MAX_KEY),
    }
}

/// Whether a state entry's value is short enough to be kept.
pub fn value_fits(value: &str) -> bool {
    value.len() <= MAX_VALUE
}

fn keys_fit<'a, 'b>(
    stored: impl ExactSizeIterator<Item = &'a str> + Clone,
    keys: impl ExactSizeIterator<Item = &'b str> + Clone,
) -> bool {
    // What takes the place of another state entry is no more than that was.
    let new = || keys.clone().filter(|key| !stored.clone().any(|other| other == *key)).count();
    keys.len() <= MAX_STATE_ENTRIES
        && keys.clone().all(|key| key.len() <= MAX_KEY)
        && stored.len() + new() <= MAX_STATE_ENTRIES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::effect::{Capture, Method, OutboundRequest, StateEntry};

    fn set_state(keys: &[&str], value: &str) -> Effect {
        let entry = |key: &&str| StateEntry { key: (*key).to_owned(), value: value.to_owned(), expires_at: None };
        Effect::SetState(keys.iter().map(entry).collect())
    }

    fn capture(keys: &[&str]) -> Effect {
        let capture =
            |key: &&str| Capture { pointer: "/token".to_owned(), key: (*key).to_owned(), expires_in_pointer: None };
        Effect::Call(OutboundRequest {
            method: Method::Get,
            url: Vec::new(),
            headers: Vec::new(),
            basic: None,
            body: Vec::new(),
            captures: keys.iter().map(capture).collect(),
            idempotent: true,
        })
    }

    #[test]
    fn no_more_is_deleted_than_may_be_stored() {
        let fits = |keys: Vec<String>| effect_fits([].into_iter(), &Effect::DeleteState(keys));
        assert!(fits(vec!["k".repeat(MAX_KEY); MAX_STATE_ENTRIES]));
        assert!(!fits(vec![String::new(); MAX_STATE_ENTRIES + 1]));
        assert!(!fits(vec!["k".repeat(MAX_KEY + 1)]));
    }

    #[test]
    fn state_is_bounded_whichever_way_it_is_filled() {
        let names: Vec<String> = (0..MAX_STATE_ENTRIES).map(|number| number.to_string()).collect();
        let fits = |stored: usize, effect: &Effect| effect_fits(names[..stored].iter().map(String::as_str), effect);
        let long = "k".repeat(MAX_KEY + 1);
        for asks in [|keys: &[&str]| set_state(keys, ""), capture as fn(&[&str]) -> Effect] {
            assert!(fits(MAX_STATE_ENTRIES - 1, &asks(&["new"])));
            assert!(!fits(MAX_STATE_ENTRIES, &asks(&["new"])));
            assert!(!fits(MAX_STATE_ENTRIES - 1, &asks(&["new", "newer"])));
            assert!(fits(MAX_STATE_ENTRIES, &asks(&["0", "1"])), "what is there is replaced");
            assert!(fits(0, &asks(&[long.split_at(1).1])));
            assert!(!fits(0, &asks(&[&long])));
            assert!(!fits(0, &asks(&vec!["same"; MAX_STATE_ENTRIES + 1])));
        }
        assert!(fits(0, &set_state(&["a"], &"v".repeat(MAX_VALUE))));
        assert!(!fits(0, &set_state(&["a"], &"v".repeat(MAX_VALUE + 1))));
    }
}
