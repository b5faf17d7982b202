//! Whether a request from outside may come in, and what of it goes on. No plug has a part in this.

use crate::digest_of;
use crate::signature_scheme::{self, Incoming, Secrets, Sender};
use crate::types::manifest::Route;

/// Why a request may not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAdmitted {
    /// There is no such route.
    Route,
    /// The route is called with these methods.
    Method(Vec<String>),
    /// The body is to be of one of these types.
    MediaType(Vec<String>),
    /// Its sender is not who the route is for.
    Unauthenticated(signature_scheme::VerifyError),
}

/// A request that may come in.
#[derive(Clone, Debug, PartialEq)]
pub struct Admitted<'a> {
    /// Its route.
    pub route: &'a Route,
    /// How its sender is known.
    pub sender: Sender,
}

/// The route and sender of a request, once its method, media type and sender are found right. What `secrets`, `accept` and `now`
/// are is told at [`signature_scheme::verify`].
///
/// # Errors
/// Why it may not come in.
pub fn admit<'a>(
    routes: &'a [Route],
    route: &str,
    incoming: &Incoming<'_>,
    secrets: &(impl Secrets + ?Sized),
    accept: Option<&[String]>,
    now: u64,
) -> Result<Admitted<'a>, NotAdmitted> {
    let route = find(routes, route, incoming)?;
    let sender =
        signature_scheme::verify(route, secrets, accept, incoming, now).map_err(NotAdmitted::Unauthenticated)?;
    Ok(Admitted { route, sender })
}

/// The route of a request, once its method and media type are found right, which its head alone tells.
///
/// # Errors
/// Why it may not come in.
pub fn find<'a>(routes: &'a [Route], route: &str, head: &Incoming<'_>) -> Result<&'a Route, NotAdmitted> {
    let route = routes.iter().find(|known| known.name == route).ok_or(NotAdmitted::Route)?;
    if !route.methods.iter().any(|method| method == head.method) {
        return Err(NotAdmitted::Method(route.methods.clone()));
    }
    check_media_type(route, head)?;
    Ok(route)
}

fn check_media_type(route: &Route, incoming: &Incoming<'_>) -> Result<(), NotAdmitted> {
    let stated = incoming.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let Some((_, value)) = stated else { return Ok(()) };
    let value = value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let taken = route.media_types.is_empty()
        || route.media_types.iter().any(|taken| value.eq_ignore_ascii_case(taken.as_bytes()));
    if taken { Ok(()) } else { Err(NotAdmitted::MediaType(route.media_types.clone())) }
}

/// Whether a plug may see the header of this name: its route declares it, and it is none of the `security_headers` of
/// the sender, which are its [`security_headers`](signature_scheme::security_headers).
pub fn is_forwarded(name: &str, route: &Route, security_headers: &[String]) -> bool {
    let named = |names: &[String]| names.iter().any(|other| other.eq_ignore_ascii_case(name));
    named(&route.headers) && !named(security_headers)
}

/// Equal for the same request byte for byte with the same `security_headers` of its sender.
pub fn digest(incoming: &Incoming<'_>, security_headers: &[String]) -> String {
    let proved = incoming.headers.iter().filter_map(|(name, value)| {
        let header = security_headers.iter().find(|header| header.eq_ignore_ascii_case(name))?;
        Some([header.as_bytes(), *value])
    });
    let asked = [incoming.method.as_bytes(), incoming.url.as_bytes()];
    digest_of(asked.into_iter().chain(proved.flatten()).chain([incoming.body]))
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
            name: "told".to_owned(),
            summary: String::new(),
            methods: texts(&["POST", "PUT"]),
            media_types: texts(&["application/json"]),
            authenticity: Authenticity::SharedSecret("X-Token".to_owned()),
            secrets: texts(&["token"]),
            if_unset: IfUnset::Refuse,
            headers: texts(&["X-Event", "X-Token"]),
        }
    }

    fn admitted(name: &str, incoming: Incoming<'_>) -> Result<String, NotAdmitted> {
        let secrets = [("token", texts(&["s3cret"]))];
        admit(&[route()], name, &incoming, secrets.as_slice(), None, 0).map(|admitted| admitted.route.name.clone())
    }

    #[test]
    fn route_method_and_media_type_come_before_the_sender() {
        assert_eq!(admitted("other", INCOMING), Err(NotAdmitted::Route));
        let get = Incoming { method: "GET", ..INCOMING };
        assert_eq!(admitted("told", get), Err(NotAdmitted::Method(texts(&["POST", "PUT"]))));
        let form = Incoming { headers: &[("Content-Type", b"text/plain")], ..INCOMING };
        assert_eq!(admitted("told", form), Err(NotAdmitted::MediaType(texts(&["application/json"]))));
        let missing = signature_scheme::VerifyError::HeaderMissing("x-token".to_owned());
        assert_eq!(admitted("told", INCOMING), Err(NotAdmitted::Unauthenticated(missing)));
    }

    #[test]
    fn a_body_may_have_parameters_of_its_type_or_no_type() {
        for headers in [
            [("content-type", b"Application/JSON; charset=utf-8".as_slice()), ("x-token", b"s3cret")].as_slice(),
            &[("X-Token", b"s3cret")],
        ] {
            assert_eq!(admitted("told", Incoming { headers, ..INCOMING }), Ok("told".to_owned()));
        }
    }

    #[test]
    fn a_plug_sees_what_its_route_declares_and_no_security_header() {
        let security_headers = signature_scheme::security_headers(&route());
        assert!(
            is_forwarded("x-event", &route(), &security_headers)
                && is_forwarded("X-EVENT", &route(), &security_headers)
        );
        for hidden in ["x-token", "X-Token", "cookie", ""] {
            assert!(!is_forwarded(hidden, &route(), &security_headers), "{hidden}");
        }
    }

    #[test]
    fn requests_are_equal_with_their_security_headers() {
        let security_headers = texts(&["x-token"]);
        let of = |headers, url, body| digest(&Incoming { headers, url, body, ..INCOMING }, &security_headers);
        let token: &[(&str, &[u8])] = &[("x-token", b"a")];
        let one = of(token, "https://x.example/", b"body");
        assert_eq!(one, of(&[("x-other", b"b"), ("X-Token", b"a")], "https://x.example/", b"body"));
        assert_ne!(one, of(&[("x-token", b"b")], "https://x.example/", b"body"));
        assert_ne!(one, of(token, "https://x.example/b", b"ody"));
        assert_ne!(one, of(&[], "https://x.example/", b"body"));
        // Stores hold digests: they are not to change.
        assert_eq!(one, "9fa375e594f0c76127aca805fd5c7d301e5b0e33e7e57553b9134d67c92635c2");
    }
}
