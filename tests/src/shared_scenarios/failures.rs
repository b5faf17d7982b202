//! Failures of a provider, and the answers that HubSpot gets.

use super::{CREATE, UPDATE};
use crate::hubspot::{create, created, delete, meeting, update, verify, with};
use crate::provider::{Fault, PASSWORD, Provider, USER, USER_ID};
use crate::served::Served;

const HOSTS: &str = "host/fetch_all";
const SIGN_IN: &str = "authenticate";
const ROOM: &str = r#"{"conference_id":1,"room_url":"https://rooms.example/1"}"#;
/// An answer with an invalid link.
const SCRIPT: &str = r#"{"conference_id":1,"room_url":"javascript:alert(1)"}"#;

/// A failure of a provider, and the expected answer.
pub struct Failing {
    /// The failing endpoint.
    pub endpoint: &'static str,
    /// The fault.
    pub fault: Fault,
    /// The status for HubSpot.
    pub status: u16,
    /// The header `retry-after` for HubSpot.
    pub retry_after: Option<&'static str>,
    /// Whether a conference may be left at the provider.
    pub left: bool,
}

impl Failing {
    /// Asserts that HubSpot gets the expected answer when it updates the conference `known`, or creates one.
    pub async fn assert_reported(&self, served: &impl Served, provider: &Provider, known: &str) {
        let case = format!("{} {:?}", self.endpoint, self.fault);
        provider.fail(self.endpoint, self.fault.clone());
        let answer = match self.endpoint {
            UPDATE => update(served, known, meeting("Changed")).await,
            _ => create(served, &meeting(&case)).await,
        };
        provider.repair(self.endpoint);
        assert_eq!(answer.status, self.status, "{case}: {}", answer.text());
        assert_eq!(answer.header("retry-after"), self.retry_after, "{case}");
        assert!(answer.problem().contains(' '), "{case}");
    }
}

