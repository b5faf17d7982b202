//! Redacts secrets from responses: a provider may echo what it was sent, and a plug may show a response to people.
//!
//! A secret of six bytes or more is found wherever it occurs completely, in either case:
//! - literally, in text or binary data, in the name or value of a JSON member, and in duplicate members;
//! - in a JSON string, with any of JSON's escapes;
//! - percent-encoded, with digits of either case, and form-encoded;
//! - with HTML references: any character by number, ASCII punctuation by name;
//! - in these encodings nested up to three levels deep;
//! - if it is a number, as a JSON number with the same value.
//!
//! The body need not be valid JSON, may hold several JSON documents, and may begin with a byte order mark. Secrets that
//! are transformed in other ways, compressed or truncated are not found.

mod encoding;
mod fold;
mod needles;
mod number;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use encoding::Encoding;
use fold::folded;
use needles::Needles;
use number::{Decimal, is_json, numbers};

/// Replaces a secret.
const MASK: &str = "…";
/// Replaces a JSON number.
const MASK_OF_NUMBER: &str = "\"…\"";

/// Shorter secrets would match parts of common words.
const MIN_SECRET_LEN: usize = 6;

/// Maximum number of nested encodings.
const MAX_DEPTH: usize = 3;

/// Maximum number of passes. Masking overlapping secrets may leave part of one, so the result is searched again. A body
/// that still contains a secret after the last pass was crafted to do so, and is masked as a whole.
const MAX_ROUNDS: usize = 4;

/// Redacts a set of secrets. Deliberately without `Debug`.
pub struct Redactor {
    needles: Option<Needles>,
    numbers: Vec<Decimal>,
}

impl Redactor {
    /// Creates a redactor for these secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str, IntoIter: Clone>) -> Self {
        let secrets = secrets.into_iter();
        Self { needles: Needles::new(secrets.clone()), numbers: secrets.filter_map(Decimal::of_secret).collect() }
    }

    /// Redacts a body. Without a secret in it, it is returned byte for byte. Valid JSON remains valid JSON.
    pub fn body(&self, mut body: Vec<u8>) -> Vec<u8> {
        let Some(needles) = &self.needles else { return body };
        for _ in 0..MAX_ROUNDS {
            let masks = self.masks(needles, &body);
            if masks.is_empty() {
                return body;
            }
            body = masked(&body, &masks);
        }
        MASK.as_bytes().to_vec()
    }

    /// Redacts headers, given as name and value.
    pub fn headers(&self, headers: &mut [(String, String)]) {
        for text in headers.iter_mut().flat_map(|(name, value)| [name, value]) {
            let shown = self.body(text.as_bytes().to_vec());
            if shown != text.as_bytes() {
                *text = String::from_utf8_lossy(&shown).into_owned();
            }
        }
    }

    fn masks(&self, needles: &Needles, body: &[u8]) -> Vec<(Range<usize>, &'static str)> {
        let text = folded(body);
        let mut places = Search { needles, seen: HashMap::new(), hasher: RandomState::new() }.places(&text, MAX_DEPTH);
        // Masking half of an escape would break the JSON. Ranges found in decoded text may end within one.
        Encoding::Json.extend_to_escapes(&text, &mut places);
        let places = merge_overlapping(places);
        if self.numbers.is_empty() && places.is_empty() {
            return Vec::new();
        }
        if !is_json(body) {
            return places.into_iter().map(|place| (place, MASK)).collect();
        }
        let is_secret = |number: &Range<usize>| {
            let value = || Decimal::of_number(body.get(number.clone())?);
            !self.numbers.is_empty() && value().is_some_and(|value| self.numbers.contains(&value))
        };
        let mut found = places.into_iter().peekable();
        let mut masks = Vec::new();
        for number in numbers(body) {
            while let Some(place) = found.next_if(|place| place.end <= number.start) {
                masks.push((place, MASK));
            }
            let mut touched = is_secret(&number);
            // A range that extends past the number is not part of it.
            while found.next_if(|place| number.start <= place.start && place.end <= number.end).is_some() {
                touched = true;
            }
            let covered = found.peek().is_some_and(|place| place.start < number.end);
            if touched && !covered {
                masks.push((number, MASK_OF_NUMBER));
            }
        }
        masks.extend(found.map(|place| (place, MASK)));
        masks
    }
}

/// Searches a text and its decoded forms.
struct Search<'a> {
    needles: &'a Needles,
    /// Hashes of the texts already searched, with their remaining depth. Different decodings often lead to the same
    /// text.
    seen: HashMap<u64, usize>,
    hasher: RandomState,
}

impl Search<'_> {
    /// Returns the ranges of all secrets in a text, sorted and merged.
    fn places(&mut self, text: &[u8], deep: usize) -> Vec<Range<usize>> {
        let mut found = self.needles.find(text);
        let inside: &[Encoding] = if deep == 0 { &[][..] } else { &encoding::ALL };
        for encoding in inside {
            let Some(read) = encoding.read(text) else { continue };
            let hash = self.hasher.hash_one(&read);
            if self.seen.get(&hash).is_some_and(|before| *before >= deep) {
                continue;
            }
            self.seen.insert(hash, deep);
            let within = self.places(&read, deep - 1);
            if !within.is_empty() {
                found.extend(encoding.places(text, &within));
            }
        }
        merge_overlapping(found)
    }
}

/// Sorts ranges and merges those that overlap.
fn merge_overlapping(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    places.dedup_by(|next, before| {
        let overlap = next.start < before.end;
        if overlap {
            before.end = before.end.max(next.end);
        }
        overlap
    });
    places
}

/// Applies the masks, which must be sorted.
fn masked(body: &[u8], masks: &[(Range<usize>, &'static str)]) -> Vec<u8> {
    let (mut shown, mut done) = (Vec::with_capacity(body.len()), 0);
    for (place, mask) in masks {
        shown.extend_from_slice(body.get(done..place.start).unwrap_or_default());
        shown.extend_from_slice(mask.as_bytes());
        done = place.end;
    }
    shown.extend_from_slice(body.get(done..).unwrap_or_default());
    shown
}
