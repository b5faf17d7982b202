//! How much a plug may have its host remember: what it asks to be kept, and what it asks to be sealed, alike.

const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 16 << 10;
const MAX_MEMOS: usize = 128;

/// Whether a memo's value is short enough to be kept.
pub fn value_fits(value: &str) -> bool {
    value.len() <= MAX_VALUE
}

/// Whether a connection that has memos with the keys `kept` may have some with `keys` too.
pub fn keys_fit<'a, 'b>(
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

    #[test]
    fn keys_are_bounded_in_number_and_length() {
        let names: Vec<String> = (0..MAX_MEMOS).map(|number| number.to_string()).collect();
        let fits =
            |kept: usize, keys: &[&str]| keys_fit(names[..kept].iter().map(String::as_str), keys.iter().copied());
        assert!(fits(MAX_MEMOS - 1, &["new"]));
        assert!(!fits(MAX_MEMOS, &["new"]));
        assert!(!fits(MAX_MEMOS - 1, &["new", "newer"]));
        assert!(fits(MAX_MEMOS, &["0", "1"]), "what is there is replaced");
        assert!(fits(0, &[&"k".repeat(MAX_KEY)]));
        assert!(!fits(0, &[&"k".repeat(MAX_KEY + 1)]));
        assert!(!fits(0, &vec!["same"; MAX_MEMOS + 1]));
    }

    #[test]
    fn values_are_bounded_in_length() {
        assert!(value_fits(&"v".repeat(MAX_VALUE)));
        assert!(!value_fits(&"v".repeat(MAX_VALUE + 1)));
    }
}
