//! The base URL that senders call and sign.

use url::{Host, Url};

/// Parses the URL and removes trailing slashes from its path.
pub(super) fn parse(text: &str) -> Result<Url, &'static str> {
    const EXAMPLE: &str = "must be a URL such as `https://bridge.example.com`";
    if text.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err(EXAMPLE);
    }
    let mut url = Url::parse(text).map_err(|_| EXAMPLE)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must start with `https://`, or with `http://` on this machine");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password: remove them");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or fragment: remove `?` or `#` and what follows");
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether the URL is a loopback address, which only this machine can reach.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_slashes_are_removed() {
        for (text, expected) in [
            ("https://bridge.example.com", "https://bridge.example.com/"),
            ("https://bridge.example.com/", "https://bridge.example.com/"),
            ("https://bridge.example.com/a/b//", "https://bridge.example.com/a/b"),
            ("http://localhost:8080/", "http://localhost:8080/"),
        ] {
            assert_eq!(parse(text).unwrap().as_str(), expected);
        }
        for wrong in [
            "",
            "bridge",
            "ftp://a",
            "https://",
            "https://u@h",
            "https://:p@h",
            "https://h?",
            "https://h#",
            "https://h /",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn loopback_urls_are_recognized() {
        for (text, expected) in [
            ("http://localhost:1", true),
            ("http://a.localhost", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:1", true),
            ("http://10.0.0.1", false),
            ("http://localhost.example.com", false),
        ] {
            assert_eq!(is_loopback(&parse(text).unwrap()), expected, "{text}");
        }
    }
}
