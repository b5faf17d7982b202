//! What is refused, and how the asker is told: problem+json (RFC 9457), a sentence that names the mend.

use serde_json::json;

use crate::inbound::NotAdmitted;
use crate::recipe;

/// Why a request gets no answer of a plug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its sender is not who the route is for.
    Unauthentic(recipe::Refusal),
    /// No such app, account, key, route or conference: what is unknown.
    Unknown(&'static str),
    /// The route is not called so.
    Method(Vec<String>),
    /// The request's head is longer than is taken.
    HeadTooLarge,
    /// The body is longer than this.
    TooLarge(usize),
    /// The body did not come in time.
    TooSlow,
    /// The body is of another type than these.
    MediaType(Vec<String>),
    /// Its sender broke its own contract: names the field.
    Malformed(String),
    /// Its account asks for more than it may.
    Excess {
        /// Of what, in a short word for counters.
        reason: &'static str,
        /// A sentence that names the mend.
        why: String,
        /// Until it is worth asking again.
        seconds: u64,
    },
    /// The plug broke; how, as a sentence.
    Broken(String),
    /// Our store or limits.
    Ours(String),
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
    /// Of a title and a sentence that names the mend.
    pub fn new(status: u16, title: &str, detail: &str) -> Self {
        let headers = vec![("content-type", "application/problem+json".to_owned())];
        let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        Self { status, headers, body: body.to_string() }
    }
}

impl Refusal {
    /// A short word for counters.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unauthentic(refusal) => refusal.reason(),
            Self::Unknown(_) => "unknown",
            Self::Method(_) => "method",
            Self::HeadTooLarge => "head-too-large",
            Self::TooLarge(_) => "too-large",
            Self::TooSlow => "too-slow",
            Self::MediaType(_) => "media-type",
            Self::Malformed(_) => "malformed",
            Self::Excess { reason, .. } => reason,
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
            Self::HeadTooLarge => 431,
            Self::TooLarge(_) => 413,
            Self::TooSlow => 408,
            Self::MediaType(_) => 415,
            Self::Malformed(_) => 400,
            Self::Excess { .. } => 429,
            Self::Broken(_) => 502,
            Self::Ours(_) => 503,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Unauthentic(_) => "Not authentic",
            Self::Unknown(_) => "Not found",
            Self::Method(_) => "Method not allowed",
            Self::HeadTooLarge => "Head too large",
            Self::TooLarge(_) => "Body too large",
            Self::TooSlow => "Body too slow",
            Self::MediaType(_) => "Unsupported media type",
            Self::Malformed(_) => "Malformed request",
            Self::Excess { .. } => "Too many requests",
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
            Self::Unknown(what) => {
                format!("there is no such {what} here: compare the address with the one that the owner was shown")
            }
            Self::Method(methods) => format!("this address takes {}", methods.join(", ")),
            Self::HeadTooLarge => {
                "the request's address and headers are longer than is taken here: send less of them".to_owned()
            }
            Self::TooLarge(limit) => {
                format!("the body is longer than {limit} bytes, the most that is taken here: send less at a time")
            }
            Self::TooSlow => "the body did not come in time: send it at once".to_owned(),
            Self::MediaType(types) => format!("this address takes {}: set content-type", types.join(", ")),
            Self::Malformed(why) | Self::Excess { why, .. } => why.clone(),
            Self::Broken(how) => format!("{how}; the owner finds the plug named in the log"),
            Self::Ours(why) => format!("{why}: nothing was lost, send the request again"),
        }
    }

    /// As a response.
    pub fn problem(&self) -> Problem {
        let mut problem = Problem::new(self.status(), self.title(), &self.detail());
        problem.headers.extend(match self {
            Self::Method(methods) => Some(("allow", methods.join(", "))),
            Self::Excess { seconds, .. } => Some(("retry-after", seconds.to_string())),
            Self::Ours(_) => Some(("retry-after", "1".to_owned())),
            _ => None,
        });
        problem
    }
}

impl From<NotAdmitted> for Refusal {
    fn from(reason: NotAdmitted) -> Self {
        match reason {
            NotAdmitted::Route => Self::Unknown("route"),
            NotAdmitted::Method(methods) => Self::Method(methods),
            NotAdmitted::MediaType(types) => Self::MediaType(types),
            NotAdmitted::Unauthentic(refusal) => Self::Unauthentic(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_a_problem_that_names_its_mend() {
        let methods = Refusal::from(NotAdmitted::Method(vec!["POST".to_owned(), "PUT".to_owned()]));
        let problem = methods.problem();
        assert_eq!((problem.status, methods.reason()), (405, "method"));
        let headers = [("content-type", "application/problem+json".to_owned()), ("allow", "POST, PUT".to_owned())];
        assert_eq!(problem.headers, headers);
        let body: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
        let told = serde_json::json!({
            "type": "about:blank", "title": "Method not allowed", "status": 405,
            "detail": "this address takes POST, PUT",
        });
        assert_eq!(body, told);
    }

    #[test]
    fn who_may_come_back_is_told_when() {
        let excess = Refusal::Excess { reason: "account-at-once", why: "too many: wait".to_owned(), seconds: 7 };
        assert_eq!(
            (excess.reason(), excess.status(), excess.detail()),
            ("account-at-once", 429, "too many: wait".into())
        );
        assert!(excess.problem().headers.contains(&("retry-after", "7".to_owned())));
        let ours = Refusal::Ours("the store failed".to_owned()).problem();
        assert!(
            ours.headers.contains(&("retry-after", "1".to_owned())) && ours.body.contains("send the request again")
        );
    }
}
