//! A plug as the command line names it: a digest, a unique beginning of one, or the name of a built-in plug.

use serde_json::Value;

use crate::cli::CliError;
use crate::cli::terminal::plain;

use super::client::Client;

/// Fewer digits name anything.
const SHORTEST: usize = 4;
/// The digits of a digest that are shown, and are enough to name it.
const SHOWN: usize = 12;

/// The digest or name, as the admin API takes it.
pub(super) async fn find(client: &Client, text: &str) -> Result<String, CliError> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    if digits.len() == 64 && is_hex(digits) {
        return Ok(text.to_owned());
    }
    choose(&client.get("plugs", &[]).await?, text)
}

fn choose(plugs: &Value, text: &str) -> Result<String, CliError> {
    let listed = plugs.get("plugs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let member = |plug: &Value, name: &str| plug.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_built_in = |plug: &&Value| plug.get("builtIn") == Some(&Value::Bool(true));
    if listed.iter().filter(is_built_in).any(|plug| member(plug, "name") == text) {
        return Ok(text.to_owned());
    }
    let shown = plain(&text.chars().take(80).collect::<String>());
    let beginning = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
    if beginning.len() < SHORTEST || !is_hex(&beginning) {
        return Err(CliError(format!(
            "`{shown}` names no plug: give {SHORTEST} digits of a digest or more, or the name of a built-in plug; \
             `cordboard plug list` shows both"
        )));
    }
    let begins = |digest: &String| digest.strip_prefix("sha256:").is_some_and(|digits| digits.starts_with(&beginning));
    let mut found = listed.iter().map(|plug| member(plug, "digest")).filter(begins);
    match (found.next(), found.next(), plugs.get("more") == Some(&Value::Bool(true))) {
        (Some(digest), None, false) => Ok(digest),
        (Some(_), Some(_), _) => Err(CliError(format!("several plugs begin with `{shown}`: give more of the digest"))),
        (_, _, true) => Err(CliError("there are too many plugs to look through: give the whole digest".to_owned())),
        (None, ..) => Err(CliError(format!(
            "no plug begins with `{shown}`: push its file, or name one that `cordboard plug list` shows"
        ))),
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The beginning of a digest, for people.
pub(super) fn short(digest: &str) -> String {
    plain(&digest.strip_prefix("sha256:").unwrap_or(digest).chars().take(SHOWN).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plugs_are_found_by_name_or_by_a_beginning_that_is_unique() {
        let digest = |digits: &str| format!("sha256:{digits:0<64}");
        let plug = |digits: &str, name: &str, built_in: bool| json!({ "digest": digest(digits), "name": name, "builtIn": built_in });
        let mut plugs = json!({
            "plugs": [plug("abcd01", "rooms", true), plug("abcd02", "rooms", false), plug("ffff", "other", false)],
            "more": false,
        });
        assert_eq!(choose(&plugs, "rooms").unwrap(), "rooms");
        assert_eq!(choose(&plugs, "ABCD02").unwrap(), digest("abcd02"));
        assert_eq!(choose(&plugs, "sha256:ffff").unwrap(), digest("ffff"));
        for (wrong, part) in [
            ("abcd", "several plugs"),
            ("abcd03", "push its file"),
            ("abc", "4 digits"),
            ("other", "names no plug"),
            ("zoom", "names no plug"),
            ("", "4 digits"),
        ] {
            let error = choose(&plugs, wrong).unwrap_err().to_string();
            assert!(error.contains(part), "{wrong}: {error}");
        }
        plugs["more"] = true.into();
        assert!(choose(&plugs, "ffff").unwrap_err().to_string().contains("whole digest"));
    }
}
