//! Faulty answers that a vendor's API may give.

use cordboard::contract::effect::{Exchange, OutboundFailure, OutboundResponse};

/// The value of `retry-after` in the answers 429 and 503.
pub(super) const RETRY_AFTER: u32 = 17;

/// A faulty answer to a request, or the lack of one.
#[derive(Clone, Copy, Debug)]
pub(super) enum FaultScenario {
    /// 200 with an unexpected body. The fields are a description and the body.
    Body(&'static str, fn() -> Vec<u8>),
    /// Another status, with an error message in the body.
    Status(u16),
    /// No answer.
    Failure(OutboundFailure),
}

/// All fault scenarios.
pub(super) const FAULT_SCENARIOS: [FaultScenario; 23] = [
    FaultScenario::Body("an empty body", Vec::new),
    FaultScenario::Body("an HTML page", || "<!doctype html><title>Sign in</title>".into()),
    FaultScenario::Body("`null`", || "null".into()),
    FaultScenario::Body("an empty object", || "{}".into()),
    FaultScenario::Body("an empty array", || "[]".into()),
    FaultScenario::Body("an array of mixed values", || r#"[null,7,"a",{"id":null},[]]"#.into()),
    FaultScenario::Body("bytes that are not UTF-8", || vec![b'{', b'"', 0xff, 0xfe, 0, 0xed, 0xa0, 0x80]),
    FaultScenario::Body("a string of 1 MiB", || format!("{{\"id\":\"{}\"}}", "x".repeat((1 << 20) - 16)).into()),
    FaultScenario::Body("arrays nested 10000 deep", || nested(10_000).into()),
    FaultScenario::Status(204),
    FaultScenario::Status(302),
    FaultScenario::Status(400),
    FaultScenario::Status(401),
    FaultScenario::Status(403),
    FaultScenario::Status(404),
    FaultScenario::Status(409),
    FaultScenario::Status(429),
    FaultScenario::Status(500),
    FaultScenario::Status(503),
    FaultScenario::Failure(OutboundFailure::RefusedByPolicy),
    FaultScenario::Failure(OutboundFailure::Unreachable),
    FaultScenario::Failure(OutboundFailure::TimedOut),
    FaultScenario::Failure(OutboundFailure::TooLarge),
];

impl FaultScenario {
    /// The outcome of a request in this scenario.
    pub fn exchange(self) -> Exchange {
        let answered = |status, headers: &[(&str, &str)], body: Vec<u8>| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Exchange::Answered(OutboundResponse { status, headers, body })
        };
        let json = [("content-type", "application/json")];
        match self {
            Self::Body(_, body) => answered(200, &json, body()),
            Self::Status(204) => answered(204, &[], Vec::new()),
            Self::Status(status @ 302) => {
                answered(status, &[("location", "https://elsewhere.example.net/")], Vec::new())
            }
            Self::Status(status @ (429 | 503)) => {
                let retry_after = RETRY_AFTER.to_string();
                answered(status, &[json[0], ("retry-after", &retry_after)], ERROR.into())
            }
            Self::Status(status) => answered(status, &json, ERROR.into()),
            Self::Failure(failure) => Exchange::Failed(failure),
        }
    }

    /// The scenario as the continuation of "with all calls".
    pub fn describe(self) -> String {
        match self {
            Self::Body(description, _) => format!("answered 200 and {description}"),
            Self::Status(status) => format!("answered {status}"),
            Self::Failure(OutboundFailure::RefusedByPolicy) => "failing with `refused-by-policy`".to_owned(),
            Self::Failure(OutboundFailure::Unreachable) => "failing with `unreachable`".to_owned(),
            Self::Failure(OutboundFailure::TimedOut) => "failing with `timed-out`".to_owned(),
            Self::Failure(OutboundFailure::TooLarge) => "failing with `too-large`".to_owned(),
        }
    }
}

const ERROR: &str = r#"{"message":"no \"such\" thing\n","error":{"code":7}}"#;

/// JSON arrays nested `depth` deep.
pub(super) fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}
