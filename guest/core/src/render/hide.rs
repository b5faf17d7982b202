//! Secrets that come back: a vendor may repeat what it was sent, and what it says a plug may say to people.

use serde_json::Value;

use super::escape;
use crate::types::effect::Escape;

/// What stands in place of a secret.
const MASK: &str = "…";

/// A shorter one would be found in common words.
const SHORTEST: usize = 6;

/// Secrets that are to be hidden in what comes back. It cannot be printed.
pub struct Hidden(Vec<String>);

impl Hidden {
    /// These secrets, as they are, in every way that a request may write them, and in those of other writers of JSON and
    /// HTML.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST);
        let mut forms: Vec<_> = secrets.flat_map(forms).map(|form| form.to_ascii_lowercase()).collect();
        // One that holds another is looked for first.
        forms.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        forms.dedup();
        Self(forms)
    }

    /// A body without them. One of JSON is read as its reader would; one that holds none stays as it is, byte for byte.
    pub fn body(&self, body: Vec<u8>) -> Vec<u8> {
        if self.0.is_empty() {
            return body;
        }
        if let Ok(mut value) = serde_json::from_slice(&body) {
            return if self.hide(&mut value) { value.to_string().into_bytes() } else { body };
        }
        let found = std::str::from_utf8(&body).ok().and_then(|text| self.text(text));
        found.map_or(body, String::into_bytes)
    }

    /// Headers, as name and value, without them in the values.
    pub fn headers(&self, headers: &mut [(String, String)]) {
        for (_, value) in headers {
            if let Some(found) = self.text(value) {
                *value = found;
            }
        }
    }

    /// A text without them; none where it holds none.
    fn text(&self, text: &str) -> Option<String> {
        let lower = text.to_ascii_lowercase();
        let holds_one = self.0.iter().any(|form| lower.contains(form));
        holds_one.then(|| self.0.iter().fold(text.to_owned(), |text, form| without(&text, form)))
    }

    fn hide(&self, value: &mut Value) -> bool {
        let mut hidden = false;
        match value {
            Value::String(text) => {
                if let Some(found) = self.text(text) {
                    (*text, hidden) = (found, true);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| hidden |= self.hide(item)),
            Value::Object(members) => members.values_mut().for_each(|member| hidden |= self.hide(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        hidden
    }
}

/// What a secret may be written as.
fn forms(secret: &str) -> [String; 9] {
    let json = escape(secret, Escape::Json);
    let ascii = ascii(&json);
    let slashed = |text: &str| text.replace('/', "\\/");
    [
        secret.to_owned(),
        escape(secret, Escape::Url),
        escape(secret, Escape::Form),
        html(secret),
        slashed(&json),
        slashed(&ascii),
        escape(&json, Escape::Json),
        json,
        ascii,
    ]
}

/// JSON's text in ASCII alone.
fn ascii(json: &str) -> String {
    let written = |letter: char| match letter {
        letter if letter.is_ascii() => letter.to_string(),
        letter => letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    json.chars().map(written).collect()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// The text without this form, which is in lower case: the digits of an escape may be in either.
fn without(text: &str, form: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let (mut kept, mut done) = (String::new(), 0);
    for (at, found) in lower.match_indices(form) {
        kept += text.get(done..at).unwrap_or_default();
        kept += MASK;
        done = at + found.len();
    }
    kept + text.get(done..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_that_is_repeated_is_hidden_in_every_form() {
        let secret = "Key/of ours\"ä";
        let said = json!({
            "message": format!("no {secret}, {secret} there; ?a=b&hapikey=Key%2Fof%20ours%22%C3%A4&c=d"),
            "errors": [{ "message": "Key%2fof%20ours%22%c3%a4", "in": "Key%2Fof+ours%22%C3%A4", "code": 7 }],
            "sent": json!({ "key": secret }).to_string(),
        });
        let shown = Hidden::new([secret]).body(said.to_string().into_bytes());
        assert_eq!(
            serde_json::from_slice::<Value>(&shown).unwrap(),
            json!({
                "message": "no …, … there; ?a=b&hapikey=…&c=d",
                "errors": [{ "message": "…", "in": "…", "code": 7 }],
                "sent": "{\"key\":\"…\"}",
            })
        );
        assert_eq!(Hidden::new([secret]).body(format!("<p>{secret}</p>").into_bytes()), "<p>…</p>".as_bytes());
        assert_eq!(Hidden::new(["secret", "secret-of-ours"]).text("a secret-of-ours").as_deref(), Some("a …"));
    }

    #[test]
    fn however_others_write_it() {
        let hidden = Hidden::new(["a/b&\"ä\u{1f600}"]);
        for written in [
            r#"a\/b&\"ä😀"#,
            r#"a/b&\"\u00e4\ud83d\ude00"#,
            r#"A\/b&\"\u00E4\uD83D\uDE00"#,
            r#"a/b&\\\"ä😀"#,
            "a/b&amp;&quot;ä😀",
        ] {
            let body = json!({ "message": format!("no {written}!") }).to_string();
            let shown: Value = serde_json::from_slice(&hidden.body(body.into_bytes())).unwrap();
            assert_eq!(shown["message"], "no …!", "{written}");
        }
    }

    #[test]
    fn what_holds_no_secret_stays_as_it_is() {
        for body in [r#"{ "message":"Many keys","n":1.0 }"#, "any <html>", ""] {
            assert_eq!(Hidden::new(["any", "another"]).body(body.into()), body.as_bytes());
        }
        let bytes = vec![0xff, 0xfe];
        assert_eq!(Hidden::new(["another"]).body(bytes.clone()), bytes);
    }
}
