//! Forwards of public addresses to local ones.

use url::Url;

use crate::hubspot::Error;

/// A forward of a public address to another one, like a proxy that terminates TLS. Webhooks are signed and logged for
/// the public address and sent to the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// The prefix of a webhook's URL, in whole path segments.
    pub public: String,
    /// The replacement for the prefix.
    pub to: String,
}

impl Forward {
    /// Checks both addresses.
    ///
    /// # Errors
    /// Returns an error if one is invalid.
    pub(super) fn check(&self) -> Result<(), Error> {
        for url in [&self.public, &self.to] {
            let whole = Url::parse(url).is_ok_and(|url| {
                let plain = url.query().is_none() && url.username().is_empty() && url.password().is_none();
                matches!(url.scheme(), "http" | "https") && url.has_host() && plain
            });
            if !whole {
                return Err(Error::Options(
                    "an address cannot be forwarded: use http:// or https:// with a host, without user and query"
                        .to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// Returns the forwarded address, or `None` if the forward does not match.
    pub(super) fn apply(&self, url: &str) -> Option<String> {
        let rest = url.strip_prefix(self.public.trim_end_matches('/'))?;
        let whole = rest.is_empty() || rest.starts_with(['/', '?']);
        whole.then(|| format!("{}{rest}", self.to.trim_end_matches('/')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forward_matches_whole_segments() {
        let to = |public: &str, url: &str| {
            Forward { public: public.to_owned(), to: "http://127.0.0.1:8080/".to_owned() }.apply(url)
        };
        let here = |path: &str| Some(format!("http://127.0.0.1:8080{path}"));
        assert_eq!(to("https://a.example", "https://a.example/hubspot/1?x=y"), here("/hubspot/1?x=y"));
        assert_eq!(to("https://a.example/", "https://a.example"), here(""));
        assert_eq!(to("https://a.example/hub", "https://a.example/hub/1"), here("/1"));
        for other in ["https://a.example.org/", "https://a.example:8443/", "http://a.example/"] {
            assert_eq!(to("https://a.example", other), None, "{other}");
        }
        assert_eq!(to("https://a.example/hub", "https://a.example/hubspot"), None);
    }
}
