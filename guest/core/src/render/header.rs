//! Which headers a plug may have sent.

/// Headers of the connection, which are the host's.
const HOSTS: [&str; 9] =
    ["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// Whether the text is a header's name: one or more token characters (RFC 9110 §5.6.2).
pub fn header_name_ok(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether the text can be a header's value: no control character but the tab, so no line break and no NUL, and no
/// blank at either end, where it would be lost.
pub fn header_value_ok(value: &str) -> bool {
    let control = |character: char| character.is_ascii_control() && character != '\t';
    !value.chars().any(control) && value.trim_matches([' ', '\t']).len() == value.len()
}

/// Whether the header, named in any case, is the host's: it frames the message or rules the connection.
pub fn header_is_hosts(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HOSTS.contains(&name.as_str()) || name.starts_with("proxy-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens_and_values_are_one_line() {
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
    fn framing_is_the_hosts() {
        for name in ["Host", "Content-Length", "TRANSFER-ENCODING", "proxy-authorization", "Expect", "te"] {
            assert!(header_is_hosts(name), "{name}");
        }
        for name in ["authorization", "content-type", "x-host", "test", ""] {
            assert!(!header_is_hosts(name), "{name}");
        }
    }
}
