//! Reads stored JSON that uses other names for some members and variants, or numbers for ids.
//!
//! Records are stored as the JSON of the contract types, and a store may hold some names in another spelling, and the
//! CRM's ids as numbers. The replacement works on the JSON text and never touches the contents of a string: quotes are
//! escaped there.

use serde::de::DeserializeOwned;

/// Pairs of the stored and the current spelling.
const SPELLINGS: [(&str, &str); 7] = [
    (r#","seals":["#, r#","captures":["#),
    (r#","repeatable":"#, r#","idempotent":"#),
    (r#"{"Proof":{"#, r#"{"Signature":{"#),
    (r#"{"Remember":["#, r#"{"SetState":["#),
    (r#"{"Forget":["#, r#"{"DeleteState":["#),
    (r#","memory":["#, r#","state":["#),
    (r#","happening":"#, r#","data":"#),
];

/// The start of members and variants that hold an id of the CRM.
const IDS: [&str; 3] = [r#""account_id":"#, r#""user_id":"#, r#""phone-numbers":"#];

/// Reads a record in either spelling.
///
/// # Errors
/// If the text is not such a record in either of them.
pub fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|error| {
        let respelled = SPELLINGS.iter().fold(text.to_owned(), |text, (stored, current)| text.replace(stored, current));
        let respelled = IDS.iter().fold(respelled, |text, start| quote_numbers(&text, start));
        serde_json::from_str(&respelled).map_err(|_| error)
    })
}

/// Turns the numbers that follow `start` into strings.
fn quote_numbers(text: &str, start: &str) -> String {
    let mut parts = text.split(start);
    let mut quoted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|char: char| char.is_ascii_digit());
        let number = part.strip_suffix(rest).unwrap_or_default();
        quoted.push_str(start);
        match number.is_empty() {
            true => quoted.push_str(part),
            false => quoted.extend(["\"", number, "\"", rest]),
        }
    }
    quoted
}

/// Rewrites the JSON of a record in the stored spelling.
pub(super) fn as_stored(json: String) -> String {
    SPELLINGS.iter().fold(json, |text, (stored, current)| text.replace(current, stored))
}

#[cfg(test)]
mod tests {
    use cordboard_core::types::conference::Meeting;
    use cordboard_core::types::effect::{Context, Effect, Piece};
    use cordboard_core::types::meeting_event::MeetingEvent;

    use super::*;

    const CALL: &str = r#"{"Call":{"method":"Post","url":[{"Text":"https://a.example/"}],"headers":[["x",[{"Proof":{"algorithm":"HmacSha256","key":"k","text":"{\"Proof\":{","encoding":"Hex"}}]]],"basic":null,"body":[{"Text":"{\"a\":1,\"seals\":[],\"repeatable\":"}],"seals":[{"pointer":"/token","key":"token","expires_in_pointer":null}],"repeatable":true}}"#;

    #[test]
    fn records_in_the_stored_spelling_are_read() {
        let effect: Effect = read(CALL).unwrap();
        let Effect::Call(request) = &effect else { panic!("{effect:?}") };
        assert!(request.idempotent && request.captures[0].key == "token");
        assert!(matches!(&request.headers[0].1[0], Piece::Signature(signature) if signature.text == r#"{"Proof":{"#));
        assert!(matches!(&request.body[0], Piece::Text(text) if text == r#"{"a":1,"seals":[],"repeatable":"#));
        assert_eq!(as_stored(serde_json::to_string(&effect).unwrap()), CALL);
        let stored: Effect = read(r#"{"Remember":[{"key":"a","value":"b","expires_at":null}]}"#).unwrap();
        assert!(matches!(stored, Effect::SetState(entries) if entries[0].key == "a"));
        assert_eq!(read::<Effect>(r#"{"Forget":["a"]}"#).unwrap(), Effect::DeleteState(vec!["a".to_owned()]));
        let context = r#"{"settings":[],"secrets":[],"memory":[{"key":"a","value":"b","expires_at":7}],"now":1,"random":[],"exchanges":[]}"#;
        assert_eq!(read::<Context>(context).unwrap().state[0].expires_at, Some(7));
        let event = r#"{"source_event":"x","occurred_at":null,"conference":null,"organization":{"company":null,"host":null},"happening":{"Alias":"1"},"dedupe_key":null,"extras":[]}"#;
        assert!(read::<MeetingEvent>(event).is_ok());
        assert!(read::<MeetingEvent>("{}").is_err());
    }

    #[test]
    fn ids_that_were_stored_as_numbers_are_read_as_text() {
        let meeting = r#"{"topic":"\"user_id\":1","start":1,"end":2,"user_id":18446744073709551615,"user":{"Email":"a"},"account_id":123,"source":null}"#;
        let stored: Meeting = read(meeting).unwrap();
        assert_eq!((stored.user_id.as_str(), stored.account_id.as_str()), ("18446744073709551615", "123"));
        assert_eq!(stored.topic, r#""user_id":1"#);
        assert_eq!(read::<Meeting>(&serde_json::to_string(&stored).unwrap()).unwrap(), stored);
        assert_eq!(quote_numbers(r#"{"phone-numbers":7}"#, IDS[2]), r#"{"phone-numbers":"7"}"#);
        assert_eq!(quote_numbers(r#"{"phone-numbers":"7"}"#, IDS[2]), r#"{"phone-numbers":"7"}"#);
    }
}
