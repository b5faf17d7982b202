//! Secrets that come back: a vendor may repeat what it was sent, and what it says a plug may say to people.
//!
//! A secret of six bytes or more is found wherever all of it stands, in letters of either case:
//! - as it is, in a text or in bytes that are no text, in a member's name or value, in each of several equal members;
//! - inside a JSON string, with any of its letters escaped in any way that JSON has;
//! - percent-encoded, any of its bytes, with digits of either case, and as a form has it;
//! - with references of HTML, to any of its letters by number, to signs of ASCII by name;
//! - in each of these that is written inside another, three deep;
//! - where it is a number, as a number of JSON with the same value.
//!
//! It does not matter whether the body is JSON, several documents of it, or begins with a byte order mark. What is
//! otherwise transformed, compressed or cut is not found.

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

/// What stands in place of a secret.
const MASK: &str = "…";
/// And in place of a number of JSON.
const MASK_OF_NUMBER: &str = "\"…\"";

/// A shorter secret would be found in common words.
const MIN_SECRET_LEN: usize = 6;

/// How many writings may be inside one another.
const MAX_DEPTH: usize = 3;

/// How often what is left is looked through once more, since two secrets may have overlapped. What holds one even then was
/// made so.
const MAX_ROUNDS: usize = 4;

/// Secrets that are to be redacted in what comes back. It cannot be printed.
pub struct Redactor {
    needles: Option<Needles>,
    numbers: Vec<Decimal>,
}

impl Redactor {
    /// These secrets.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str, IntoIter: Clone>) -> Self {
        let secrets = secrets.into_iter();
        Self { needles: Needles::new(secrets.clone()), numbers: secrets.filter_map(Decimal::of_secret).collect() }
    }

    /// A body without them; one that holds none stays as it is, byte for byte. What is JSON stays JSON.
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

    /// Headers, as name and value, without them.
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
        // Half an escape would not be JSON. In what was read, a sign and a quote that ends its string may look like one.
        Encoding::Json.whole(&text, &mut places);
        let places = apart(places);
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
            // A place that goes beyond a number is no part of it.
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

/// Looks through a text and all that can be read in it.
struct Search<'a> {
    needles: &'a Needles,
    /// Texts that were looked through, by hash, and how deep: different readings often come to the same text.
    seen: HashMap<u64, usize>,
    hasher: RandomState,
}

impl Search<'_> {
    /// Where the secrets stand in a text, in order and apart.
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
        apart(found)
    }
}

/// Places in order; those that overlap are one.
fn apart(mut places: Vec<Range<usize>>) -> Vec<Range<usize>> {
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

/// The body with its masks, which are in order.
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
