//! What is refused: problem+json (RFC 9457), a sentence that names the fix.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use cordboard_core::api_error;

use crate::flow::ApiError;
use crate::lifecycle::LifecycleError;
use crate::plug::LoadError;
use crate::plug::library::{AdmitError, LibraryError, QuotaExceeded};
use crate::store::StoreError;

/// A configuration may have a hundred faults; more than that is not read.
const MAX_DETAIL_LEN: usize = 32 << 10;

/// A result of an operation.
pub(super) type Result<T> = std::result::Result<T, Problem>;

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    allow: Option<String>,
    retry_after: Option<u64>,
    counted: Option<&'static str>,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), allow: None, retry_after: None, counted: None }
    }

    /// The request is not what the operation takes.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The request has no token, or not one alone.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self { counted: Some("no-token"), ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// The token is nobody's.
    pub fn unknown_token(detail: impl Into<String>) -> Self {
        Self { counted: Some("unknown-token"), ..Self::new(StatusCode::UNAUTHORIZED, detail) }
    }

    /// Its sender may not.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self { counted: Some("forbidden"), ..Self::new(StatusCode::FORBIDDEN, detail) }
    }

    /// The token asks for too much at a time; it may try again after so many seconds.
    pub fn too_many(detail: impl Into<String>, retry_after: u64) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, detail);
        Self { retry_after: Some(retry_after), counted: Some("limit"), ..problem }
    }

    /// The plugs of the token take as much as they may.
    fn over_quota(detail: impl Into<String>) -> Self {
        Self { counted: Some("quota"), ..Self::new(StatusCode::INSUFFICIENT_STORAGE, detail) }
    }

    /// By which reason it is counted and logged, where it is.
    pub fn reason(&self) -> Option<&'static str> {
        self.counted
    }

    /// The sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// The address takes these methods only.
    pub fn method(methods: &[&str]) -> Self {
        let methods = methods.join(", ");
        Self {
            allow: Some(methods.clone()),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("this address takes {methods}"))
        }
    }

    /// The body did not come in time.
    pub fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "the body did not come in time: send it at once")
    }

    /// The body comes too slowly.
    pub fn below_min_rate(bytes_per_second: usize) -> Self {
        let detail =
            format!("the body comes more slowly than {bytes_per_second} bytes a second: push over a faster line");
        Self::new(StatusCode::REQUEST_TIMEOUT, detail)
    }

    /// The body is longer than it may be.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    }

    /// It is not to be had of this bridge.
    pub fn rejected(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// The bridge failed, or has no room.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// As a response.
    pub fn response(self) -> Response {
        let Self { status, detail, allow, retry_after, .. } = self;
        let detail: String = detail.chars().take(MAX_DETAIL_LEN).collect();
        let title = status.canonical_reason().unwrap_or("Refused");
        let body = api_error::Problem::new(status.as_u16(), title, &detail).body;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<LifecycleError> for Problem {
    fn from(error: LifecycleError) -> Self {
        match error {
            LifecycleError::Rejected(sentence) => Self::rejected(sentence),
            LifecycleError::NotFound(sentence) => Self::not_found(sentence),
            LifecycleError::Unavailable(sentence) => Self::unavailable(sentence),
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
            LibraryError::NotHere(_) => Self::not_found(sentence),
            LibraryError::Changed(_) | LibraryError::Unfit { .. } => Self::rejected(sentence),
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
            AdmitError::Quota(_) => Self::over_quota(error.to_string()),
            AdmitError::Refused(LoadError::TooLarge { .. }) => Self::too_large(error.to_string()),
            _ => Self::rejected(error.to_string()),
        }
    }
}

/// Of reading a body.
impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::BodyTooLarge(limit) => {
                Self::too_large(format!("the body is longer than {limit} bytes: send less"))
            }
            ApiError::BodyTimeout => Self::too_slow(),
            other => Self::malformed(other.detail()),
        }
    }
}
