//! From an answer as it came to what the plug may see of it.

use http::header::{CONTENT_ENCODING, HeaderMap, HeaderName, TRANSFER_ENCODING};

use crate::render::{Captured, Redactor, capture};
use crate::text::bounded;
use crate::types::effect::Capture;

/// Whether an answer is one that a plug may be shown: its status is one of HTTP's, and its body is not encoded, since
/// nothing could be captured or redacted in it.
///
/// # Errors
/// Why not: a sentence that names the fix.
pub fn check_answer(status: u16, headers: &HeaderMap) -> Result<(), String> {
    if !(100..600).contains(&status) {
        return Err(format!("the answer has the status {status}, and HTTP has 100 to 599: correct the server"));
    }
    let plain = |name: &HeaderName, plain: &[&str]| {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let values: Vec<_> = values.collect();
        let mut words = values.iter().flat_map(|value| value.split(',')).map(str::trim);
        let other = words.find(|word| !word.is_empty() && !plain.iter().any(|plain| word.eq_ignore_ascii_case(plain)));
        other.map_or(Ok(()), |other| {
            Err(format!(
                "the answer has the {name} `{}`, though it was asked for as it is: let the server send it so",
                bounded(other)
            ))
        })
    };
    plain(&CONTENT_ENCODING, &["identity"])?;
    plain(&TRANSFER_ENCODING, &["chunked", "identity"])
}

/// What an answer must not show to the plug. It cannot be printed.
pub struct Secrets(pub(super) Vec<String>);

impl Secrets {
    /// Takes out of an answer what the plug must not see, and redacts what is secret wherever else it stands, what was
    /// just taken out too: the body as the plug may see it, and what was taken.
    pub fn capture_and_redact(
        self,
        headers: &mut [(String, String)],
        body: &[u8],
        captures: &[Capture],
    ) -> (Vec<u8>, Vec<Captured>) {
        let (body, captured) = capture(body, captures);
        let values = captured.iter().map(|captured| &captured.value);
        let redactor = Redactor::new(self.0.iter().chain(values).map(String::as_str));
        redactor.headers(headers);
        (redactor.body(body), captured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(status: u16, name: &str, value: &str) -> Result<(), String> {
        let header = (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        check_answer(status, &HeaderMap::from_iter([header]))
    }

    #[test]
    fn an_encoded_answer_is_none() {
        for value in ["gzip", "br", "identity, gzip", "GZIP", "aws-chunked", "x"] {
            let why = checked(200, "content-encoding", value).unwrap_err();
            assert!(why.contains("content-encoding") && why.contains("let the server"), "{why}");
        }
        assert!(checked(200, "transfer-encoding", "gzip, chunked").unwrap_err().contains("transfer-encoding `gzip`"));
        for (name, value) in [
            ("content-encoding", ""),
            ("content-encoding", "Identity"),
            ("transfer-encoding", "chunked"),
            ("vary", "accept-encoding"),
        ] {
            assert_eq!(checked(200, name, value), Ok(()), "{name}: {value}");
        }
        assert!(checked(200, "content-encoding", &"x".repeat(9_000)).unwrap_err().len() < 1_000);
    }

    #[test]
    fn a_status_is_one_of_https() {
        for (status, right) in [(100, true), (204, true), (599, true), (99, false), (600, false), (999, false)] {
            assert_eq!(checked(status, "vary", "x").is_ok(), right, "{status}");
        }
    }

    #[test]
    fn what_is_captured_is_hidden_wherever_else_it_stands() {
        let secrets = Secrets(vec!["a secret".to_owned()]);
        let captures = [Capture { pointer: "/token".to_owned(), key: "token".to_owned(), expires_in_pointer: None }];
        let mut headers = vec![("x-token".to_owned(), "t0k3n-of-theirs".to_owned())];
        let body = br#"{"token":"t0k3n-of-theirs","url":"https://a.example/?t=t0k3n%2dof-theirs","t0k3n-of-theirs":"a+secret"}"#;
        let (body, captured) = secrets.capture_and_redact(&mut headers, body, &captures);
        assert_eq!(String::from_utf8(body).unwrap(), r#"{"…":"…","token":"","url":"https://a.example/?t=…"}"#);
        assert_eq!(captured.first().map(|captured| captured.value.as_str()), Some("t0k3n-of-theirs"));
        assert_eq!(headers, [("x-token".to_owned(), "…".to_owned())]);
    }
}
