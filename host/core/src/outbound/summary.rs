//! Summarizes requests for logs and the journal.

use crate::text::bounded;
use crate::types::effect::{Method, OutboundRequest, Piece};

/// Formats a request as `POST https://host/path`. Contains no secrets, since it only uses what the plug wrote, and no
/// query, which often holds personal data.
pub fn summary(request: &OutboundRequest) -> String {
    summary_of(request.method, &request.url)
}

/// Formats a request with this method and URL.
pub fn summary_of(method: Method, url: &[Piece]) -> String {
    let mut shown = String::new();
    for piece in url {
        match piece {
            Piece::Text(text) => match text.split_once(['?', '#']) {
                Some((path, _)) => {
                    shown.push_str(path);
                    break;
                }
                None => shown.push_str(text),
            },
            Piece::Secret(_) | Piece::Signature(_) => shown.push('…'),
        }
    }
    bounded(&format!("{} {}", self::method(method), without_user(&shown)))
}

/// Removes userinfo, which may hold a password. Such URLs are rejected anyway.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.find(['/', '\\']).map_or((rest, ""), |at| rest.split_at(at));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// Converts to the `http` crate's type.
pub fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::effect::{Escape, Secret};

    #[test]
    fn a_summary_shows_neither_secret_nor_query_nor_user() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let secret = || Piece::Secret(Secret { key: "token".to_owned(), escape: Escape::Url });
        let url = [text("https://host.example/v1/"), secret(), text("/rooms?key="), secret()];
        assert_eq!(summary_of(Method::Post, &url), "POST https://host.example/v1/…/rooms");
        let user = [text("https://u:t0k3n@host.example/path")];
        assert_eq!(summary_of(Method::Get, &user), "GET https://host.example/path");
        assert!(summary_of(Method::Get, &[text(&"x".repeat(10_000))]).len() < 1000);
    }
}
