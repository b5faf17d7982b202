//! Shared by the signature scheme tests.
#![allow(dead_code, reason = "each test file uses some")]

use cordboard_core::signature_scheme::{
    Incoming, Sender, SignError, VerifyError, catalog, sign, sign_route, verify, verify_head,
};
use cordboard_core::types::manifest::{Authenticity, IfUnset, Route, SignatureScheme};

/// All schemes of the catalog, by name.
pub fn all_schemes() -> [(&'static str, Vec<SignatureScheme>); 8] {
    [
        ("hubspot", catalog::hubspot()),
        ("zoom", catalog::zoom()),
        ("daily", catalog::daily()),
        ("whereby", catalog::whereby()),
        ("jaas", catalog::jaas()),
        ("webex", catalog::webex()),
        ("github", catalog::github()),
        ("standard_webhooks", catalog::standard_webhooks()),
    ]
}

/// A route that requires its one secret, `secret`.
pub fn route(authenticity: Authenticity) -> Route {
    Route {
        name: "events".to_owned(),
        summary: "Whatever happened.".to_owned(),
        methods: vec!["POST".to_owned()],
        media_types: vec!["application/json".to_owned()],
        authenticity,
        secrets: vec!["secret".to_owned()],
        if_unset: IfUnset::Refuse,
        headers: Vec::new(),
    }
}

/// A sender authenticated by the scheme with this name.
pub fn by_signature(name: &str, covers_time: bool) -> Sender {
    Sender::Signed { name: name.to_owned(), covers_time }
}

/// A request that tests can alter before it is verified.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn post(url: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { method: "POST".to_owned(), url: url.to_owned(), headers: Vec::new(), body: body.into() }
    }

    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn headers(self, headers: impl IntoIterator<Item = (String, String)>) -> Self {
        headers.into_iter().fold(self, |request, (name, value)| request.header(&name, value))
    }

    fn incoming<T>(&self, read: impl FnOnce(Incoming<'_>) -> T) -> T {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        read(Incoming { method: &self.method, url: &self.url, headers: &headers, body: &self.body })
    }

    /// Calls [`sign`].
    pub fn sign(
        &self,
        scheme: &SignatureScheme,
        secret: &str,
        now_ms: u64,
    ) -> Result<Vec<(String, String)>, SignError> {
        self.incoming(|request| sign(scheme, secret, &request, now_ms))
    }

    /// Calls [`sign_route`].
    pub fn sign_route(
        &self,
        route: &Route,
        accept: Option<&str>,
        secret: &str,
        now_ms: u64,
    ) -> Result<Vec<(String, String)>, SignError> {
        self.incoming(|request| sign_route(route, accept, secret, &request, now_ms))
    }

    /// Calls [`verify`] with these values of the route's secret.
    pub fn verify(
        &self,
        route: &Route,
        secrets: &[&str],
        accept: Option<&[&str]>,
        now_ms: u64,
    ) -> Result<Sender, VerifyError> {
        let secrets = [("secret", secrets.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())];
        let accept = accept.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let (whole, head) = self.incoming(|request| {
            let head = Incoming { body: &[], ..request };
            (
                verify(route, secrets.as_slice(), accept.as_deref(), &request, now_ms),
                verify_head(route, secrets.as_slice(), accept.as_deref(), &head, now_ms),
            )
        });
        // Whatever the head alone is rejected for must be rejected with any body. Only checks that need the body may
        // differ.
        match head {
            Err(error) => assert_eq!(whole, Err(error)),
            Ok(()) => {
                let open = ["signature-mismatch", "secret-unreadable", "header-missing", "scheme-invalid"];
                assert!(whole.as_ref().map_or_else(|error| open.contains(&error.reason()), |_| true), "{whole:?}");
            }
        }
        whole
    }
}
