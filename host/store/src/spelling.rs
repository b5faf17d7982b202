//! Reads stored JSON that uses other names for some members and variants.
//!
//! Records are stored as the JSON of the contract types, and a store may hold some names in another spelling. The
//! replacement works on the JSON text and never touches the contents of a string: quotes are escaped there.

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

/// Reads a record in either spelling.
///
/// # Errors
/// If the text is not such a record in either of them.
pub fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|error| {
        let respelled = SPELLINGS.iter().fold(text.to_owned(), |text, (stored, current)| text.replace(stored, current));
        serde_json::from_str(&respelled).map_err(|_| error)
    })
}

/// Rewrites the JSON of a record in the stored spelling.
pub(super) fn as_stored(json: String) -> String {
    SPELLINGS.iter().fold(json, |text, (stored, current)| text.replace(current, stored))
}

#[cfg(test)]
mod tests {
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
}
