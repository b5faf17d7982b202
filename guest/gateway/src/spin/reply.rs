//! Builds responses.

use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use spin_sdk::http::FullBody;

pub use cordboard_core::inbound::Response as Reply;

/// Builds a JSON response.
pub fn json(body: String) -> Reply {
    Reply { status: 200, headers: vec![("content-type", "application/json".to_owned())], body }
}

/// Builds the response to a request without the operator's token.
pub fn unauthorized() -> Reply {
    let detail = "send the value of the variable `admin_token` in the header `authorization: Bearer …`";
    let mut reply = Reply::problem(401, "Unauthorized", detail);
    reply.headers.push(("www-authenticate", "Bearer".to_owned()));
    reply
}

/// Converts a response to Spin's type.
pub fn response(reply: Reply) -> Response<FullBody<bytes::Bytes>> {
    let length = reply.body.len();
    let mut response = Response::new(FullBody::new(bytes::Bytes::from(reply.body)));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Without it the body would be sent chunked.
    if reply.status != 204 {
        response.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
