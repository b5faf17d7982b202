//! Hosts that plugs may call.

use url::Url;

/// Normalizes `host[:port]`: lower case, Punycode for names that are not ASCII, and no port if it is 443.
pub(super) fn parse(text: &str) -> Result<String, &'static str> {
    const EXAMPLE: &str = "must be a host, such as `api.example.org` or `api.example.org:8443`";
    let foreign = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '/' | '\\' | '@' | '?' | '#' | '*' | '%')
    };
    if text.is_empty() || text.contains(foreign) || text.ends_with(':') {
        return Err(EXAMPLE);
    }
    let url = Url::parse(&format!("https://{text}/")).map_err(|_| EXAMPLE)?;
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if url.domain().is_some_and(|name| !name.bytes().all(named)) {
        return Err(EXAMPLE);
    }
    match (url.host_str(), url.port()) {
        (Some(host), None) => Ok(host.to_owned()),
        (Some(host), Some(port)) if port != 0 => Ok(format!("{host}:{port}")),
        _ => Err(EXAMPLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_normalized() {
        for (text, expected) in [
            ("API.example.org", "api.example.org"),
            ("api.example.org:443", "api.example.org"),
            ("api.example.org:8443", "api.example.org:8443"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("[::1]:8443", "[::1]:8443"),
            ("10.0.0.1", "10.0.0.1"),
        ] {
            assert_eq!(parse(text), Ok(expected.to_owned()));
        }
        for wrong in
            ["", " ", "https://a", "a/b", "a:", "a:0", "a:99999", "u@a", "*.a", "a b", "a%41", "::1", "[::1", "{host}"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
