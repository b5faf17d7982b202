//! Validates webhook addresses before they are sent. HubSpot accepts only `https` addresses, but it may also store an
//! invalid one and then never call it.

use cordboard_plug::SettingsError;

/// Longer than any webhook address.
const MAX_URL_LEN: usize = 2048;

/// Checks the address of a field.
///
/// # Errors
/// Returns `invalid`, naming the field, if it is not an `https` address with a host, or has a part that a browser or
/// proxy might interpret differently.
pub fn https(field: &str, address: &str) -> Result<(), SettingsError> {
    let wrong = |why: &str| Err(SettingsError::Invalid(format!("`{field}` {why}")));
    let Some(rest) = address.strip_prefix("https://") else {
        return wrong("does not start with `https://`: HubSpot calls no other addresses");
    };
    let (authority, path) = rest.find(['/', '?', '#']).map_or((rest, ""), |at| rest.split_at(at));
    if authority.is_empty() || authority.starts_with(':') {
        return wrong("has no host: write it like `https://bridge.example.com/…`");
    }
    if authority.contains('@') {
        return wrong("has a user before its host: remove it");
    }
    if path.contains('#') {
        return wrong("has a fragment, which is never sent: remove the `#` and what follows it");
    }
    if address.len() > MAX_URL_LEN {
        return wrong("is longer than 2048 bytes: shorten it");
    }
    if !address.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)) {
        return wrong("has a space or another invalid character: percent-encode or remove it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::https;

    #[test]
    fn an_address_is_https_and_has_a_host() {
        for right in
            ["https://a.example", "https://a.example:8443/hubspot/1/create-meeting", "https://[2001:db8::1]/?a=b%20c"]
        {
            assert!(https("url", right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "http://a.example/x",
            "HTTPS://a.example/x",
            "https://",
            "https:///x",
            "https://:443/x",
            "https://user:secret@a.example/x",
            "https://a.example/x#y",
            "https://a.example/ x",
            "https://a.example/\n",
            "https://ä.example/",
            "https://a.example\\x",
            "ftp://a.example",
            &format!("https://a.example/{}", "x".repeat(2048)),
        ] {
            let Err(cordboard_plug::SettingsError::Invalid(sentence)) = https("url", wrong) else {
                panic!("{wrong} was accepted")
            };
            assert!(sentence.starts_with("`url` ") && !sentence.contains("secret"), "{sentence}");
        }
    }
}
