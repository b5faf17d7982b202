//! Answers to requests from outside.

use super::size::pieces_bytes;
use crate::types::effect::Piece;
use crate::types::http::WebhookResponse;

const KEPT_HEADERS: [&str; 2] = ["content-type", "retry-after"];
const MAX_HEADER: usize = 256;
const MAX_HEADERS: usize = 64;
const MAX_BODY: usize = 1 << 20;
/// Each may be many times longer than what names it.
const MAX_COMPLETED: usize = 64;

/// The headers of a response that are sent, names in lower case; its status is checked too.
///
/// # Errors
/// Where the status is none of the contract's, or a header is not short visible text.
pub fn headers(response: &WebhookResponse) -> Result<Vec<(&'static str, String)>, String> {
    let status = response.status;
    if !matches!(status, 200..=299 | 400..=599) {
        return Err(format!("it answers with status {status}, and the contract has 2xx, 4xx and 5xx"));
    }
    if response.headers.len() > MAX_HEADERS {
        return Err(format!("its answer has more than {MAX_HEADERS} headers"));
    }
    let mut headers = Vec::new();
    for header in &response.headers {
        let Some(name) = KEPT_HEADERS.into_iter().find(|name| header.name.eq_ignore_ascii_case(name)) else { continue };
        let value = std::str::from_utf8(&header.value)
            .ok()
            .filter(|value| value.len() <= MAX_HEADER && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        let value = value.ok_or_else(|| format!("its header {name} is not short visible text"))?;
        headers.push((name, value.to_owned()));
    }
    Ok(headers)
}

/// Checks how long the body of a response is, before it is put together.
///
/// # Errors
/// Where it is too long, or holds too many secrets and signatures.
pub fn body(response: &WebhookResponse) -> Result<(), String> {
    if pieces_bytes(&response.body) > MAX_BODY {
        return Err(format!("the body of its answer has more than {MAX_BODY} bytes"));
    }
    if response.body.iter().filter(|piece| !matches!(piece, Piece::Text(_))).count() > MAX_COMPLETED {
        return Err(format!("the body of its answer has more than {MAX_COMPLETED} secrets and signatures"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::effect::{Escape, Secret};
    use crate::types::http::Header;

    fn told(status: u16, given: &[(&str, &[u8])]) -> Result<Vec<(&'static str, String)>, String> {
        let header = |(name, value): &(&str, &[u8])| Header { name: (*name).to_owned(), value: value.to_vec() };
        headers(&WebhookResponse { status, headers: given.iter().map(header).collect(), body: Vec::new() })
    }

    #[test]
    fn only_what_the_contract_has_is_sent() {
        let given: [(&str, &[u8]); 3] = [("Content-Type", b"text/plain"), ("x-own", b"\n"), ("retry-after", b"7")];
        let sent = vec![("content-type", "text/plain".to_owned()), ("retry-after", "7".to_owned())];
        assert_eq!(told(200, &given), Ok(sent));
        for status in [199, 300, 399, 600] {
            assert!(told(status, &[]).is_err_and(|why| why.contains("status")), "{status}");
        }
        for value in [b"a\nb".as_slice(), "é".as_bytes(), &[0xff], &[b'a'; MAX_HEADER + 1]] {
            assert!(told(200, &[("content-type", value)]).is_err(), "{value:?}");
        }
    }

    #[test]
    fn an_answer_has_its_size() {
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
