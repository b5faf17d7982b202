//! Looks for all secrets of an answer at once, in time that grows with the text alone.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::MIN_SECRET_LEN;
use super::fold::folded;

/// A secret of at most so many bytes is found where all of it stands.
const MAX_WHOLE_LEN: usize = 128;
/// A longer one is found by this much of its end, which differs between tokens and keys whose beginnings are alike. So
/// the automaton stays small, however long the tokens are that a plug had captured.
const TAIL_LEN: usize = 64;

/// The secrets, folded, and what finds them. They cannot be printed.
pub(super) struct Needles {
    secrets: Vec<Vec<u8>>,
    automaton: Option<AhoCorasick>,
}

impl Needles {
    /// Those of the secrets that are long enough; none where none is.
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Option<Self> {
        let long_enough = secrets.map(str::trim_ascii).filter(|secret| secret.len() >= MIN_SECRET_LEN);
        let mut secrets: Vec<_> = long_enough.map(|secret| folded(secret.as_bytes())).collect();
        secrets.sort_unstable();
        secrets.dedup();
        if secrets.is_empty() {
            return None;
        }
        // Of two that begin at one place the longer one is found.
        let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).clone();
        let automaton = builder.build(secrets.iter().map(|secret| sought(secret))).ok();
        Some(Self { secrets, automaton })
    }

    /// Where they stand in a folded text, in order.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        // None is built for more patterns than a connection can have.
        let Some(automaton) = &self.automaton else { return std::iter::once(0..text.len()).collect() };
        let mut floor = 0;
        let found = automaton.find_iter(text).map(|found| {
            let secret = self.secrets.get(found.pattern().as_usize()).map_or(&[][..], Vec::as_slice);
            let before = secret.get(..secret.len() - sought(secret).len()).unwrap_or_default();
            let text = text.get(floor..found.start()).unwrap_or_default();
            let more = text.iter().rev().zip(before.iter().rev()).take_while(|(one, other)| one == other).count();
            floor = found.end();
            found.start() - more..found.end()
        });
        found.collect()
    }
}

/// The part of a secret that is looked for.
fn sought(secret: &[u8]) -> &[u8] {
    match secret.len() {
        ..=MAX_WHOLE_LEN => secret,
        length => secret.get(length - TAIL_LEN..).unwrap_or(secret),
    }
}
