//! Hosts that a plug may call.

use std::fmt;

/// Maximum number of expansions of a pattern, which may refer to several settings with several values each.
const MAX_EXPANSIONS: usize = 64;

/// Maximum length of a pattern in bytes: about two host names, which have at most 253.
const MAX_PATTERN_LEN: usize = 512;

const HTTPS: u16 = 443;

/// A host that a plug may call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host {
    /// A name or an address, without brackets.
    pub name: String,
    /// 443 if the pattern has none.
    pub port: u16,
    /// Whether a setting's URL specifies plain http.
    pub plain: bool,
}

/// Formats the host as a pattern that matches only this host.
impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, port, .. } = self;
        match name.contains(':') {
            true => write!(formatter, "[{name}]:{port}"),
            false => write!(formatter, "{name}:{port}"),
        }
    }
}

/// Whether a host matches one of the patterns in a plug's description.
///
/// A pattern is `host[:port]`, where the port defaults to 443. `{key}` expands to each value of an open setting; if a
/// value is a URL, such as `https://meet.example.org:8443/x`, to its host and port. Hosts are compared
/// case-insensitively and in the form used on the wire (IDNA as ASCII, IPv6 with or without brackets).
pub fn host_allowed(host: &str, port: u16, patterns: &[String], settings: &[(String, String)]) -> bool {
    let host = bare(host);
    expand_all(patterns, settings).any(|allowed| allowed.name.eq_ignore_ascii_case(host) && allowed.port == port)
}

/// Expands the patterns into the hosts that they match.
pub fn hosts(patterns: &[String], settings: &[(String, String)]) -> Vec<Host> {
    expand_all(patterns, settings).collect()
}

fn expand_all(patterns: &[String], settings: &[(String, String)]) -> impl Iterator<Item = Host> {
    let patterns = patterns.iter().filter(|pattern| pattern.len() <= MAX_PATTERN_LEN);
    let host = |Expansion { authority, plain }| {
        let (name, port) = split(&authority)?;
        Some(Host { name: bare(name).to_owned(), port: port.unwrap_or(HTTPS), plain })
    };
    patterns.flat_map(|pattern| expand(pattern, settings)).filter_map(host)
}

/// A pattern with a value for each of its settings.
struct Expansion {
    authority: String,
    /// Whether any of the values is a plain http URL.
    plain: bool,
}

/// Expands a pattern with all values of its settings. Empty if a setting has no value, or none that is a host.
fn expand(pattern: &str, settings: &[(String, String)]) -> Vec<Expansion> {
    let Some((before, (key, after))) =
        pattern.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return vec![Expansion { authority: pattern.to_owned(), plain: false }];
    };
    let afters = expand(after, settings);
    settings
        .iter()
        .filter(|(name, _)| name == key)
        .filter_map(|(_, value)| authority(value))
        .flat_map(|value| {
            let joined = move |after: &Expansion| Expansion {
                authority: format!("{before}{}{}", value.authority, after.authority),
                plain: value.plain || after.plain,
            };
            afters.iter().map(joined)
        })
        .take(MAX_EXPANSIONS)
        .collect()
}

/// The `host[:port]` of a setting, which may be a URL. Returns `None` for a URL with userinfo, because a reader of
/// `https://a.example@b.example` might take it for the wrong host.
fn authority(value: &str) -> Option<Expansion> {
    let value = value.trim();
    let (scheme, rest) = value.split_once("://").unwrap_or(("https", value));
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let (_, port) = split(authority)?;
    let plain = scheme.eq_ignore_ascii_case("http");
    let authority = if plain && port.is_none() { format!("{authority}:80") } else { authority.to_owned() };
    Some(Expansion { authority, plain })
}

