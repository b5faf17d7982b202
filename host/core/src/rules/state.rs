//! Limits on stored state. Entries set by the plug and captured entries count alike.

use crate::types::effect::Effect;

const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 16 << 10;
const MAX_STATE_ENTRIES: usize = 128;

/// Whether this effect's state fits on a connection that already has entries with the keys `stored`.
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

/// Whether the value of a state entry is short enough to store.
pub fn value_fits(value: &str) -> bool {
    value.len() <= MAX_VALUE
}

fn keys_fit<'a, 'b>(
    stored: impl ExactSizeIterator<Item = &'a str> + Clone,
    keys: impl ExactSizeIterator<Item = &'b str> + Clone,
) -> bool {
    // Replacing an entry does not add one.
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
    fn deletions_are_bounded() {
        let fits = |keys: Vec<String>| effect_fits([].into_iter(), &Effect::DeleteState(keys));
        assert!(fits(vec!["k".repeat(MAX_KEY); MAX_STATE_ENTRIES]));
        assert!(!fits(vec![String::new(); MAX_STATE_ENTRIES + 1]));
        assert!(!fits(vec!["k".repeat(MAX_KEY + 1)]));
    }

    #[test]
    fn stored_and_captured_state_is_bounded() {
        let names: Vec<String> = (0..MAX_STATE_ENTRIES).map(|number| number.to_string()).collect();
        let fits = |stored: usize, effect: &Effect| effect_fits(names[..stored].iter().map(String::as_str), effect);
        let long = "k".repeat(MAX_KEY + 1);
        for effect in [|keys: &[&str]| set_state(keys, ""), capture as fn(&[&str]) -> Effect] {
            assert!(fits(MAX_STATE_ENTRIES - 1, &effect(&["new"])));
            assert!(!fits(MAX_STATE_ENTRIES, &effect(&["new"])));
            assert!(!fits(MAX_STATE_ENTRIES - 1, &effect(&["new", "newer"])));
            assert!(fits(MAX_STATE_ENTRIES, &effect(&["0", "1"])), "existing entries are replaced");
            assert!(fits(0, &effect(&[long.split_at(1).1])));
            assert!(!fits(0, &effect(&[&long])));
            assert!(!fits(0, &effect(&vec!["same"; MAX_STATE_ENTRIES + 1])));
        }
        assert!(fits(0, &set_state(&["a"], &"v".repeat(MAX_VALUE))));
        assert!(!fits(0, &set_state(&["a"], &"v".repeat(MAX_VALUE + 1))));
    }
}
