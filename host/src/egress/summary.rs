//! A request in one line, for logs and the journal.

use super::fault::bounded;
use crate::contract::effect::{Method, OutboundRequest, Piece};

/// `POST https://host/path`: made of what the plug wrote, so that no secret can be in it, and without the query, which
/// tends to hold what is somebody's own business.
pub fn summary(request: &OutboundRequest) -> String {
    let mut url = String::new();
    for piece in &request.url {
        match piece {
            Piece::Text(text) => match text.split_once(['?', '#']) {
                Some((path, _)) => {
                    url.push_str(path);
                    break;
                }
                None => url.push_str(text),
            },
            Piece::Secret(_) | Piece::Proof(_) => url.push('…'),
        }
    }
    bounded(&format!("{} {}", method(request.method), without_user(&url)))
}

/// What stands before an `@` in the authority is refused anyway, and may be a password.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.find(['/', '\\']).map_or((rest, ""), |at| rest.split_at(at));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// The method, as the client has it.
pub fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}