/// Splits `host[:port]`. Returns `None` for anything else.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, "")) => (authority, None),
        Some((address, rest)) => (address, Some(rest.strip_prefix(':')?)),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let addressed = |byte: u8| byte.is_ascii_hexdigit() || b":.".contains(&byte);
    let bracketed = authority.starts_with('[');
    let right = if bracketed { bare(host).bytes().all(addressed) } else { host.bytes().all(named) };
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if bare(host).is_empty() || !right || !port.is_none_or(digits) {
        return None;
    }
    Some((host, port.map(str::parse).transpose().ok()?))
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(host: &str, port: u16, pattern: &str, settings: &[(&str, &str)]) -> bool {
        let settings: Vec<_> = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        host_allowed(host, port, &[pattern.to_owned()], &settings)
    }

    #[test]
    fn a_pattern_is_a_host_and_a_port() {
        assert!(allowed("API.example.com", 443, "api.Example.com", &[]));
        assert!(allowed("api.example.com", 8443, "api.example.com:8443", &[]));
        assert!(allowed("::1", 8443, "[::1]:8443", &[]) && allowed("[::1]", 443, "[::1]", &[]));
        for (host, port) in [("api.example.com", 80), ("x.api.example.com", 443), ("example.com", 443), ("", 443)] {
            assert!(!allowed(host, port, "api.example.com", &[]), "{host}:{port}");
        }
        for pattern in
            ["", "*", "*.example.com", ":443", "api.example.com:", "api.example.com:x", "api.example.com:99999"]
        {
            assert!(!allowed("api.example.com", 443, pattern, &[]), "{pattern}");
        }
        assert!(!allowed("", 443, "", &[]) && !host_allowed("api.example.com", 443, &[], &[]));
    }

    #[test]
    fn a_setting_names_a_host_or_a_url() {
        for value in ["meet.example.org:8443", "https://Meet.example.org:8443/x?y#z", " https://meet.example.org:8443 "]
        {
            assert!(allowed("meet.example.org", 8443, "{host}", &[("host", value)]), "{value}");
        }
        assert!(allowed("meet.example.org", 443, "{host}", &[("host", "https://meet.example.org")]));
        assert!(allowed("meet.example.org", 80, "{host}", &[("host", "http://meet.example.org/")]));
        assert!(allowed("::1", 8443, "{host}", &[("host", "https://[::1]:8443/")]));
        assert!(allowed("eu.api.example.com", 443, "{region}.api.example.com", &[("region", "us"), ("region", "eu")]));
        assert!(allowed("a.b", 9, "{x}.{y}:9", &[("x", "a"), ("y", "b")]));
    }

    #[test]
    fn patterns_expand_to_the_allowed_hosts() {
        let settings = [
            ("url".to_owned(), "http://pbx.example/x/{user-id}".to_owned()),
            ("url".to_owned(), "HTTP://pbx.example:8080".to_owned()),
            ("url".to_owned(), "https://pbx.example:8080".to_owned()),
        ];
        let patterns = ["{url}".to_owned(), "api.example".to_owned(), "{other}".to_owned()];
        let host = |name: &str, port, plain| Host { name: name.to_owned(), port, plain };
        let expected = [
            host("pbx.example", 80, true),
            host("pbx.example", 8080, true),
            host("pbx.example", 8080, false),
            host("api.example", 443, false),
        ];
        assert_eq!(hosts(&patterns, &settings), expected);
    }

    #[test]
    fn a_setting_cannot_inject_more_than_a_host() {
        for value in
            ["", "https://", "a.example@meet.example.org", "https://u:p@meet.example.org", "meet example.org", "é"]
        {
            assert!(!allowed("meet.example.org", 443, "{host}", &[("host", value)]), "{value}");
        }
        assert!(!allowed("meet.example.org", 443, "{host}", &[("other", "meet.example.org")]));
        assert!(!allowed("evil.example", 443, "{region}.example.com", &[("region", "evil.example#")]));
        assert!(!allowed("evil.example", 443, "{region}.example.com", &[("region", "evil.example:443")]));
        assert!(!allowed("meet.example.org", 443, "{host", &[("host", "meet.example.org")]));
    }

    #[test]
    fn expansion_is_bounded() {
        let settings: Vec<_> = (0..1000).map(|number| ("x".to_owned(), format!("h{number}"))).collect();
        assert!(expand("{x}.{x}.{x}.{x}.{x}.{x}", &settings).len() <= MAX_EXPANSIONS);
        assert!(!allowed("h1", 443, &"{x}".repeat(1_000_000), &[("x", "h1")]));
    }
}
