//! Checks, captures and redacts a response before the plug sees it.

use http::header::{CONTENT_ENCODING, HeaderMap, HeaderName, TRANSFER_ENCODING};

use crate::render::{Captured, Redactor, capture};
use crate::text::bounded;
use crate::types::effect::Capture;

/// Checks that the status is valid and that the body is not encoded, since an encoded body could be neither captured
/// nor redacted.
///
/// # Errors
/// Why the response is rejected, and how to fix it.
pub fn check_answer(status: u16, headers: &HeaderMap) -> Result<(), String> {
    if !(100..600).contains(&status) {
        return Err(format!("the response has the status {status}, but HTTP only has 100 to 599: fix the server"));
    }
    let plain = |name: &HeaderName, plain: &[&str]| {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let values: Vec<_> = values.collect();
        let mut words = values.iter().flat_map(|value| value.split(',')).map(str::trim);
        let other = words.find(|word| !word.is_empty() && !plain.iter().any(|plain| word.eq_ignore_ascii_case(plain)));
        other.map_or(Ok(()), |other| {
            Err(format!(
                "the response has the {name} `{}`, which the request did not allow: configure the server to send none",
                bounded(other)
            ))
        })
    };
    plain(&CONTENT_ENCODING, &["identity"])?;
    plain(&TRANSFER_ENCODING, &["chunked", "identity"])
}

/// Values that a response must not show to the plug. Deliberately without `Debug`.
pub struct Secrets(pub(super) Vec<String>);

impl Secrets {
    /// Captures values from the response, and redacts all secrets and captured values wherever they occur in its
    /// headers and body. Returns the redacted body and the captured values.
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
    fn encoded_responses_are_rejected() {
        for value in ["gzip", "br", "identity, gzip", "GZIP", "aws-chunked", "x"] {
            let why = checked(200, "content-encoding", value).unwrap_err();
            assert!(why.contains("content-encoding") && why.contains("configure the server"), "{why}");
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
    fn the_status_must_be_valid() {
        for (status, right) in [(100, true), (204, true), (599, true), (99, false), (600, false), (999, false)] {
            assert_eq!(checked(status, "vary", "x").is_ok(), right, "{status}");
        }
    }

    #[test]
    fn captured_values_are_masked_everywhere() {
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
