//! Answers to requests from outside.

const KEPT_HEADERS: [&str; 2] = ["content-type", "retry-after"];
const MAX_HEADER: usize = 256;

/// The headers of a response that are sent, names in lower case; its status is checked too.
///
/// # Errors
/// Where the status is none of the contract's, or a header is not short visible text.
pub fn headers<'a>(
    status: u16,
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<(&'static str, String)>, String> {
    if !matches!(status, 200..=299 | 400..=599) {
        return Err(format!("it answers with status {status}, and the contract has 2xx, 4xx and 5xx"));
    }
    let mut sent = Vec::new();
    for (name, value) in headers {
        let Some(name) = KEPT_HEADERS.into_iter().find(|kept| name.eq_ignore_ascii_case(kept)) else { continue };
        let value = std::str::from_utf8(value)
            .ok()
            .filter(|value| value.len() <= MAX_HEADER && value.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        let value = value.ok_or_else(|| format!("its header {name} is not short visible text"))?;
        sent.push((name, value.to_owned()));
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_contract_has_is_sent() {
        let given: [(&str, &[u8]); 3] = [("Content-Type", b"text/plain"), ("x-own", b"\n"), ("retry-after", b"7")];
        let sent = vec![("content-type", "text/plain".to_owned()), ("retry-after", "7".to_owned())];
        assert_eq!(headers(200, given), Ok(sent));
        for status in [199, 300, 399, 600] {
            assert!(headers(status, []).is_err_and(|why| why.contains("status")), "{status}");
        }
        for value in [b"a\nb".as_slice(), "é".as_bytes(), &[0xff], &[b'a'; MAX_HEADER + 1]] {
            assert!(headers(200, [("content-type", value)]).is_err(), "{value:?}");
        }
    }
}
