//! Admission of webhook requests: route, method, media type and sender are checked before any plug runs. Also decides
//! which parts of an admitted request the plug sees, and completes its response.

use crate::api_error::ApiError;
use crate::resolved_settings::{ResolvedSettings, SigningKeysOnly};
use crate::signature_scheme::{self, Incoming, Secrets, Sender, security_headers};
use crate::types::http::{Header, WebhookRequest, WebhookResponse};
use crate::types::manifest::Route;
use crate::{SignedRequest, digest_of, render, rules};

/// An admitted request.
#[derive(Clone, Debug, PartialEq)]
pub struct Admitted<'a> {
    /// The matching route.
    pub route: &'a Route,
    /// How the sender was authenticated.
    pub sender: Sender,
}

impl Admitted<'_> {
    /// Returns the request as the plug may see it: with the headers that its route declares, except those that
    /// authenticate the sender.
    pub fn for_plug(&self, incoming: &Incoming<'_>, query: &str, received_at: u64) -> WebhookRequest {
        let security_headers = security_headers(self.route);
        let headers = incoming.headers.iter().filter(|(name, _)| is_forwarded(name, self.route, &security_headers));
        WebhookRequest {
            route: self.route.name.clone(),
            method: incoming.method.to_owned(),
            query: query.to_owned(),
            headers: headers.map(|(name, value)| Header { name: (*name).to_owned(), value: value.to_vec() }).collect(),
            body: incoming.body.to_vec(),
            received_at,
        }
    }

    /// Returns what identifies the request and its repeats.
    pub fn signed(&self, incoming: &Incoming<'_>, received_at: u64) -> SignedRequest {
        let digest = digest(incoming, &security_headers(self.route));
        SignedRequest { digest, covers_time: self.sender.covers_time(), received_at }
    }
}

/// The response to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names are in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// Completes a plug's response with the settings of its connection or app: checks the status and headers, and renders
/// the body.
///
/// # Errors
/// Returns the reason if the response violates the contract.
pub fn respond(response: &WebhookResponse, settings: &ResolvedSettings) -> Result<Response, String> {
    let headers = rules::headers(response)?;
    rules::body(response)?;
    let body = render::render(&response.body, &SigningKeysOnly(settings))?;
    Ok(Response { status: response.status, headers, body })
}

/// Finds a request's route, and checks its method, media type and sender. For `secrets`, `accept` and `now`, see
/// [`signature_scheme::verify`].
///
/// # Errors
/// Why the request is not admitted: a 404, 405, 415 or 401 error.
pub fn admit<'a>(
    routes: &'a [Route],
    route: &str,
    incoming: &Incoming<'_>,
    secrets: &(impl Secrets + ?Sized),
    accept: Option<&[String]>,
    now: u64,
) -> Result<Admitted<'a>, ApiError> {
    let route = find(routes, route, incoming)?;
    let sender = signature_scheme::verify(route, secrets, accept, incoming, now).map_err(ApiError::Unauthenticated)?;
    Ok(Admitted { route, sender })
}

/// Finds a request's route, and checks its method and media type. Needs only the request's head.
///
/// # Errors
/// Why the request is not admitted: a 404, 405 or 415 error.
pub fn find<'a>(routes: &'a [Route], route: &str, head: &Incoming<'_>) -> Result<&'a Route, ApiError> {
    let route = routes.iter().find(|declared| declared.name == route).ok_or(ApiError::NotFound("route"))?;
    if !route.methods.iter().any(|method| method == head.method) {
        return Err(ApiError::MethodNotAllowed(route.methods.clone()));
    }
    check_media_type(route, head)?;
    Ok(route)
}

fn check_media_type(route: &Route, incoming: &Incoming<'_>) -> Result<(), ApiError> {
    let stated = incoming.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let Some((_, value)) = stated else { return Ok(()) };
    let value = value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let is_accepted = route.media_types.is_empty()
        || route.media_types.iter().any(|accepted| value.eq_ignore_ascii_case(accepted.as_bytes()));
    if is_accepted { Ok(()) } else { Err(ApiError::UnsupportedMediaType(route.media_types.clone())) }
}

