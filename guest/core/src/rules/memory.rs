//! How much a plug may have its host remember: what it asks to be kept, and what it asks to be sealed, alike.

use crate::types::effect::Effect;

const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 16 << 10;
const MAX_MEMOS: usize = 128;

/// Whether a connection that has memos with the keys `kept` may remember what comes of this effect too.
pub fn effect_fits<'a>(kept: impl ExactSizeIterator<Item = &'a str> + Clone, effect: &Effect) -> bool {
    match effect {
        Effect::Remember(memos) => {
            memos.iter().all(|memo| value_fits(&memo.value))
                && keys_fit(kept, memos.iter().map(|memo| memo.key.as_str()))
        }
        Effect::Call(request) => keys_fit(kept, request.seals.iter().map(|seal| seal.key.as_str())),
        Effect::Forget(keys) => keys.len() <= MAX_MEMOS && keys.iter().all(|key| key.len() <= MAX_KEY),
    }
}

/// Whether a memo's value is short enough to be kept.
pub fn value_fits(value: &str) -> bool {
    value.len() <= MAX_VALUE
}

fn keys_fit<'a, 'b>(
    kept: impl ExactSizeIterator<Item = &'a str> + Clone,
    keys: impl ExactSizeIterator<Item = &'b str> + Clone,
) -> bool {
    // What takes the place of another memo is no more than that was.
    let new = || keys.clone().filter(|key| !kept.clone().any(|other| other == *key)).count();
    keys.len() <= MAX_MEMOS && keys.clone().all(|key| key.len() <= MAX_KEY) && kept.len() + new() <= MAX_MEMOS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::effect::{Memo, Method, OutboundRequest, Seal};

    fn remember(keys: &[&str], value: &str) -> Effect {
        let memo = |key: &&str| Memo { key: (*key).to_owned(), value: value.to_owned(), expires_at: None };
        Effect::Remember(keys.iter().map(memo).collect())
    }

    fn seal(keys: &[&str]) -> Effect {
        let seal = |key: &&str| Seal { pointer: "/token".to_owned(), key: (*key).to_owned(), expires_in_pointer: None };
        Effect::Call(OutboundRequest {
            method: Method::Get,
            url: Vec::new(),
            headers: Vec::new(),
            basic: None,
            body: Vec::new(),
            seals: keys.iter().map(seal).collect(),
            repeatable: true,
        })
    }

    #[test]
    fn no_more_is_forgotten_than_may_be_kept() {
        let fits = |keys: Vec<String>| effect_fits([].into_iter(), &Effect::Forget(keys));
        assert!(fits(vec!["k".repeat(MAX_KEY); MAX_MEMOS]));
        assert!(!fits(vec![String::new(); MAX_MEMOS + 1]));
        assert!(!fits(vec!["k".repeat(MAX_KEY + 1)]));
    }

    #[test]
    fn memory_is_bounded_whichever_way_it_is_filled() {
        let names: Vec<String> = (0..MAX_MEMOS).map(|number| number.to_string()).collect();
        let fits = |kept: usize, effect: &Effect| effect_fits(names[..kept].iter().map(String::as_str), effect);
        let long = "k".repeat(MAX_KEY + 1);
        for asks in [|keys: &[&str]| remember(keys, ""), seal as fn(&[&str]) -> Effect] {
            assert!(fits(MAX_MEMOS - 1, &asks(&["new"])));
            assert!(!fits(MAX_MEMOS, &asks(&["new"])));
            assert!(!fits(MAX_MEMOS - 1, &asks(&["new", "newer"])));
            assert!(fits(MAX_MEMOS, &asks(&["0", "1"])), "what is there is replaced");
            assert!(fits(0, &asks(&[long.split_at(1).1])));
            assert!(!fits(0, &asks(&[&long])));
            assert!(!fits(0, &asks(&vec!["same"; MAX_MEMOS + 1])));
        }
        assert!(fits(0, &remember(&["a"], &"v".repeat(MAX_VALUE))));
        assert!(!fits(0, &remember(&["a"], &"v".repeat(MAX_VALUE + 1))));
    }
}
