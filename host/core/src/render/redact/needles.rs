//! Searches for all secrets at once, in time linear in the text.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::MIN_SECRET_LEN;
use super::fold::folded;

/// Maximum length in bytes of a secret that is searched as a whole.
const MAX_WHOLE_LEN: usize = 128;
/// How many bytes from the end of a longer secret are searched. Tokens and keys often share their beginnings but not
/// their ends. This bounds the size of the automaton, however long the captured tokens are.
const TAIL_LEN: usize = 64;

/// Folded secrets and their automaton. Deliberately without `Debug`.
pub(super) struct Needles {
    secrets: Vec<Vec<u8>>,
    automaton: Option<AhoCorasick>,
}

impl Needles {
    /// Builds the automaton from the secrets that are long enough. Returns `None` if there are none.
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Option<Self> {
        let long_enough = secrets.map(str::trim_ascii).filter(|secret| secret.len() >= MIN_SECRET_LEN);
        let mut secrets: Vec<_> = long_enough.map(|secret| folded(secret.as_bytes())).collect();
        secrets.sort_unstable();
        secrets.dedup();
        if secrets.is_empty() {
            return None;
        }
        // If one secret is a prefix of another, find the longer one.
        let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).clone();
        let automaton = builder.build(secrets.iter().map(|secret| searched_part(secret))).ok();
        Some(Self { secrets, automaton })
    }

    /// Returns the ranges of all secrets in a folded text, in order.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        // Building fails only with more patterns than a connection can have. If it does, mask everything.
        let Some(automaton) = &self.automaton else { return std::iter::once(0..text.len()).collect() };
        let mut floor = 0;
        let found = automaton.find_iter(text).map(|found| {
            let secret = self.secrets.get(found.pattern().as_usize()).map_or(&[][..], Vec::as_slice);
            let before = secret.get(..secret.len() - searched_part(secret).len()).unwrap_or_default();
            let text = text.get(floor..found.start()).unwrap_or_default();
            let more = text.iter().rev().zip(before.iter().rev()).take_while(|(one, other)| one == other).count();
            floor = found.end();
            found.start() - more..found.end()
        });
        found.collect()
    }
}

/// The part of a secret that the automaton searches.
fn searched_part(secret: &[u8]) -> &[u8] {
    match secret.len() {
        ..=MAX_WHOLE_LEN => secret,
        length => secret.get(length - TAIL_LEN..).unwrap_or(secret),
    }
}
