//! Error responses: problem+json (RFC 9457) with a hint for the fix.

use axum::http::StatusCode;
use axum::response::Response;
use cordboard_core::inbound;

use cordboard_bridge::flow::ApiError;
use cordboard_bridge::lifecycle::LifecycleError;
use cordboard_library::{AdmitError, LibraryError, QuotaExceeded};
use cordboard_runtime::LoadError;
use cordboard_store::StoreError;

use crate::response::response;

/// Maximum length of a detail, in characters; enough for the hundred faults that a configuration may have.
const MAX_DETAIL_LEN: usize = 32 << 10;

/// The result of an operation.
pub(super) type Result<T> = std::result::Result<T, Problem>;

/// An error response.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    /// What failed and how to fix it.
    pub detail: String,
    allow: Option<String>,
    retry_after: Option<u64>,
    /// The reason under which the refusal is counted and logged; `None` if it is not.
    pub reason: Option<&'static str>,
}

impl Problem {
    /// Returns a problem with this status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), allow: None, retry_after: None, reason: None }
    }

    /// The request is malformed (400).
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The request has no token, or several (401).
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self { reason: Some("no-token"), ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// The token is unknown (401).
    pub fn unknown_token(detail: impl Into<String>) -> Self {
        Self { reason: Some("unknown-token"), ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// The token does not permit the request (403).
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self { reason: Some("forbidden"), ..Self::new(StatusCode::FORBIDDEN, detail) }
    }

    /// The token exceeds a rate limit (429). `retry_after` is in seconds.
    pub fn too_many(detail: impl Into<String>, retry_after: u64) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, detail);
        Self { retry_after: Some(retry_after), reason: Some("limit"), ..problem }
    }

    /// There is no such resource (404).
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// The request is well-formed but cannot be carried out (422).
    pub fn rejected(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// The bridge failed or is overloaded (503).
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// Converts the problem into a response.
    pub fn response(self) -> Response {
        let Self { status, detail, allow, retry_after, .. } = self;
        let detail: String = detail.chars().take(MAX_DETAIL_LEN).collect();
        let title = status.canonical_reason().unwrap_or("Refused");
        let mut problem = inbound::Response::problem(status.as_u16(), title, &detail);
        if status == StatusCode::UNAUTHORIZED {
            problem.headers.push(("www-authenticate", "Bearer".to_owned()));
        }
        problem.headers.extend(allow.map(|allow| ("allow", allow)));
        problem.headers.extend(retry_after.map(|seconds| ("retry-after", seconds.to_string())));
        response(problem.into())
    }
}

impl From<LifecycleError> for Problem {
    fn from(error: LifecycleError) -> Self {
        let sentence = error.to_string();
        match error {
            LifecycleError::Rejected(_) | LifecycleError::Config(_) | LifecycleError::Plug(_) => {
                Self::rejected(sentence)
            }
            LifecycleError::NotFound(_) => Self::not_found(sentence),
            LifecycleError::Store(_)
            | LifecycleError::Vault(_)
            | LifecycleError::Registry(_)
            | LifecycleError::Unreadable { .. } => Self::unavailable(sentence),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        LifecycleError::from(error).into()
    }
}

impl From<LibraryError> for Problem {
    fn from(error: LibraryError) -> Self {
        let sentence = error.to_string();
        match error {
            LibraryError::NotFound(_) => Self::not_found(sentence),
            LibraryError::Changed(_) | LibraryError::Unusable { .. } => Self::rejected(sentence),
            _ => Self::unavailable(sentence),
        }
    }
}

impl From<AdmitError> for Problem {
    fn from(error: AdmitError) -> Self {
        match error {
            AdmitError::Library(error) => error.into(),
            AdmitError::Quota(QuotaExceeded::CompileTime { retry_after, .. }) => {
                Self::too_many(error.to_string(), retry_after)
            }
            AdmitError::Quota(_) => {
                Self { reason: Some("quota"), ..Self::new(StatusCode::INSUFFICIENT_STORAGE, error.to_string()) }
            }
            AdmitError::Refused(LoadError::TooLarge { .. }) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string())
            }
            _ => Self::rejected(error.to_string()),
        }
    }
}

/// Converts errors that the flows have too, with their wording.
impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let problem = Self::new(status, error.detail());
        match error {
            ApiError::MethodNotAllowed(methods) => Self { allow: Some(methods.join(", ")), ..problem },
            _ => problem,
        }
    }
}
