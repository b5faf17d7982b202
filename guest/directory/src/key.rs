//! What proves us to the endpoint: a secret in a header, which the host puts in.

use std::str::FromStr;

use cordboard_plug::core::render::{header_is_hosts, header_name_ok};
use cordboard_plug::effect::Escape;
use cordboard_plug::http::secret;
use cordboard_plug::{Request, Setting};

/// The setting with the secret.
pub const KEY: &str = "key";

/// Which header it goes into.
pub const HEADER: Setting<KeyHeader> =
    Setting::new("key-header", "Header that holds `key`: `authorization` as a bearer token, any other as it is")
        .or(AUTHORIZATION);

const AUTHORIZATION: &str = "authorization";

/// Headers of the request that say something else, to the endpoint or to the host.
const TAKEN: [&str; 2] = ["accept", "accept-encoding"];

/// A header for the key, in lower case.
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
    /// What is wrong with it and how to fix it.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_ascii_lowercase();
        if !header_name_ok(&name) || header_is_hosts(&name) || TAKEN.contains(&name.as_str()) {
            return Err("it is no header that can hold a key: take `authorization`, or one such as `x-api-key`");
        }
        Ok(Self(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_one_that_may_be_sent() {
        for (text, name) in [("Authorization", "authorization"), (" X-Api-Key ", "x-api-key"), ("token", "token")] {
            assert_eq!(text.parse(), Ok(KeyHeader(name.to_owned())), "{text}");
        }
        for text in ["", "x api key", "x-api-key:", "x\r\ny", "é", "Host", "content-length", "Accept", "proxy-x"] {
            assert!(text.parse::<KeyHeader>().is_err(), "{text}");
        }
    }
}
