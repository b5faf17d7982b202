//! What a vendor's API can answer, well or not.

use cordboard::contract::effect::{Exchange, OutboundFailure, OutboundResponse};

/// Of a rate limit, in the header `retry-after`.
pub(super) const RETRY_AFTER: u32 = 17;

/// What is answered to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FaultScenario {
    /// 200, with a body that nobody expects: what it is, and its text.
    Body(&'static str, &'static str),
    /// 200, with bytes that are no text.
    Bytes,
    /// 200, with a string of nearly 1 MiB.
    Huge,
    /// 200, with lists 10,000 deep.
    Deep,
    /// Another status, with an error's body.
    Status(u16),
    /// No answer.
    Failure(OutboundFailure),
}

/// All of them.
pub(super) const FAULT_SCENARIOS: [FaultScenario; 23] = [
    FaultScenario::Body("200 and nothing else", ""),
    FaultScenario::Body("200 and a page of HTML", "<!doctype html><title>Sign in</title>"),
    FaultScenario::Body("200 and `null`", "null"),
    FaultScenario::Body("200 and an empty object", "{}"),
    FaultScenario::Body("200 and an empty list", "[]"),
    FaultScenario::Body("200 and a list of other things", r#"[null,7,"a",{"id":null},[]]"#),
    FaultScenario::Bytes,
    FaultScenario::Huge,
    FaultScenario::Deep,
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
    /// What comes of a call.
    pub fn exchange(self) -> Exchange {
        let answered = |status, headers: &[(&str, &str)], body: Vec<u8>| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Exchange::Answered(OutboundResponse { status, headers, body })
        };
        let json = [("content-type", "application/json")];
        match self {
            Self::Body(_, text) => answered(200, &json, text.into()),
            Self::Bytes => answered(200, &json, vec![b'{', b'"', 0xff, 0xfe, 0, 0xed, 0xa0, 0x80]),
            Self::Huge => answered(200, &json, format!("{{\"id\":\"{}\"}}", "x".repeat((1 << 20) - 16)).into()),
            Self::Deep => answered(200, &json, nested(10_000).into()),
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

    /// As a sentence goes on after "with the calls answered".
    pub fn words(self) -> String {
        match self {
            Self::Body(what, _) => what.to_owned(),
            Self::Bytes => "200 and bytes that are no text".to_owned(),
            Self::Huge => "200 and a text of 1 MiB".to_owned(),
            Self::Deep => "200 and lists 10000 deep".to_owned(),
            Self::Status(status) => status.to_string(),
            Self::Failure(OutboundFailure::RefusedByPolicy) => "by nobody (`refused-by-policy`)".to_owned(),
            Self::Failure(OutboundFailure::Unreachable) => "by nobody (`unreachable`)".to_owned(),
            Self::Failure(OutboundFailure::TimedOut) => "by nobody (`timed-out`)".to_owned(),
            Self::Failure(OutboundFailure::TooLarge) => "by nobody (`too-large`)".to_owned(),
        }
    }
}

const ERROR: &str = r#"{"message":"no \"such\" thing\n","error":{"code":7}}"#;

/// Lists in lists.
pub(super) fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}