/// Returns all failures of a provider that answers or closes the connection. Redirects lead to `elsewhere`.
pub fn failures(elsewhere: &Provider) -> Vec<Failing> {
    let later = |seconds: &str| Fault::Answer(429, vec![("retry-after", seconds.to_owned())], "{}");
    let location = format!("http://{}/enterprise_api/conference/create", elsewhere.address);
    let redirect = Fault::Answer(302, vec![("location", location)], "{}");
    let answer = |status, body| Fault::Answer(status, Vec::new(), body);
    // Secrets in it could not be redacted.
    let encoded = Fault::Answer(200, vec![("content-encoding", "gzip".to_owned())], ROOM);
    let cases = [
        (CREATE, Fault::status(404), 503, Some("1"), false),
        (CREATE, Fault::status(422), 422, None, false),
        (CREATE, answer(400, r#"{"message":"no \"room\"\n"}"#), 422, None, false),
        (CREATE, Fault::status(401), 502, None, false),
        (CREATE, Fault::status(403), 502, None, false),
        (CREATE, later("17"), 429, Some("17"), false),
        (CREATE, Fault::status(429), 429, Some("1"), false),
        (CREATE, Fault::status(408), 503, Some("1"), true),
        (CREATE, Fault::status(409), 422, None, true),
        (CREATE, Fault::status(500), 503, Some("1"), true),
        (CREATE, Fault::status(502), 503, Some("1"), true),
        (CREATE, Fault::status(503), 503, Some("1"), true),
        (CREATE, Fault::status(504), 503, Some("1"), true),
        (CREATE, Fault::status(301), 503, Some("1"), false),
        (CREATE, redirect, 503, Some("1"), true),
        (CREATE, Fault::Close, 503, Some("1"), true),
        (CREATE, Fault::CloseAfterwards, 503, Some("1"), true),
        (CREATE, Fault::Garbage, 503, Some("1"), true),
        (CREATE, Fault::Torn, 503, Some("1"), true),
        (CREATE, answer(999, "{}"), 503, Some("1"), true),
        (CREATE, encoded, 503, Some("1"), true),
        (CREATE, answer(200, "<html>"), 503, Some("1"), true),
        (CREATE, answer(200, "{}"), 503, Some("1"), true),
        (CREATE, answer(200, SCRIPT), 503, Some("1"), true),
        (UPDATE, Fault::status(404), 404, None, false),
        (UPDATE, Fault::status(422), 422, None, false),
        (UPDATE, Fault::status(500), 503, Some("1"), false),
        (HOSTS, Fault::status(500), 503, Some("1"), false),
        (HOSTS, Fault::Garbage, 503, Some("1"), false),
    ];
    cases.into_iter().map(of).collect()
}

/// Returns the failures of a provider that never answers. How long to wait depends on the host.
pub fn silences() -> Vec<Failing> {
    [(CREATE, Fault::Silence, 503, Some("1"), true), (UPDATE, Fault::Silence, 503, Some("1"), false)].map(of).into()
}

fn of((endpoint, fault, status, retry_after, left): (&'static str, Fault, u16, Option<&'static str>, bool)) -> Failing {
    Failing { endpoint, fault, status, retry_after, left }
}

/// Each failure has its status, no redirect is followed, and later requests succeed.
pub async fn maps_each_provider_failure_to_a_status(served: &impl Served, provider: &Provider) {
    let elsewhere = Provider::start().await;
    let known = created(served, &meeting("Known")).await;
    for case in failures(&elsewhere) {
        case.assert_reported(served, provider, &known).await;
    }
    assert_eq!(elsewhere.connections(), 0, "no redirect is followed");
    assert_eq!(create(served, &meeting("After all")).await.status, 200);
    assert_eq!(update(served, &known, meeting("After all")).await.status, 204);
}

/// If the provider rejects the credentials, the operator must renew them, and nothing else is requested. An expired
/// token is renewed once.
pub async fn rejected_credentials_are_reported_and_expired_tokens_renewed(served: &impl Served, provider: &Provider) {
    provider.revoke();
    let (calls, signed_in) = (provider.calls(CREATE), provider.calls(SIGN_IN));
    provider.fail(SIGN_IN, Fault::status(401));
    let answer = create(served, &meeting("Refused")).await;
    assert_eq!((answer.status, provider.calls(CREATE)), (502, calls), "{}", answer.text());
    provider.repair(SIGN_IN);
    assert_eq!(create(served, &meeting("Refused")).await.status, 200);
    provider.revoke();
    assert_eq!(create(served, &meeting("Renewed")).await.status, 200);
    assert_eq!(provider.calls(SIGN_IN), signed_in + 3);
}

/// A conference that the plug cannot delete at the provider is still deleted for HubSpot, which could do nothing about
/// it. Further deletes succeed, and updates fail. Returns the conference's id.
pub async fn deletes_succeed_if_the_provider_cannot_delete(served: &impl Served, provider: &Provider) -> String {
    let conference = created(served, &meeting("Deleted")).await;
    let asked = provider.requests();
    for _ in 0..2 {
        let answer = delete(served, &conference).await;
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{answer:?}");
    }
    let late = update(served, &conference, meeting("Too late")).await;
    assert_eq!(late.status, 404, "{late:?}");
    assert!(late.problem().contains("there is no such conference"), "{late:?}");
    assert_eq!(provider.requests(), asked);
    conference
}

/// Unknown conferences are not found, however similar their id is to an existing one.
pub async fn unknown_conferences_are_not_found(served: &impl Served, provider: &Provider) {
    let ours = created(served, &meeting("Ours")).await;
    assert!(ours.len() == 32 && ours.bytes().all(|byte| byte.is_ascii_hexdigit()), "{ours}");
    let asked = provider.requests();
    let close = [ours.to_uppercase(), format!("{ours} "), format!("{ours}0"), ours.chars().skip(1).collect()];
    let far = ["0".repeat(32), "../x".to_owned(), "é".to_owned(), "x".repeat(5000)];
    for id in close.iter().chain(&far).filter(|id| **id != ours) {
        assert_eq!(delete(served, id).await.status, 404, "{id}");
        assert_eq!(update(served, id, meeting("Talk")).await.status, 404, "{id}");
    }
    // The conference of another account is not found either.
    assert_eq!(update(served, &ours, with(meeting("Talk"), "portalId", 1)).await.status, 404);
    assert_eq!(provider.requests(), asked);
    assert_eq!(update(served, &ours, meeting("Still there")).await.status, 204);
    assert_eq!(delete(served, &ours).await.status, 204);
}

/// A user is known to the provider or not. The provider's id identifies the user from then on. A meeting of an unknown
/// user is rejected.
pub async fn verifies_users_and_uses_their_provider_ids(served: &impl Served, provider: &Provider) {
    let known = verify(served, "Ada@Example.com").await;
    assert_eq!((known.status, known.member("id")), (200, USER_ID.to_owned()));
    let unknown = verify(served, "nobody@example.com").await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.problem().contains("no such user"));
    // From now on HubSpot sends the id instead of the address.
    let looked_up = provider.calls(HOSTS);
    assert_eq!(verify(served, USER_ID).await.member("id"), USER_ID);
    created(served, &with(meeting("Verified"), "userEmail", USER_ID)).await;
    assert_eq!(provider.calls(HOSTS), looked_up, "the id needs no lookup");
    assert_eq!(provider.bodies(CREATE).pop().unwrap()["host_id"].to_string(), USER_ID);
    let before = provider.calls(CREATE);
    let stranger = with(meeting("Stranger"), "userEmail", "nobody@example.com");
    assert_eq!(create(served, &stranger).await.status, 422);
    assert_eq!(provider.calls(CREATE), before);
    assert_eq!(verify_in(served, 1, USER).await, 404, "there is no such account");
}

async fn verify_in(served: &impl Served, account: u64, email: &str) -> u16 {
    let query = serde_json::json!({ "portalId": account, "userEmail": email });
    served.send(&crate::hubspot::request("verify-user", &query)).await.status
}

/// No user is reported as known or unknown while the provider fails.
pub async fn users_are_neither_known_nor_unknown_while_the_provider_fails(served: &impl Served, provider: &Provider) {
    for (fault, status, retry_after) in [
        (Fault::status(500), 503, Some("1")),
        (Fault::status(403), 502, None),
        (Fault::status(429), 429, Some("1")),
        (Fault::Close, 503, Some("1")),
        (Fault::Answer(200, Vec::new(), "{}"), 503, Some("1")),
    ] {
        provider.fail(HOSTS, fault.clone());
        for email in [USER, "nobody@example.com"] {
            let answer = verify(served, email).await;
            assert_eq!((answer.status, answer.header("retry-after")), (status, retry_after), "{fault:?}: {answer:?}");
        }
        provider.repair(HOSTS);
    }
    assert_eq!(verify(served, USER).await.member("id"), USER_ID);
}

/// If a provider echoes the request, the message for the person who books has no secrets.
pub async fn secrets_echoed_by_a_provider_are_redacted(served: &impl Served, provider: &Provider) {
    const ECHOED: &str = r#"{"message":"no {\"email\": \"admin@example.com\", \"password\": \"pass \\\"word\\\" 1\"}, nor pass \"word\" 1"}"#;
    provider.revoke();
    provider.fail(SIGN_IN, Fault::Answer(422, Vec::new(), ECHOED));
    let answer = create(served, &meeting("Repeated")).await;
    provider.repair(SIGN_IN);
    assert_eq!(answer.status, 422, "{}", answer.text());
    let redacted = r#"no {"email": "…", "password": "…"}, nor …"#;
    assert!(answer.problem().contains(redacted), "{}", answer.problem());
    assert!(ECHOED.replace('\\', "").contains(PASSWORD));
}

/// Secrets are redacted in every encoding that a provider may use.
pub async fn secrets_are_redacted_in_every_encoding(served: &impl Served, provider: &Provider) {
    for (written, redacted) in [
        (r#"{"message":"no \u0070ass\u0020\u0022word\u0022 \u0031!"}"#, "no …!"),
        (r#"{"message":"pass \"word\" 1","message":"no pass \"word\" 1!"}"#, "no …!"),
        (r#"{"message":"no pass &quot;word&#34; &#x31;!"}"#, "no …!"),
        (r#"{"message":"no ?p=pass%20%22word%22%201&q, ?p=p%61ss+%22word%22+1&q!"}"#, "no ?p=…&q, ?p=…&q!"),
        (r#"{"pass \"word\" 1":"pass \"word\" 1","message":"no PASS \"WORD\" 1!"}"#, "no …!"),
        (r#"{"message":"no {\\\"p\\\":\\\"pass \\\\\\\"word\\\\\\\" 1\\\"}!"}"#, r#"no {\"p\":\"…\"}!"#),
    ] {
        provider.revoke();
        provider.fail(SIGN_IN, Fault::Answer(422, Vec::new(), written));
        let answer = create(served, &meeting("Repeated")).await;
        provider.repair(SIGN_IN);
        assert_eq!(answer.status, 422, "{written}: {}", answer.text());
        assert!(answer.problem().contains(redacted), "{written}: {}", answer.problem());
    }
}
