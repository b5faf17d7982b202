//! Headers that a plug may send.

/// Headers that only the host sets.
const HOSTS: [&str; 9] =
    ["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// Whether the text is a valid header name: one or more token characters (RFC 9110 §5.6.2).
pub fn header_name_ok(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether the text is a valid header value: no control characters except tabs, and no leading or trailing blanks,
/// which would be lost.
pub fn header_value_ok(value: &str) -> bool {
    let control = |character: char| character.is_ascii_control() && character != '\t';
    !value.chars().any(control) && value.trim_matches([' ', '\t']).len() == value.len()
}

/// Whether only the host may set this header, because it frames the message or controls the connection.
/// Case-insensitive.
pub fn header_is_hosts(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HOSTS.contains(&name.as_str()) || name.starts_with("proxy-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_must_be_tokens_and_values_a_single_line() {
        assert!(header_name_ok("X-Api_Key.1"));
        for wrong in ["", "a b", "a:", "a\r\n", "é", "a\0", "(a)"] {
            assert!(!header_name_ok(wrong), "{wrong:?}");
        }
        for right in ["", "Bearer a.b-c=", "tab\tinside", "Zoë"] {
            assert!(header_value_ok(right), "{right:?}");
        }
        for wrong in ["a\r\nx: y", "a\n", "a\r", "a\0", "\u{1b}", "\u{7f}", " a", "a\t"] {
            assert!(!header_value_ok(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn framing_headers_belong_to_the_host() {
        for name in ["Host", "Content-Length", "TRANSFER-ENCODING", "proxy-authorization", "Expect", "te"] {
            assert!(header_is_hosts(name), "{name}");
        }
        for name in ["authorization", "content-type", "x-host", "test", ""] {
            assert!(!header_is_hosts(name), "{name}");
        }
    }
}
