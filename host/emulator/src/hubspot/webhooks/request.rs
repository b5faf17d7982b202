//! Builds and signs webhook requests.

use std::fmt;
use std::time::Duration;

use crate::hubspot::Signatures;

use super::sign;

/// The timeout that HubSpot has been observed to announce.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The method of every webhook, in upper case.
pub const METHOD: &str = "POST";

/// A signed POST request. Sending it again repeats it byte for byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The URL that the app registered, which is signed.
    pub url: String,
    /// Headers with HubSpot's spelling of the names.
    pub headers: Vec<(String, String)>,
    /// The body, usually JSON.
    pub body: Vec<u8>,
}

/// Signs webhooks.
#[derive(Clone, PartialEq)]
pub struct Signer {
    /// The app's client secret.
    pub secret: String,
    /// The signatures to add.
    pub signatures: Signatures,
}

impl Signer {
    /// Builds a request to a URL, signed for this time in epoch milliseconds.
    pub fn request(&self, url: &str, body: &[u8], at_ms: u64) -> Request {
        self.request_within(url, body, at_ms, TIMEOUT)
    }

    /// Builds such a request that announces this timeout.
    pub fn request_within(&self, url: &str, body: &[u8], at_ms: u64, within: Duration) -> Request {
        let secret = self.secret.as_str();
        let older = match self.signatures {
            Signatures::V1 | Signatures::V1V3 => Some(("v1", sign::v1(secret, body))),
            Signatures::V2 | Signatures::V2V3 => Some(("v2", sign::v2(secret, METHOD, url, body))),
            Signatures::V3 => None,
        };
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        if let Some((version, signature)) = older {
            headers.extend([("X-HubSpot-Signature", signature), ("X-HubSpot-Signature-Version", version.to_owned())]);
        }
        if !matches!(self.signatures, Signatures::V1 | Signatures::V2) {
            headers.push(("X-HubSpot-Signature-v3", sign::v3(secret, METHOD, &sign::decoded(url), body, at_ms)));
            headers.push(("X-HubSpot-Request-Timestamp", at_ms.to_string()));
        }
        headers.push(("X-HubSpot-Timeout-Millis", within.as_millis().to_string()));
        Request {
            url: url.to_owned(),
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            body: body.to_vec(),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signer").field("signatures", &self.signatures).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_signature_has_its_headers() {
        let names = |signatures| {
            let signer = Signer { secret: "s3cret-of-ours".to_owned(), signatures };
            assert!(!format!("{signer:?}").contains("s3cret"));
            let headers = signer.request("https://a.example/%3A", b"{}", 1_700_000_000_000).headers;
            headers
                .into_iter()
                .filter(|(name, _)| name.starts_with("X-HubSpot-Signature") || name.ends_with("Timestamp"))
                .map(|(name, value)| if name.ends_with("Version") { value } else { name })
                .collect::<Vec<_>>()
        };
        assert_eq!(names(Signatures::V1), ["X-HubSpot-Signature", "v1"]);
        assert_eq!(names(Signatures::V2), ["X-HubSpot-Signature", "v2"]);
        assert_eq!(names(Signatures::V3), ["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"]);
        assert_eq!(names(Signatures::V1V3)[1..3], ["v1", "X-HubSpot-Signature-v3"]);
        assert_eq!(names(Signatures::V2V3)[1..3], ["v2", "X-HubSpot-Signature-v3"]);
    }

    #[test]
    fn v3_signs_the_decoded_url_and_v2_the_url_itself() {
        let request = |signatures| {
            let signer = Signer { secret: "secret".to_owned(), signatures };
            signer.request("https://a.example/%3A", b"{}", 7).headers
        };
        let v3 = sign::v3("secret", "POST", "https://a.example/:", b"{}", 7);
        assert!(request(Signatures::V3).contains(&("X-HubSpot-Signature-v3".to_owned(), v3)));
        let v2 = sign::v2("secret", "POST", "https://a.example/%3A", b"{}");
        assert!(request(Signatures::V2).contains(&("X-HubSpot-Signature".to_owned(), v2)));
    }
}
