//! Secrets that come back: a vendor may repeat the key that it was sent, and what it says is shown to people.

use cordboard_core::render::escape;
use cordboard_core::types::effect::Escape;
use serde_json::Value;

/// What stands in place of a secret.
const MASK: &str = "…";

/// A shorter one would be found in common words.
const SHORTEST: usize = 6;

/// A body of JSON whose texts hold none of these secrets, as they are or percent-encoded. Of any other body the plug can
/// repeat nothing, so it stays as it is.
pub(super) fn hidden<'a>(body: Vec<u8>, secrets: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let secrets = secrets.filter(|secret| secret.len() >= SHORTEST);
    let forms =
        |secret: &str| [Escape::None, Escape::Url, Escape::Form].map(|form| escape(secret, form).to_ascii_lowercase());
    let forms: Vec<String> = secrets.flat_map(forms).collect();
    let Ok(mut value) = serde_json::from_slice(&body) else { return body };
    hide(&mut value, &forms);
    value.to_string().into_bytes()
}

fn hide(value: &mut Value, forms: &[String]) {
    match value {
        Value::String(text) => forms.iter().for_each(|form| *text = without(text, form)),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, forms)),
        Value::Object(members) => members.values_mut().for_each(|member| hide(member, forms)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
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
        });
        let shown = hidden(said.to_string().into_bytes(), [secret].into_iter());
        assert_eq!(
            serde_json::from_slice::<Value>(&shown).unwrap(),
            json!({
                "message": "no …, … there; ?a=b&hapikey=…&c=d",
                "errors": [{ "message": "…", "in": "…", "code": 7 }],
            })
        );
    }

    #[test]
    fn what_holds_no_secret_or_is_no_json_stays_as_it_is() {
        for body in [r#"{"message":"Many keys","n":1}"#, "any <html>", ""] {
            assert_eq!(hidden(body.into(), ["any", "another"].into_iter()), body.as_bytes());
        }
    }
}
