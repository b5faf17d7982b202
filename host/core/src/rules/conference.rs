//! Limits on conferences and their ids.

use super::MAX_ID;
use crate::types::conference::Conference;

const MAX_URL: usize = 2048;
const MAX_DETAILS: usize = 16 << 10;

/// Whether an id from a plug can be stored and passed on.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID && !text.contains(char::is_control)
}

/// Checks a conference that a plug returned.
///
/// # Errors
/// If a CRM could not use it.
pub fn conference(made: &Conference) -> Result<(), String> {
    let broken = |why: &str| Err(why.to_owned());
    if !is_id(&made.id) {
        return broken("the conference's id is empty, too long or not text");
    }
    let link = url::Url::parse(&made.join_url).ok();
    let followed = link.is_some_and(|link| matches!(link.scheme(), "https" | "http") && link.has_host());
    // URL parsers drop line breaks and blanks instead of rejecting them. The link's visitors may not.
    let foreign = |char: char| char.is_whitespace() || char.is_control();
    if !followed || made.join_url.len() > MAX_URL || made.join_url.contains(foreign) {
        return broken("the conference's link is not an http or https URL of at most 2048 bytes");
    }
    // `…` masks a secret that the provider repeated. Such a link leads nowhere.
    if [&made.id, &made.join_url].iter().any(|text| text.contains('…')) {
        return broken("the conference's id or link contains a secret that was sent to its provider");
    }
    if made.details.len() > MAX_DETAILS || made.details.contains('\0') {
        return broken("the conference's details are too long or not text");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_must_be_usable_as_they_are() {
        let made = |link: &str| Conference { id: "1".to_owned(), join_url: link.to_owned(), details: String::new() };
        for right in ["https://meet.example/a?b#c", "http://meet.example", "https://meet.example/Gespräch"] {
            assert_eq!(conference(&made(right)), Ok(()), "{right}");
        }
        for wrong in [
            "",
            "javascript:alert(1)",
            "https://",
            "https://meet.example/a\r\nx: y",
            " https://meet.example",
            "https://meet.example/a b",
            "https://meet.example/\u{1b}[31m",
            "https://meet.example/?token=…",
            &format!("https://meet.example/{}", "a".repeat(MAX_URL)),
        ] {
            assert!(conference(&made(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_and_details_must_be_short_text() {
        let made = |id: &str, details: &str| {
            let join_url = "https://meet.example".to_owned();
            conference(&Conference { id: id.to_owned(), join_url, details: details.to_owned() })
        };
        assert_eq!(made(&"i".repeat(MAX_ID), &"d\n".repeat(MAX_DETAILS / 2)), Ok(()));
        for id in ["", "a\nb", &"i".repeat(MAX_ID + 1)] {
            assert!(made(id, "").is_err_and(|why| why.contains("id")), "{id}");
        }
        for details in ["\0", &"d".repeat(MAX_DETAILS + 1)] {
            assert!(made("1", details).is_err_and(|why| why.contains("details")));
        }
    }
}
