//! Numeric secrets, which JSON can represent without quotes and in several notations.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::MIN_SECRET_LEN;
use crate::render::capture::BYTE_ORDER_MARK;

/// The value of a number: its digits without leading and trailing zeros, and the position of the decimal point relative
/// to the first of them. The sign is ignored.
#[derive(PartialEq, Eq)]
pub(super) struct Decimal {
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// The value of a numeric secret. Returns `None` if the secret is not a number, or has too few digits.
    pub(super) fn of_secret(secret: &str) -> Option<Self> {
        let plain = secret.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let digits = secret.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count();
        (plain && digits >= MIN_SECRET_LEN).then(|| Self::of_number(secret.as_bytes()))?
    }

    /// The value of a JSON number.
    pub(super) fn of_number(number: &[u8]) -> Option<Self> {
        let number = number.strip_prefix(b"-").unwrap_or(number);
        let end = number.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e')).unwrap_or(number.len());
        let (mantissa, exponent) = number.split_at_checked(end)?;
        let exponent: i64 = match exponent.get(1..) {
            Some(digits) => std::str::from_utf8(digits).ok()?.parse().ok()?,
            None => 0,
        };
        let mut parts = mantissa.splitn(2, |byte| *byte == b'.');
        let (whole, part) = (parts.next()?, parts.next().unwrap_or_default());
        let digits = || whole.iter().chain(part);
        if !digits().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = digits().take_while(|digit| **digit == b'0').count();
        let mut found: Vec<u8> = digits().skip(zeros).copied().collect();
        found.truncate(found.iter().rposition(|digit| *digit != b'0')? + 1);
        let point = i64::try_from(whole.len()).ok()?.checked_sub(i64::try_from(zeros).ok()?)?;
        Some(Self { digits: found, point: point.checked_add(exponent)? })
    }
}

/// Whether the body consists of one or more JSON documents.
pub(super) fn is_json(body: &[u8]) -> bool {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let mut documents = serde_json::Deserializer::from_slice(body).into_iter::<IgnoredAny>().peekable();
    documents.peek().is_some() && documents.all(|document| document.is_ok())
}

/// The ranges of all numbers in a JSON text, in order.
pub(super) fn numbers(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            match *text.get(at)? {
                b'"' => at = end_of_string(text, at + 1),
                b'-' | b'0'..=b'9' => {
                    let digits = text.get(at..)?.iter().take_while(|byte| is_of_number(**byte)).count();
                    let number = at..at + digits;
                    at = number.end;
                    return Some(number);
                }
                _ => at += 1,
            }
        }
    })
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

/// The position after a string's closing quote.
fn end_of_string(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}
