//! HubSpot's requests, from its documents "Video conference extension" and "Third-party calling in help desk (BETA)".

use serde_json::{Value, json};

use super::sample::{Facts, HOUR_MS, Sample, fields};

/// The webhooks, by the names of the plug's routes.
pub(super) const EVENTS: [&str; 5] =
    ["create-meeting", "update-meeting", "delete-meeting", "verify-user", "phone-numbers"];

/// Returns a sample request. Its meeting starts at the next full hour.
pub(super) fn sample(event: &'static str, facts: &Facts) -> Sample {
    let (app, account) = (number(facts.app.as_str()), number(facts.account.as_str()));
    let start = (facts.now / HOUR_MS + 1) * HOUR_MS;
    let body = match event {
        "create-meeting" => json!({
            "portalId": account,
            "userId": 123,
            "userEmail": "test.user@example.com",
            "topic": "A Test Meeting",
            "source": "MEETINGS",
            "startTime": start,
            "endTime": start + HOUR_MS,
        }),
        "update-meeting" => json!({
            "conferenceId": "some-unique-id",
            "userId": 123,
            "userEmail": "test.user@example.com",
            "portalId": account,
            "topic": "A Test Meeting (updated)",
            "startTime": start,
            "endTime": start + HOUR_MS,
        }),
        "delete-meeting" => json!({ "conferenceId": "some-unique-id" }),
        "verify-user" => json!({ "portalId": account, "userEmail": "test.user@example.com" }),
        _ => json!({ "appId": app, "portalId": account, "userId": 123 }),
    };
    Sample { route: event, fields: fields(body), body: Box::new(Value::Object) }
}

/// Returns an id as HubSpot sends it: as a number, if it is one.
pub(crate) fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| id.into(), Value::from)
}
