//! What is refused, and how the asker is told: problem+json (RFC 9457), a sentence that names the mend.

use bytes::Bytes;
use cordboard_core::recipe;

use crate::plug::CallError;
use crate::store::StoreError;
use crate::world::Excess;

use super::respond::Reply;

/// Why a request gets no answer of a plug.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Its sender is not who the route is for.
    Unauthentic(recipe::Refusal),
    /// No such app, account, key, route or conference: what is unknown.
    Unknown(&'static str),
    /// The route is not called so.
    Method(Vec<String>),
    /// The body is longer than this.
    TooLarge(usize),
    /// The body did not come in time.
    TooSlow,
    /// The body is of another type than these.
    MediaType(Vec<String>),
    /// Its sender broke its own contract: names the field.
    Malformed(String),
    /// Its account asks for more than it may.
    Excess(Excess),
    /// The plug broke.
    Broken(CallError),
    /// Our store or limits.
    Ours(String),
}

impl Refusal {
    /// A short word for counters.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unauthentic(refusal) => refusal.reason(),
            Self::Unknown(_) => "unknown",
            Self::Method(_) => "method",
            Self::TooLarge(_) => "too-large",
            Self::TooSlow => "too-slow",
            Self::MediaType(_) => "media-type",
            Self::Malformed(_) => "malformed",
            Self::Excess(excess) => excess.reason(),
            Self::Broken(_) => "plug-broken",
            Self::Ours(_) => "unavailable",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthentic(_) => 401,
            Self::Unknown(_) => 404,
            Self::Method(_) => 405,
            Self::TooLarge(_) => 413,
            Self::TooSlow => 408,
            Self::MediaType(_) => 415,
            Self::Malformed(_) => 400,
            Self::Excess(_) => 429,
            Self::Broken(_) => 502,
            Self::Ours(_) => 503,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Unauthentic(_) => "Not authentic",
            Self::Unknown(_) => "Not found",
            Self::Method(_) => "Method not allowed",
            Self::TooLarge(_) => "Body too large",
            Self::TooSlow => "Body too slow",
            Self::MediaType(_) => "Unsupported media type",
            Self::Malformed(_) => "Malformed request",
            Self::Excess(_) => "Too many requests",
            Self::Broken(_) => "The plug failed",
            Self::Ours(_) => "Try again",
        }
    }

    /// A sentence that names the mend.
    pub fn detail(&self) -> String {
        match self {
            Self::Unauthentic(refusal) => refusal.to_string(),
            Self::Unknown(what @ ("conference" | "account")) => {
                format!("there is no such {what} of this app: was it made, or configured, for another one?")
            }
            Self::Unknown(what) => format!("there is no such {what} here: compare the address with `cordboard status`"),
            Self::Method(methods) => format!("this address takes {}", methods.join(", ")),
            Self::TooLarge(limit) => {
                format!("the body is longer than {limit} bytes: send less, or let the owner raise `body-limit-bytes`")
            }
            Self::TooSlow => "the body did not come in time: send it at once".to_owned(),
            Self::MediaType(types) => format!("this address takes {}: set content-type", types.join(", ")),
            Self::Malformed(why) => why.clone(),
            Self::Excess(excess) => excess.to_string(),
            Self::Broken(error) => format!("{error}; the owner finds the plug and its digest in the log"),
            Self::Ours(why) => format!("{why}: nothing was lost, send the request again"),
        }
    }

    /// As a response.
    pub fn reply(&self) -> Reply {
        let mut headers = vec![("content-type", "application/problem+json".to_owned())];
        match self {
            Self::Method(methods) => headers.push(("allow", methods.join(", "))),
            Self::Excess(excess) => headers.push(("retry-after", excess.seconds().to_string())),
            Self::Ours(_) => headers.push(("retry-after", "1".to_owned())),
            _ => {}
        }
        let body = serde_json::json!({
            "type": "about:blank", "title": self.title(), "status": self.status(), "detail": self.detail(),
        });
        Reply { status: self.status(), headers, body: Bytes::from(body.to_string()), operation: None }
    }
}

impl From<Excess> for Refusal {
    fn from(excess: Excess) -> Self {
        Self::Excess(excess)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Ours(format!("the store failed: {error}"))
    }
}

impl From<getrandom::Error> for Refusal {
    fn from(_: getrandom::Error) -> Self {
        Self::Ours("the system has no randomness to give".to_owned())
    }
}

impl From<CallError> for Refusal {
    fn from(error: CallError) -> Self {
        match error {
            error if error.is_passing() => Self::Ours(error.to_string()),
            error => Self::Broken(error),
        }
    }
}
