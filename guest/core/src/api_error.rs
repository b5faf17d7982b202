//! What is refused, and how the caller is told: problem+json (RFC 9457), a sentence that names the fix.

use serde_json::json;

use crate::inbound::NotAdmitted;
use crate::signature_scheme;

/// Why a request gets no answer of a plug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// Its sender is not who the route is for.
    Unauthenticated(signature_scheme::VerifyError),
    /// No such app, account, key, route or conference: what is unknown.
    NotFound(&'static str),
    /// The route is not called so.
    MethodNotAllowed(Vec<String>),
    /// The request's head is longer than is taken.
    HeadTooLarge,
    /// The body is longer than this.
    BodyTooLarge(usize),
    /// The body did not come in time.
    BodyTimeout,
    /// The body is of another type than these.
    UnsupportedMediaType(Vec<String>),
    /// Its sender broke its own contract: names the field.
    Malformed(String),
    /// Its account asks for more than it may.
    RateLimited {
        /// Of what, in a short word for counters.
        reason: &'static str,
        /// A sentence that names the fix.
        why: String,
        /// Until it is worth asking again.
        retry_after: u64,
    },
    /// The plug broke; how, as a sentence.
    PlugFailed(String),
    /// Our store or limits.
    Unavailable(String),
}

/// A refusal as an HTTP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

impl Problem {
    /// Of a title and a sentence that names the fix.
    pub fn new(status: u16, title: &str, detail: &str) -> Self {
        let headers = vec![("content-type", "application/problem+json".to_owned())];
        let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        Self { status, headers, body: body.to_string() }
    }
}

impl ApiError {
    /// A short word for counters.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unauthenticated(error) => error.reason(),
            Self::NotFound(_) => "not-found",
            Self::MethodNotAllowed(_) => "method",
            Self::HeadTooLarge => "head-too-large",
            Self::BodyTooLarge(_) => "too-large",
            Self::BodyTimeout => "too-slow",
            Self::UnsupportedMediaType(_) => "media-type",
            Self::Malformed(_) => "malformed",
            Self::RateLimited { reason, .. } => reason,
            Self::PlugFailed(_) => "plug-failed",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated(_) => 401,
            Self::NotFound(_) => 404,
            Self::MethodNotAllowed(_) => 405,
            Self::HeadTooLarge => 431,
            Self::BodyTooLarge(_) => 413,
            Self::BodyTimeout => 408,
            Self::UnsupportedMediaType(_) => 415,
            Self::Malformed(_) => 400,
            Self::RateLimited { .. } => 429,
            Self::PlugFailed(_) => 502,
            Self::Unavailable(_) => 503,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "Not authentic",
            Self::NotFound(_) => "Not found",
            Self::MethodNotAllowed(_) => "Method not allowed",
            Self::HeadTooLarge => "Head too large",
            Self::BodyTooLarge(_) => "Body too large",
            Self::BodyTimeout => "Body too slow",
            Self::UnsupportedMediaType(_) => "Unsupported media type",
            Self::Malformed(_) => "Malformed request",
            Self::RateLimited { .. } => "Too many requests",
            Self::PlugFailed(_) => "The plug failed",
            Self::Unavailable(_) => "Try again",
        }
    }

    /// A sentence that names the fix.
    pub fn detail(&self) -> String {
        match self {
            Self::Unauthenticated(error) => error.to_string(),
            Self::NotFound(what @ ("conference" | "account")) => {
                format!("there is no such {what} of this app: was it made, or configured, for another one?")
            }
            Self::NotFound(what) => {
                format!("there is no such {what} here: compare the address with the one that the operator was shown")
            }
            Self::MethodNotAllowed(methods) => format!("this address takes {}", methods.join(", ")),
            Self::HeadTooLarge => {
                "the request's address and headers are longer than is taken here: send less of them".to_owned()
            }
            Self::BodyTooLarge(limit) => {
                format!("the body is longer than {limit} bytes, the most that is taken here: send less at a time")
            }
            Self::BodyTimeout => "the body did not come in time: send it at once".to_owned(),
            Self::UnsupportedMediaType(types) => format!("this address takes {}: set content-type", types.join(", ")),
            Self::Malformed(why) | Self::RateLimited { why, .. } => why.clone(),
            Self::PlugFailed(how) => format!("{how}; the operator finds the plug named in the log"),
            Self::Unavailable(why) => format!("{why}: nothing was lost, send the request again"),
        }
    }

    /// As a response.
    pub fn problem(&self) -> Problem {
        let mut problem = Problem::new(self.status(), self.title(), &self.detail());
        problem.headers.extend(match self {
            Self::MethodNotAllowed(methods) => Some(("allow", methods.join(", "))),
            Self::RateLimited { retry_after, .. } => Some(("retry-after", retry_after.to_string())),
            Self::Unavailable(_) => Some(("retry-after", "1".to_owned())),
            _ => None,
        });
        problem
    }
}

impl From<NotAdmitted> for ApiError {
    fn from(reason: NotAdmitted) -> Self {
        match reason {
            NotAdmitted::Route => Self::NotFound("route"),
            NotAdmitted::Method(methods) => Self::MethodNotAllowed(methods),
            NotAdmitted::MediaType(types) => Self::UnsupportedMediaType(types),
            NotAdmitted::Unauthenticated(error) => Self::Unauthenticated(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_problem_that_names_its_fix() {
        let methods = ApiError::from(NotAdmitted::Method(vec!["POST".to_owned(), "PUT".to_owned()]));
        let problem = methods.problem();
        assert_eq!((problem.status, methods.reason()), (405, "method"));
        let headers = [("content-type", "application/problem+json".to_owned()), ("allow", "POST, PUT".to_owned())];
        assert_eq!(problem.headers, headers);
        let body: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Method not allowed", "status": 405,
            "detail": "this address takes POST, PUT",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_caller_that_may_retry_is_told_when() {
        let limited =
            ApiError::RateLimited { reason: "account-in-flight", why: "too many: wait".to_owned(), retry_after: 7 };
        assert_eq!(
            (limited.reason(), limited.status(), limited.detail()),
            ("account-in-flight", 429, "too many: wait".into())
        );
        assert!(limited.problem().headers.contains(&("retry-after", "7".to_owned())));
        let unavailable = ApiError::Unavailable("the store failed".to_owned()).problem();
        assert!(
            unavailable.headers.contains(&("retry-after", "1".to_owned()))
                && unavailable.body.contains("send the request again")
        );
    }
}
