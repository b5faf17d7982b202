//! Parses the address of a Jitsi Meet server.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An address such as `https://meet.example.org:8443/prefix`, without a trailing slash. Scheme, port and path are
/// optional; the default scheme is `https`.
#[derive(Clone, Debug, PartialEq)]
pub struct Address(String);

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Address {
    /// The problem and its fix.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map(Self)
    }
}

fn parse(text: &str) -> Result<String, &'static str> {
    let (scheme, rest) = match text.split_once("://") {
        None => ("https", text),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some(_) => return Err("its scheme is not supported: use `https://` or `http://`"),
    };
    if rest.contains('@') {
        return Err("it has an `@`: remove user and password");
    }
    if rest.contains(['?', '#']) {
        return Err("it has a query or a fragment: remove `?` or `#` and what follows it");
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut address = format!("{scheme}://{}", authority_of(authority)?);
    let path = path.trim_end_matches('/');
    if !path.is_empty() {
        for segment in path.split('/') {
            if segment.is_empty() || segment == "." || segment == ".." || !segment.bytes().all(is_unreserved) {
                return Err("its path is invalid: use only letters, digits and `-._~` between single slashes");
            }
            address.push('/');
            address.push_str(segment);
        }
    }
    Ok(address)
}

/// Whether a character needs no escaping in any part of a URL (RFC 3986, unreserved).
pub fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn authority_of(text: &str) -> Result<String, &'static str> {
    let (host, port) = match text.strip_prefix('[') {
        Some(literal) => {
            let (address, behind) = literal.split_once(']').ok_or("it has a `[` without a `]`: close it")?;
            let address: Ipv6Addr =
                address.parse().map_err(|_| "its IPv6 address between `[` and `]` is invalid: correct it")?;
            let port = match behind {
                "" => None,
                _ => Some(behind.strip_prefix(':').ok_or("it has text after `]` that is not a port: remove it")?),
            };
            (format!("[{address}]"), port)
        }
        None => {
            let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
            (name_of(host)?, port)
        }
    };
    match port {
        None => Ok(host),
        Some(port) => match port.parse::<u16>() {
            Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(format!("{host}:{number}"))
            }
            _ => Err("its port is not a number from 1 to 65535: correct or remove it"),
        },
    }
}

fn name_of(host: &str) -> Result<String, &'static str> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(is_label) {
        return Err("its host name is missing or invalid: write one such as `meet.example.org`, or `xn--…`");
    }
    // Browsers treat a name whose last label is a number as an IPv4 address, and reject it unless it is one.
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) && host.parse::<Ipv4Addr>().is_err() {
        return Err("its host ends in a number but is not an IPv4 address: correct it");
    }
    Ok(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_address_is_normalized() {
        for (text, address) in [
            ("https://meet.jit.si", "https://meet.jit.si"),
            ("https://meet.jit.si/", "https://meet.jit.si"),
            ("meet.example.org", "https://meet.example.org"),
            ("Meet.Example.ORG:8443", "https://meet.example.org:8443"),
            ("HTTPS://meet.example.org/a/B_c/", "https://meet.example.org/a/B_c"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("192.0.2.1", "https://192.0.2.1"),
            ("[2001:DB8::1]:443/x", "https://[2001:db8::1]:443/x"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(address), "{text}");
        }
    }

    #[test]
    fn an_invalid_address_is_rejected() {
        for text in [
            "",
            "https://",
            "https:///path",
            "ftp://meet.example.org",
            "javascript:alert(1)",
            "https://user:password@meet.example.org",
            "meet.example.org@evil.example",
            "https://meet.example.org?x=1",
            "https://meet.example.org/#x",
            "https://meet.example.org/../x",
            "https://meet.example.org//x",
            "https://meet.example.org/a b",
            "https://meet.example.org/%2e%2e",
            "https://meet.example.org\\x",
            "https://meet..example.org",
            "https://-meet.example.org",
            "https://müller.example",
            "99999999999999999999",
            "https://meet.example.7",
            "192.0.2.1.1",
            "meet.example.org\n",
            "meet.example.org:",
            "meet.example.org:0",
            "meet.example.org:+80",
            "meet.example.org:65536",
            "meet.example.org:80:80",
            "[::1",
            "[::1]80",
            "[meet.example.org]",
            "https://https://meet.example.org",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
