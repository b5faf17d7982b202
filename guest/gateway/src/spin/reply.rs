//! Builds responses.

use cordboard_core::inbound;
use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use spin_sdk::http::FullBody;

/// A response with its whole body.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers with lower-case names.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Builds a response without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Builds a JSON response.
    pub fn json(text: String) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status: 200, headers, body: text.into_bytes() }
    }

    /// Builds the response to a request without the operator's token.
    pub fn unauthorized() -> Self {
        let detail = "send the value of the variable `admin_token` in the header `authorization: Bearer …`";
        let mut reply = Self::from(inbound::Response::problem(401, "Unauthorized", detail));
        reply.headers.push(("www-authenticate", "Bearer".to_owned()));
        reply
    }

    /// Converts it to Spin's response type.
    pub fn response(self) -> Response<FullBody<bytes::Bytes>> {
        let length = self.body.len();
        let mut response = Response::new(FullBody::new(bytes::Bytes::from(self.body)));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Without it the body would be sent chunked.
        if self.status != 204 {
            response.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

impl From<inbound::Response> for Reply {
    fn from(inbound::Response { status, headers, body }: inbound::Response) -> Self {
        Self { status, headers, body: body.into_bytes() }
    }
}