/// Whether the plug may see this header: the route must declare it, and it must not be one of the route's
/// [`security_headers`].
fn is_forwarded(name: &str, route: &Route, security_headers: &[String]) -> bool {
    let named = |names: &[String]| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    named(&route.headers) && !named(security_headers)
}

/// A digest of the request's method, address and body, and of its sender's `security_headers`. Byte-for-byte repeats
/// have the same digest.
fn digest(incoming: &Incoming<'_>, security_headers: &[String]) -> String {
    let security = incoming.headers.iter().filter_map(|(name, value)| {
        let header = security_headers.iter().find(|header| header.eq_ignore_ascii_case(name))?;
        Some([header.as_bytes(), *value])
    });
    let target = [incoming.method.as_bytes(), incoming.url.as_bytes()];
    digest_of(target.into_iter().chain(security.flatten()).chain([incoming.body]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::manifest::{Authenticity, IfUnset};

    const INCOMING: Incoming<'_> = Incoming { method: "POST", url: "https://x.example/a", headers: &[], body: b"body" };

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn route() -> Route {
        Route {
            name: "events".to_owned(),
            summary: String::new(),
            methods: texts(&["POST", "PUT"]),
            media_types: texts(&["application/json"]),
            authenticity: Authenticity::SharedSecret("X-Token".to_owned()),
            secrets: texts(&["token"]),
            if_unset: IfUnset::Refuse,
            headers: texts(&["X-Event", "X-Token"]),
        }
    }

    fn admitted(name: &str, incoming: Incoming<'_>) -> Result<String, ApiError> {
        let secrets = [("token", texts(&["s3cret"]))];
        admit(&[route()], name, &incoming, secrets.as_slice(), None, 0).map(|admitted| admitted.route.name.clone())
    }

    #[test]
    fn route_method_and_media_type_are_checked_before_the_sender() {
        assert_eq!(admitted("other", INCOMING), Err(ApiError::NotFound("route")));
        let get = Incoming { method: "GET", ..INCOMING };
        assert_eq!(admitted("events", get), Err(ApiError::MethodNotAllowed(texts(&["POST", "PUT"]))));
        let form = Incoming { headers: &[("Content-Type", b"text/plain")], ..INCOMING };
        assert_eq!(admitted("events", form), Err(ApiError::UnsupportedMediaType(texts(&["application/json"]))));
        let missing = signature_scheme::VerifyError::HeaderMissing("x-token".to_owned());
        assert_eq!(admitted("events", INCOMING), Err(ApiError::Unauthenticated(missing)));
    }

    #[test]
    fn content_types_may_have_parameters_or_be_missing() {
        for headers in [
            [("content-type", b"Application/JSON; charset=utf-8".as_slice()), ("x-token", b"s3cret")].as_slice(),
            &[("X-Token", b"s3cret")],
        ] {
            assert_eq!(admitted("events", Incoming { headers, ..INCOMING }), Ok("events".to_owned()));
        }
    }

    #[test]
    fn only_declared_headers_are_forwarded_and_never_security_headers() {
        let security_headers = security_headers(&route());
        assert!(
            is_forwarded("x-event", &route(), &security_headers)
                && is_forwarded("X-EVENT", &route(), &security_headers)
        );
        for hidden in ["x-token", "X-Token", "cookie", ""] {
            assert!(!is_forwarded(hidden, &route(), &security_headers), "{hidden}");
        }
    }

    #[test]
    fn digests_cover_security_headers_and_no_others() {
        let security_headers = texts(&["x-token"]);
        let of = |headers, url, body| digest(&Incoming { headers, url, body, ..INCOMING }, &security_headers);
        let token: &[(&str, &[u8])] = &[("x-token", b"a")];
        let one = of(token, "https://x.example/", b"body");
        assert_eq!(one, of(&[("x-other", b"b"), ("X-Token", b"a")], "https://x.example/", b"body"));
        assert_ne!(one, of(&[("x-token", b"b")], "https://x.example/", b"body"));
        assert_ne!(one, of(token, "https://x.example/b", b"ody"));
        assert_ne!(one, of(&[], "https://x.example/", b"body"));
        // Digests are stored, so they must never change.
        assert_eq!(one, "9fa375e594f0c76127aca805fd5c7d301e5b0e33e7e57553b9134d67c92635c2");
    }
}
