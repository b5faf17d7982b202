//! Limits on webhook responses.

use super::size::pieces_bytes;
use crate::types::effect::Piece;
use crate::types::http::WebhookResponse;

const KEPT_HEADERS: [&str; 2] = ["content-type", "retry-after"];
const MAX_HEADER: usize = 256;
const MAX_HEADERS: usize = 64;
const MAX_BODY: usize = 1 << 20;
/// A secret or signature may be many times longer than the piece that names it.
const MAX_COMPLETED: usize = 64;

/// Checks the status, and returns the headers to send, with names in lower case.
///
/// # Errors
/// If the contract does not allow the status, or a header is not short printable ASCII.
pub fn headers(response: &WebhookResponse) -> Result<Vec<(&'static str, String)>, String> {
    let status = response.status;
    if !matches!(status, 200..=299 | 400..=599) {
        return Err(format!("its response has status {status}: the contract allows 2xx, 4xx and 5xx"));
    }
    if response.headers.len() > MAX_HEADERS {
        return Err(format!("its response has more than {MAX_HEADERS} headers"));
    }
    let mut headers = Vec::new();
    for header in &response.headers {
        let Some(name) = KEPT_HEADERS.into_iter().find(|name| header.name.eq_ignore_ascii_case(name)) else { continue };
        let value = std::str::from_utf8(&header.value)
            .ok()
            .filter(|value| value.len() <= MAX_HEADER && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        let value = value.ok_or_else(|| format!("the `{name}` of its response is not short printable ASCII"))?;
        headers.push((name, value.to_owned()));
    }
    Ok(headers)
}

/// Checks the size of the body before it is rendered.
///
/// # Errors
/// If it is too long, or holds too many secrets and signatures.
pub fn body(response: &WebhookResponse) -> Result<(), String> {
    if pieces_bytes(&response.body) > MAX_BODY {
        return Err(format!("the body of its response has more than {MAX_BODY} bytes"));
    }
    if response.body.iter().filter(|piece| !matches!(piece, Piece::Text(_))).count() > MAX_COMPLETED {
        return Err(format!("the body of its response has more than {MAX_COMPLETED} secrets and signatures"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::effect::{Escape, Secret};
    use crate::types::http::Header;

    fn sent(status: u16, given: &[(&str, &[u8])]) -> Result<Vec<(&'static str, String)>, String> {
        let header = |(name, value): &(&str, &[u8])| Header { name: (*name).to_owned(), value: value.to_vec() };
        headers(&WebhookResponse { status, headers: given.iter().map(header).collect(), body: Vec::new() })
    }

    #[test]
    fn only_headers_of_the_contract_are_sent() {
        let given: [(&str, &[u8]); 3] = [("Content-Type", b"text/plain"), ("x-own", b"\n"), ("retry-after", b"7")];
        let expected = vec![("content-type", "text/plain".to_owned()), ("retry-after", "7".to_owned())];
        assert_eq!(sent(200, &given), Ok(expected));
        for status in [199, 300, 399, 600] {
            assert!(sent(status, &[]).is_err_and(|why| why.contains("status")), "{status}");
        }
        for value in [b"a\nb".as_slice(), "é".as_bytes(), &[0xff], &[b'a'; MAX_HEADER + 1]] {
            assert!(sent(200, &[("content-type", value)]).is_err(), "{value:?}");
        }
    }

    #[test]
    fn responses_are_bounded() {
        let answer = |body: Vec<Piece>| WebhookResponse { status: 200, headers: Vec::new(), body };
        let text = |bytes: usize| Piece::Text("x".repeat(bytes));
        assert_eq!(body(&answer(vec![text(MAX_BODY - 100)])), Ok(()));
        assert!(body(&answer(vec![text(MAX_BODY)])).is_err_and(|why| why.contains("bytes")));
        assert!(body(&answer(vec![text(0); MAX_BODY / 16])).is_err_and(|why| why.contains("bytes")));
        let secret = Piece::Secret(Secret { key: "key".to_owned(), escape: Escape::None });
        assert!(body(&answer(vec![secret; MAX_COMPLETED + 1])).is_err_and(|why| why.contains("secrets")));
        let header = Header { name: "x".to_owned(), value: Vec::new() };
        let many = WebhookResponse { headers: vec![header; MAX_HEADERS + 1], ..answer(Vec::new()) };
        assert!(headers(&many).is_err_and(|why| why.contains("headers")));
    }
}
