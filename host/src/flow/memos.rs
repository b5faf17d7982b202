//! How much a plug may have its host remember: what it asks to be kept, and what it asks to be sealed, alike.

use crate::contract::effect::{Effect, Memo as PlugMemo};
use crate::store::Memo;

const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 16 << 10;
const MAX_MEMOS: usize = 128;

/// Whether a connection that remembers `memory` may remember what comes of this effect too.
pub(super) fn fits(memory: &[Memo], effect: &Effect) -> bool {
    match effect {
        Effect::Remember(memos) => {
            memos.iter().all(|memo| memo.value.len() <= MAX_VALUE)
                && keys_fit(memory, memos.iter().map(|memo| memo.key.as_str()))
        }
        Effect::Call(request) => keys_fit(memory, request.seals.iter().map(|seal| seal.key.as_str())),
        Effect::Forget(_) => true,
    }
}

/// Whether a sealed part of an answer is short enough to be kept.
pub(super) fn value_fits(value: &str) -> bool {
    value.len() <= MAX_VALUE
}

fn keys_fit<'a>(memory: &[Memo], keys: impl ExactSizeIterator<Item = &'a str> + Clone) -> bool {
    // What takes the place of another memo is no more than that was.
    let new = || keys.clone().filter(|key| !memory.iter().any(|memo| memo.key == *key)).count();
    keys.len() <= MAX_MEMOS && keys.clone().all(|key| key.len() <= MAX_KEY) && memory.len() + new() <= MAX_MEMOS
}

/// A memo as its plug may see it.
pub(super) fn shown(memo: &Memo) -> PlugMemo {
    let value = if memo.sealed { String::new() } else { memo.value.clone() };
    PlugMemo { key: memo.key.clone(), value, expires_at: memo.expires_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::effect::{Method, OutboundRequest, Seal};

    fn kept(count: usize) -> Vec<Memo> {
        (0..count)
            .map(|number| Memo { key: number.to_string(), value: String::new(), sealed: false, expires_at: None })
            .collect()
    }

    fn remember(keys: &[&str], value: &str) -> Effect {
        let memo = |key: &&str| PlugMemo { key: (*key).to_owned(), value: value.to_owned(), expires_at: None };
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
    fn memory_is_bounded_whichever_way_it_is_filled() {
        let long = "k".repeat(MAX_KEY + 1);
        for asks in [|keys: &[&str]| remember(keys, ""), seal as fn(&[&str]) -> Effect] {
            assert!(fits(&kept(MAX_MEMOS - 1), &asks(&["new"])));
            assert!(!fits(&kept(MAX_MEMOS), &asks(&["new"])));
            assert!(!fits(&kept(MAX_MEMOS - 1), &asks(&["new", "newer"])));
            assert!(fits(&kept(MAX_MEMOS), &asks(&["0", "1"])), "what is there is replaced");
            assert!(!fits(&[], &asks(&[&long])));
            assert!(!fits(&[], &asks(&vec!["same"; MAX_MEMOS + 1])));
        }
        assert!(fits(&[], &remember(&["a"], &"v".repeat(MAX_VALUE))));
        assert!(!fits(&[], &remember(&["a"], &"v".repeat(MAX_VALUE + 1))));
        assert!(value_fits(&"v".repeat(MAX_VALUE)) && !value_fits(&"v".repeat(MAX_VALUE + 1)));
    }
}
