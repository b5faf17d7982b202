//! Resolves plugs named on the command line by digest, unique prefix of a digest, or name of a built-in plug.

use serde_json::Value;

use crate::CliError;
use crate::terminal::{excerpt, plain};

use super::client::Client;
use super::json::{list, member};

/// Minimum length of a prefix.
const MIN_DIGITS: usize = 4;
/// Digits of a digest to show: enough to identify it.
const SHOWN_DIGITS: usize = 12;

/// Resolves `text` to the full digest or built-in name that the admin API expects.
///
/// # Errors
/// Fails if no plug, or more than one, matches, or if the bridge cannot be asked.
pub(super) async fn resolve(client: &Client, text: &str) -> Result<String, CliError> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    if digits.len() == 64 && is_hex(digits) {
        return Ok(text.to_owned());
    }
    find(&client.get("plugs", &[]).await?, text)
}

fn find(plugs: &Value, text: &str) -> Result<String, CliError> {
    let listed = list(plugs, "plugs");
    let is_built_in = |plug: &&Value| plug.get("builtIn") == Some(&Value::Bool(true));
    if listed.iter().filter(is_built_in).any(|plug| member(plug, "name") == text) {
        return Ok(text.to_owned());
    }
    let shown = excerpt(text);
    let beginning = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
    if beginning.len() < MIN_DIGITS || !is_hex(&beginning) {
        return Err(CliError::new(format!(
            "`{shown}` names no plug: use at least {MIN_DIGITS} digits of a digest or the name of a built-in plug, as \
             shown by `cordboard plug list`"
        )));
    }
    let begins = |digest: &&str| digest.strip_prefix("sha256:").is_some_and(|digits| digits.starts_with(&beginning));
    let mut found = listed.iter().map(|plug| member(plug, "digest")).filter(begins);
    match (found.next(), found.next(), plugs.get("more") == Some(&Value::Bool(true))) {
        (Some(digest), None, false) => Ok(digest.to_owned()),
        (Some(_), Some(_), _) => Err(CliError::new(format!("several plugs match `{shown}`: use more digits"))),
        (_, _, true) => Err(CliError::new("too many plugs to search: use the full digest")),
        (None, ..) => Err(CliError::new(format!(
            "no plug matches `{shown}`: push its file, or use one that `cordboard plug list` shows"
        ))),
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Shortens a digest for people.
pub(super) fn short(digest: &str) -> String {
    plain(&digest.strip_prefix("sha256:").unwrap_or(digest).chars().take(SHOWN_DIGITS).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plugs_are_found_by_name_or_unique_prefix() {
        let digest = |digits: &str| format!("sha256:{digits:0<64}");
        let plug = |digits: &str, name: &str, built_in: bool| json!({ "digest": digest(digits), "name": name, "builtIn": built_in });
        let mut plugs = json!({
            "plugs": [plug("abcd01", "rooms", true), plug("abcd02", "rooms", false), plug("ffff", "other", false)],
            "more": false,
        });
        assert_eq!(find(&plugs, "rooms").unwrap(), "rooms");
        assert_eq!(find(&plugs, "ABCD02").unwrap(), digest("abcd02"));
        assert_eq!(find(&plugs, "sha256:ffff").unwrap(), digest("ffff"));
        for (wrong, part) in [
            ("abcd", "several plugs"),
            ("abcd03", "push its file"),
            ("abc", "4 digits"),
            ("other", "names no plug"),
            ("zoom", "names no plug"),
            ("", "4 digits"),
        ] {
            let error = find(&plugs, wrong).unwrap_err().to_string();
            assert!(error.contains(part), "{wrong}: {error}");
        }
        plugs["more"] = true.into();
        assert!(find(&plugs, "ffff").unwrap_err().to_string().contains("full digest"));
    }
}
