//! Errors returned to HTTP callers, as problem details (RFC 9457).

use serde_json::json;

use crate::inbound::Response;
use crate::signature_scheme;

/// Why a request is rejected before or instead of a plug's response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The sender could not be authenticated.
    Unauthenticated(signature_scheme::VerifyError),
    /// No such app, account, key, route or conference. Holds the kind of thing that is missing.
    NotFound(&'static str),
    /// The route does not accept this method. Holds the methods that it accepts.
    MethodNotAllowed(Vec<String>),
    /// The request's head exceeds the limit.
    HeadTooLarge,
    /// The body exceeds this limit, in bytes.
    BodyTooLarge(usize),
    /// The body did not arrive in time.
    BodyTimeout,
    /// The route does not accept this media type. Holds the types that it accepts.
    UnsupportedMediaType(Vec<String>),
    /// The request does not follow the sender's documentation. Names the field.
    Malformed(String),
    /// The account exceeds one of its limits.
    RateLimited {
        /// The limit, as a label for metrics.
        reason: &'static str,
        /// The limit and a hint how to stay below it.
        why: String,
        /// Seconds to wait before a retry.
        retry_after: u64,
    },
    /// The plug failed. Says how.
    PlugFailed(String),
    /// The store is unavailable or a global limit is reached. Nothing was lost: the request can be sent again.
    Unavailable(String),
    /// The bridge failed during a change, which may have happened. Says how it failed.
    OutcomeUnknown(String),
}

impl Response {
    /// Returns a problem document with a title and a detail that names the fix.
    pub fn problem(status: u16, title: &str, detail: &str) -> Self {
        let headers = vec![("content-type", "application/problem+json".to_owned())];
        let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        Self { status, headers, body: body.to_string() }
    }
}

impl ApiError {
    /// Returns the HTTP status, the label for metrics and the title.
    fn kind(&self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Unauthenticated(error) => (401, error.reason(), "Unauthenticated"),
            Self::NotFound(_) => (404, "not-found", "Not found"),
            Self::MethodNotAllowed(_) => (405, "method", "Method not allowed"),
            Self::HeadTooLarge => (431, "head-too-large", "Request head too large"),
            Self::BodyTooLarge(_) => (413, "too-large", "Request body too large"),
            Self::BodyTimeout => (408, "too-slow", "Request body timeout"),
            Self::UnsupportedMediaType(_) => (415, "media-type", "Unsupported media type"),
            Self::Malformed(_) => (400, "malformed", "Malformed request"),
            Self::RateLimited { reason, .. } => (429, *reason, "Too many requests"),
            Self::PlugFailed(_) => (502, "plug-failed", "Plug failed"),
            Self::Unavailable(_) => (503, "unavailable", "Temporarily unavailable"),
            Self::OutcomeUnknown(_) => (503, "outcome-unknown", "Outcome unknown"),
        }
    }

    /// A label for metrics.
    pub fn reason(&self) -> &'static str {
        self.kind().1
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.kind().0
    }

    /// Returns whether the same request may succeed later. Its answer has a `retry-after` header.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable(_) | Self::OutcomeUnknown(_))
    }

    /// What failed and how to fix it.
    pub fn detail(&self) -> String {
        match self {
            Self::Unauthenticated(error) => error.to_string(),
            Self::NotFound(missing @ ("conference" | "account")) => {
                format!("there is no such {missing} in this app: check whether it belongs to another app")
            }
            Self::NotFound(missing) => {
                format!("there is no such {missing}: check the address with the operator")
            }
            Self::MethodNotAllowed(methods) => format!("this address only accepts {}", methods.join(", ")),
            Self::HeadTooLarge => {
                "the request's address and headers exceed the limit: send fewer or shorter headers".to_owned()
            }
            Self::BodyTooLarge(limit) => {
                format!("the body exceeds the limit of {limit} bytes: send less at a time")
            }
            Self::BodyTimeout => "the body did not arrive in time: send it without pauses".to_owned(),
            Self::UnsupportedMediaType(types) => {
                format!("this address only accepts {}: set content-type", types.join(", "))
            }
            Self::Malformed(why) | Self::RateLimited { why, .. } => why.clone(),
            Self::PlugFailed(how) => format!("{how}: the operator's log names the plug"),
            Self::Unavailable(why) => format!("{why}: nothing was lost, send the request again"),
            Self::OutcomeUnknown(why) => {
                format!("{why}: send the same request again, then check that it was carried out only once")
            }
        }
    }

    /// Converts the error into an HTTP response.
    pub fn problem(&self) -> Response {
        let (status, _, title) = self.kind();
        let mut problem = Response::problem(status, title, &self.detail());
        problem.headers.extend(match self {
            Self::MethodNotAllowed(methods) => Some(("allow", methods.join(", "))),
            Self::RateLimited { retry_after, .. } => Some(("retry-after", retry_after.to_string())),
            Self::Unavailable(_) | Self::OutcomeUnknown(_) => Some(("retry-after", "1".to_owned())),
            _ => None,
        });
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_becomes_a_problem_document() {
        let methods = ApiError::MethodNotAllowed(vec!["POST".to_owned(), "PUT".to_owned()]);
        let problem = methods.problem();
        assert_eq!((problem.status, methods.reason()), (405, "method"));
        let headers = [("content-type", "application/problem+json".to_owned()), ("allow", "POST, PUT".to_owned())];
        assert_eq!(problem.headers, headers);
        let body: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Method not allowed", "status": 405,
            "detail": "this address only accepts POST, PUT",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_retryable_error_has_a_retry_after_header() {
        let limited =
            ApiError::RateLimited { reason: "account-in-flight", why: "too many: wait".to_owned(), retry_after: 7 };
        assert_eq!(
            (limited.reason(), limited.status(), limited.detail()),
            ("account-in-flight", 429, "too many: wait".into())
        );
        assert!(limited.problem().headers.contains(&("retry-after", "7".to_owned())));
        let unavailable = ApiError::Unavailable("the store failed".to_owned());
        assert!(limited.is_retryable() && unavailable.is_retryable() && !ApiError::HeadTooLarge.is_retryable());
        let unavailable = unavailable.problem();
        assert!(
            unavailable.headers.contains(&("retry-after", "1".to_owned()))
                && unavailable.body.contains("send the request again")
        );
    }

    #[test]
    fn an_unknown_outcome_does_not_promise_that_nothing_was_lost() {
        let unknown = ApiError::OutcomeUnknown("the disk failed".to_owned());
        assert_eq!((unknown.status(), unknown.reason(), unknown.is_retryable()), (503, "outcome-unknown", true));
        let problem = unknown.problem();
        assert!(problem.headers.contains(&("retry-after", "1".to_owned())));
        assert!(problem.body.contains("carried out only once") && !problem.body.contains("nothing was lost"));
    }
}
