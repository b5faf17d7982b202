//! Reads and writes values within a header.

use super::{Incoming, VerifyError, headers};
use crate::types::manifest::{Format, Place};

/// Maximum number of a header's parts that are read. No sender sends more, and it bounds the cost of a forged header.
const MAX_PARTS: usize = 16;

/// The values at a place, in order. Empty if the header exists but holds none.
pub(super) fn values<'a>(request: &Incoming<'a>, place: &Place) -> Result<Vec<&'a [u8]>, VerifyError> {
    let header = headers::value(request, &place.header)
        .ok_or_else(|| VerifyError::HeaderMissing(place.header.to_ascii_lowercase()))?;
    Ok(match &place.format {
        Format::Whole => vec![header],
        Format::Field(name) => named(header, b',', b'=', name),
        Format::Tagged(tag) => named(header, b' ', b',', tag),
    })
}

/// The values that follow a name. Splits each part only once, because base64 may end in `=`.
fn named<'a>(header: &'a [u8], between: u8, after_name: u8, name: &str) -> Vec<&'a [u8]> {
    header
        .split(|byte| *byte == between)
        .take(MAX_PARTS)
        .filter_map(|part| {
            let mut halves = part.trim_ascii().splitn(2, |byte| *byte == after_name);
            (halves.next()? == name.as_bytes()).then_some(halves.next()?)
        })
        .collect()
}

/// Formats a value for its place in the header.
pub(super) fn write(format: &Format, value: &str) -> String {
    match format {
        Format::Whole => value.to_owned(),
        Format::Field(name) => format!("{name}={value}"),
        Format::Tagged(tag) => format!("{tag},{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str, format: Format) -> Vec<String> {
        let headers = [("X-Place", header.as_bytes())];
        let request = Incoming { method: "POST", url: "", headers: &headers, body: b"" };
        let place = Place { header: "x-place".to_owned(), format };
        values(&request, &place).unwrap().into_iter().map(|value| String::from_utf8(value.to_vec()).unwrap()).collect()
    }

    #[test]
    fn fields_end_at_commas_and_keep_base64_padding() {
        let field = |name: &str| Format::Field(name.to_owned());
        assert_eq!(read("t=1,v1=abc==", field("v1")), ["abc=="]);
        assert_eq!(read("t=1, v1=a,v0=b,v1=c", field("v1")), ["a", "c"]);
        assert_eq!(read("t=1,v1=", field("v1")), [""]);
        assert!(read("t=1,xv1=a,V1=b,v1", field("v1")).is_empty());
        assert!(read("", field("v1")).is_empty());
    }

    #[test]
    fn tags_precede_their_values() {
        let tag = Format::Tagged("v1".to_owned());
        assert_eq!(read("v1a,x v1,a= v2,b  v1,c=", tag.clone()), ["a=", "c="]);
        assert!(read("v1", tag).is_empty());
    }

    #[test]
    fn the_number_of_parts_is_bounded() {
        assert_eq!(read(&"v1=a,".repeat(1000), Format::Field("v1".to_owned())).len(), MAX_PARTS);
    }
}
