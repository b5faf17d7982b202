//! Authenticates to the endpoint with a secret in a header, which the host inserts.

use std::str::FromStr;

use cordboard_plug::core::render::{header_is_hosts, header_name_ok};
use cordboard_plug::effect::Escape;
use cordboard_plug::http::secret;
use cordboard_plug::{Request, Setting};

/// The key of the setting with the secret.
pub const KEY: &str = "key";

/// The setting with the name of the header.
pub const HEADER: Setting<KeyHeader> =
    Setting::new("key-header", "Header that holds `key`: `authorization` as a bearer token, any other verbatim")
        .or(AUTHORIZATION);

const AUTHORIZATION: &str = "authorization";

/// Headers that the request uses for other purposes.
const TAKEN: [&str; 2] = ["accept", "accept-encoding"];

/// The name of the header for the key, in lower case.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyHeader(String);

impl KeyHeader {
    /// Adds `authorization: Bearer KEY`, or another header with the key alone.
    pub fn add_to(&self, request: Request) -> Request {
        match self.0.as_str() {
            AUTHORIZATION => request.bearer(KEY),
            other => request.header_pieces(other, vec![secret(KEY, Escape::None)]),
        }
    }
}

impl FromStr for KeyHeader {
    /// The problem and its fix.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_ascii_lowercase();
        if !header_name_ok(&name) || header_is_hosts(&name) || TAKEN.contains(&name.as_str()) {
            return Err("this header cannot hold a key: use `authorization`, or a header such as `x-api-key`");
        }
        Ok(Self(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_headers_that_a_plug_may_set_are_accepted() {
        for (text, name) in [("Authorization", "authorization"), (" X-Api-Key ", "x-api-key"), ("token", "token")] {
            assert_eq!(text.parse(), Ok(KeyHeader(name.to_owned())), "{text}");
        }
        for text in ["", "x api key", "x-api-key:", "x\r\ny", "é", "Host", "content-length", "Accept", "proxy-x"] {
            assert!(text.parse::<KeyHeader>().is_err(), "{text}");
        }
    }
}
