//! The page on which a person acts as a HubSpot user and inspects calls: static files without a build step.
//!
//! It uses only the endpoints under `/emulator`. It shows untrusted content, so it inserts everything as text, and its
//! content security policy allows only these files.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::routing::get;

/// The content security policy. The only image is the icon.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Each file with its path and content type.
const FILES: [(&str, &str, &str); 18] = [
    ("/", HTML, include_str!("index.html")),
    ("/page/icon.svg", "image/svg+xml", include_str!("icon.svg")),
    ("/page/page.css", CSS, include_str!("page.css")),
    ("/page/controls.css", CSS, include_str!("controls.css")),
    ("/page/parts.css", CSS, include_str!("parts.css")),
    ("/page/page.js", SCRIPT, include_str!("page.js")),
    ("/page/api.js", SCRIPT, include_str!("api.js")),
    ("/page/booking.js", SCRIPT, include_str!("booking.js")),
    ("/page/calls.js", SCRIPT, include_str!("calls.js")),
    ("/page/dom.js", SCRIPT, include_str!("dom.js")),
    ("/page/editor.js", SCRIPT, include_str!("editor.js")),
    ("/page/faults.js", SCRIPT, include_str!("faults.js")),
    ("/page/indent.js", SCRIPT, include_str!("indent.js")),
    ("/page/meetings.js", SCRIPT, include_str!("meetings.js")),
    ("/page/numbers.js", SCRIPT, include_str!("numbers.js")),
    ("/page/shelf.js", SCRIPT, include_str!("shelf.js")),
    ("/page/times.js", SCRIPT, include_str!("times.js")),
    ("/page/webhooks.js", SCRIPT, include_str!("webhooks.js")),
];

/// Serves the page at `/` and its files under `/page/`.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.into_iter().fold(Router::new(), |router, (address, content_type, text)| {
        let headers = [
            (CONTENT_TYPE, content_type),
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            // Another version of the program may serve a different page at the same address.
            (CACHE_CONTROL, "no-cache"),
        ];
        router.route(address, get(async move || (headers, text)))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FILES;

    /// Returns the paths that the files refer to, in attributes and imports.
    fn named() -> BTreeSet<String> {
        let quoted = |text: &'static str| text.split('"').skip(1).step_by(2);
        let names = FILES.iter().flat_map(|(_, _, text)| quoted(text));
        let absolute = names.filter_map(|name| name.strip_prefix("/page/").or_else(|| name.strip_prefix("./")));
        absolute.map(|name| format!("/page/{name}")).collect()
    }

    #[test]
    fn exactly_the_referenced_files_are_served() {
        let served: BTreeSet<String> = FILES.iter().skip(1).map(|(address, ..)| (*address).to_owned()).collect();
        assert_eq!(named(), served);
    }

    #[test]
    fn no_file_inserts_html_or_inline_styles() {
        for (address, _, text) in FILES {
            for way in ["innerHTML", "outerHTML", "AdjacentHTML", "document.write", "eval(", "style=", " onclick"] {
                assert!(!text.contains(way), "{address} has {way}");
            }
        }
    }
}
