//! Public addresses that are served elsewhere.

use url::Url;

use crate::hubspot::Error;

/// A public address that is served elsewhere, as behind a proxy that ends TLS: webhooks are signed and logged for the
/// one and sent to the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// What a webhook's URL begins with, in whole segments of its path.
    pub public: String,
    /// What stands in its place.
    pub to: String,
}

impl Forward {
    /// Whether both are addresses.
    ///
    /// # Errors
    /// Which one is none.
    pub(super) fn check(&self) -> Result<(), Error> {
        for url in [&self.public, &self.to] {
            let whole = Url::parse(url).is_ok_and(|url| {
                let plain = url.query().is_none() && url.username().is_empty() && url.password().is_none();
                matches!(url.scheme(), "http" | "https") && url.has_host() && plain
            });
            if !whole {
                return Err(Error::Options(
                    "an address cannot be forwarded: write both as http:// or https:// with a host, no user and no query"
                        .to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// Where this address is connected to; none where the forward is not for it.
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
    fn a_forward_fits_whole_segments() {
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
