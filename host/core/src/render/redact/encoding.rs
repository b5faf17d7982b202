//! Decodes text that is embedded in another, and maps positions back.

use std::ops::Range;

use memchr::memchr;

use super::fold::fold;

/// A text encoding.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    /// The inside of a JSON string, including `\uXXXX`.
    Json,
    /// Percent-encoding. [`fold`] handles the plus that forms use for a space.
    Percent,
    /// HTML character references: `&amp;`, `&#38;`, `&#x26;`.
    Html,
}

pub(super) const ALL: [Encoding; 3] = [Encoding::Json, Encoding::Percent, Encoding::Html];

/// Maximum length of an HTML reference, including its ampersand and semicolon.
const MAX_REFERENCE_LEN: usize = 32;

/// One escape sequence.
struct Escape {
    /// Its length in bytes.
    length: usize,
    /// The bytes that it stands for, folded.
    bytes: [u8; 4],
    /// How many of `bytes` are used.
    count: usize,
}

impl Escape {
    fn byte(length: usize, byte: u8) -> Self {
        Self { length, bytes: [fold(byte), 0, 0, 0], count: 1 }
    }

    fn letter(length: usize, letter: char) -> Self {
        let mut bytes = [0; 4];
        let count = letter.encode_utf8(&mut bytes).len();
        Self { length, bytes: bytes.map(fold), count }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.count).unwrap_or_default()
    }
}

impl Encoding {
    /// Decodes a folded text. Returns `None` if it has no escapes.
    pub(super) fn read(self, text: &[u8]) -> Option<Vec<u8>> {
        let mut escapes = self.escapes(text).peekable();
        escapes.peek()?;
        let (mut read, mut done) = (Vec::with_capacity(text.len()), 0);
        for (at, escape) in escapes {
            read.extend_from_slice(text.get(done..at).unwrap_or_default());
            read.extend_from_slice(escape.bytes());
            done = at + escape.length;
        }
        read.extend_from_slice(text.get(done..).unwrap_or_default());
        Some(read)
    }

    /// Maps ranges in the decoded text to ranges in the encoded one, which include whole escapes. The ranges must be
    /// sorted and must not overlap.
    pub(super) fn places(self, text: &[u8], read: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut ends = read.iter().flat_map(|range| [range.start, range.end.saturating_sub(1)]);
        let (mut next, mut found) = (ends.next(), Vec::with_capacity(read.len() * 2));
        // The position reached in the encoded text and in the decoded one.
        let (mut done, mut length) = (0, 0);
        for (at, escape) in self.escapes(text) {
            while let Some(place) = next.filter(|place| *place < length + at - done) {
                found.push(place - length + done..place - length + done + 1);
                next = ends.next();
            }
            length += at - done;
            while next.is_some_and(|place| place < length + escape.count) {
                found.push(at..at + escape.length);
                next = ends.next();
            }
            length += escape.count;
            done = at + escape.length;
        }
        while let Some(place) = next {
            found.push(place - length + done..place - length + done + 1);
            next = ends.next();
        }
        let pairs = found.chunks_exact(2).filter_map(|pair| Some(pair.first()?.start..pair.last()?.end));
        pairs.collect()
    }

    /// Extends ranges that begin or end within an escape to include all of it.
    pub(super) fn extend_to_escapes(self, text: &[u8], places: &mut [Range<usize>]) {
        let mut escapes = self.escapes(text).map(|(at, escape)| at..at + escape.length).peekable();
        for place in places {
            while let Some(escape) = escapes.next_if(|escape| escape.start < place.end) {
                if escape.end > place.start {
                    *place = place.start.min(escape.start)..place.end.max(escape.end);
                }
            }
        }
    }

    /// All escapes with their positions.
    fn escapes(self, text: &[u8]) -> impl Iterator<Item = (usize, Escape)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let at = from + memchr(self.first(), text.get(from..)?)?;
                let found = self.escape(text.get(at..)?);
                from = at + found.as_ref().map_or(1, |escape| escape.length);
                if let Some(escape) = found {
                    return Some((at, escape));
                }
            }
        })
    }

    /// The first byte of every escape.
    fn first(self) -> u8 {
        match self {
            Self::Json => b'\\',
            Self::Percent => b'%',
            Self::Html => b'&',
        }
    }

    /// Parses an escape at the beginning of a text.
    fn escape(self, text: &[u8]) -> Option<Escape> {
        match self {
            Self::Json => json(text),
            Self::Percent => {
                let byte = hex(text.get(1..3)?)?;
                Some(Escape::byte(3, u8::try_from(byte).ok()?))
            }
            Self::Html => html(text),
        }
    }
}

fn json(text: &[u8]) -> Option<Escape> {
    let byte = match text.get(1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        mark @ (b'"' | b'\'' | b'\\' | b'/') => *mark,
        b'u' => {
            let unit = hex(text.get(2..6)?)?;
            if let Some(letter) = char::from_u32(unit) {
                return Some(Escape::letter(6, letter));
            }
            // Half of a surrogate pair; the other half must follow.
            let second = hex(text.get(6..12)?.strip_prefix(b"\\u")?)?;
            let units = [u16::try_from(unit).ok()?, u16::try_from(second).ok()?];
            return Some(Escape::letter(12, char::decode_utf16(units).next()?.ok()?));
        }
        _ => return None,
    };
    Some(Escape::byte(2, byte))
}

fn html(text: &[u8]) -> Option<Escape> {
    let name = text.get(1..text.len().min(MAX_REFERENCE_LEN))?;
    let name = name.get(..memchr(b';', name)?)?;
    let letter = match name.strip_prefix(b"#") {
        Some(number) => {
            let code = match number.strip_prefix(b"x") {
                Some(digits) => hex(digits)?,
                None => std::str::from_utf8(number).ok()?.parse().ok()?,
            };
            char::from_u32(code)?
        }
        None => named(name)?,
    };
    Some(Escape::letter(name.len() + 2, letter))
}

/// Named references, folded, for ASCII characters other than letters and digits.
fn named(name: &[u8]) -> Option<char> {
    Some(match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"sol" => '/',
        b"bsol" => '\\',
        b"plus" => '+',
        b"equals" => '=',
        b"period" => '.',
        b"comma" => ',',
        b"colon" => ':',
        b"semi" => ';',
        b"num" => '#',
        b"percnt" => '%',
        b"dollar" => '$',
        b"commat" => '@',
        b"lowbar" | b"underbar" => '_',
        b"lsqb" | b"lbrack" => '[',
        b"rsqb" | b"rbrack" => ']',
        b"lcub" | b"lbrace" => '{',
        b"rcub" | b"rbrace" => '}',
        b"lpar" => '(',
        b"rpar" => ')',
        b"vert" | b"verbar" | b"verticalline" => '|',
        b"excl" => '!',
        b"quest" => '?',
        b"ast" | b"midast" => '*',
        b"grave" | b"diacriticalgrave" => '`',
        b"hat" => '^',
        b"tab" => '\t',
        b"newline" => '\n',
        _ => return None,
    })
}

/// Parses a nonempty sequence of hexadecimal digits.
fn hex(digits: &[u8]) -> Option<u32> {
    let all_are = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    all_are.then(|| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())?
}
