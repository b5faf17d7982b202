//! Tests that answers match HubSpot's documents.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::HashSet;

use common::{encode, header, json};
use cordboard_plug::{Conference, Created, Failure, Outcome, PhoneNumber};
use proptest::prelude::*;
use serde_json::{Value, json};

fn created(details: &str) -> Outcome {
    Outcome::Created(Created {
        id: "some-unique-id".to_owned(),
        conference: Conference {
            id: "the provider's own".to_owned(),
            join_url: "https://example.com/join".to_owned(),
            details: details.to_owned(),
        },
    })
}

fn number(e164: &str, extension: Option<&str>, friendly_name: &str) -> PhoneNumber {
    PhoneNumber {
        e164: e164.to_owned(),
        extension: extension.map(str::to_owned),
        friendly_name: friendly_name.to_owned(),
    }
}

fn numbers(found: Vec<PhoneNumber>) -> Value {
    let response = encode(Outcome::PhoneNumbers(found));
    assert_eq!(response.status, 200);
    json(&response)["phoneNumbers"].clone()
}

#[test]
fn create_is_answered_as_documented() {
    let response = encode(created("Click here to join: https://example.com/join"));
    assert_eq!(response.status, 200);
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    let documented: Value = serde_json::from_str(
        r#"{
  "conferenceId": "some-unique-id",
  "conferenceUrl": "https://example.com/join",
  "conferenceDetails": "Click here to join: https://example.com/join"
}"#,
    )
    .unwrap();
    assert_eq!(json(&response), documented);
}

#[test]
fn details_keep_their_newlines() {
    let details = "Click to join:\n\n\thttps://example.com/join\r\n\"Zoë\" \u{1f4de}";
    assert_eq!(json(&encode(created(details)))["conferenceDetails"], details);
}

#[test]
fn update_and_delete_have_empty_answers() {
    for outcome in [Outcome::Updated, Outcome::Deleted] {
        let response = encode(outcome);
        assert_eq!((response.status, response.headers.len(), response.body.len()), (204, 0, 0));
    }
}

#[test]
fn the_answer_for_a_known_user_is_the_id() {
    let response = encode(Outcome::User(Some("any-string-id".to_owned())));
    assert_eq!(response.status, 200);
    assert_eq!(json(&response), json!({ "id": "any-string-id" }));
}

#[test]
fn an_unknown_user_is_not_found() {
    let response = encode(Outcome::User(None));
    assert_eq!(response.status, 404);
    assert_eq!(header(&response, "content-type"), Some("application/problem+json"));
    assert_eq!(json(&response)["title"], "Not Found");
}

#[test]
fn numbers_are_answered_as_documented() {
    let response = encode(Outcome::PhoneNumbers(vec![number("+18001231234", Some("1"), "My cell phone number")]));
    assert_eq!(response.status, 200);
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    // The documented example, without its comments.
    let documented: Value = serde_json::from_str(
        r#"{
  "phoneNumbers": [
    {
      "e164PhoneNumber": "+18001231234",
      "extension": "1",
      "friendlyName": "My cell phone number"
    }
  ]
}"#,
    )
    .unwrap();
    assert_eq!(json(&response), documented);
}

#[test]
fn a_user_without_numbers_gets_an_empty_list() {
    assert_eq!(numbers(Vec::new()), json!([]));
}

#[test]
fn a_missing_extension_is_omitted() {
    for extension in [None, Some("")] {
        let entry = json!({ "e164PhoneNumber": "+4930123456", "friendlyName": "Desk" });
        assert_eq!(numbers(vec![number("+4930123456", extension, "Desk")]), json!([entry]));
    }
}

#[test]
fn names_are_truncated_to_24_characters_not_bytes() {
    let cut = |name: &str| numbers(vec![number("+4930123456", None, name)])[0]["friendlyName"].clone();
    assert_eq!(cut("Exactly 24 characters ok"), "Exactly 24 characters ok");
    assert_eq!(cut("Exactly 24 characters ok!"), "Exactly 24 characters ok");
    assert_eq!(cut(&"\u{1f4de}".repeat(30)), "\u{1f4de}".repeat(24));
    assert_eq!(cut(""), "");
}

#[test]
fn an_invalid_number_does_not_hide_the_others() {
    let wrong = [
        "",
        "+",
        "+1",
        "+0123456",
        "18001231234",
        "+1 800 123 1234",
        "+1234567890123456",
        "+١٢٣٤٥٦",
        "++123",
        "+12a",
        "tel:+123",
        "+123\n",
    ];
    let right = ["+12", "+123456789012345"];
    let mut all: Vec<_> = wrong.iter().map(|e164| number(e164, None, "wrong")).collect();
    all.insert(0, number(right[0], None, "first"));
    all.push(number(right[1], None, "last"));
    let shown: Vec<_> = numbers(all).as_array().unwrap().iter().map(|entry| entry["e164PhoneNumber"].clone()).collect();
    assert_eq!(shown, right);
}

#[test]
fn each_failure_has_its_status() {
    let why = || "the provider says no".to_owned();
    let table = [
        (Failure::NotFound, 404, "Not Found", None),
        (Failure::Unsupported, 501, "Not Implemented", None),
        (Failure::Invalid(why()), 422, "Unprocessable Content", None),
        (Failure::CredentialsRejected, 502, "Bad Gateway", None),
        (Failure::RateLimited(Some(30)), 429, "Too Many Requests", Some("30")),
        (Failure::RateLimited(None), 429, "Too Many Requests", Some("1")),
        (Failure::Unavailable(why()), 503, "Service Unavailable", Some("1")),
    ];
    for (failure, status, title, retry_after) in &table {
        let response = encode(Outcome::Failed(failure.clone()));
        assert_eq!(response.status, *status, "{failure:?}");
        assert_eq!(header(&response, "content-type"), Some("application/problem+json"));
        assert_eq!(header(&response, "retry-after"), *retry_after, "{failure:?}");
        let body = json(&response);
        assert_eq!(body["type"], "about:blank");
        assert_eq!(body["title"], *title);
        assert_eq!(body["status"], *status);
        if matches!(failure, Failure::Invalid(_) | Failure::Unavailable(_)) {
            assert_eq!(body["detail"], why());
        }
    }
    let statuses: HashSet<_> = table.iter().map(|(_, status, ..)| status).collect();
    assert_eq!(statuses.len(), 6, "failures have distinct statuses");
}

#[test]
fn a_providers_message_is_truncated_to_a_thousand_characters() {
    for failure in [Failure::Invalid("ü".repeat(1 << 20)), Failure::Unavailable("ü".repeat(1 << 20))] {
        let body = json(&encode(Outcome::Failed(failure)));
        assert_eq!(body["detail"].as_str().unwrap().chars().count(), 1000);
    }
}

proptest! {
    #[test]
    fn any_text_round_trips(id: String, url: String, details: String) {
        let conference = Conference { id: String::new(), join_url: url.clone(), details: details.clone() };
        let response = encode(Outcome::Created(Created { id: id.clone(), conference }));
        prop_assert_eq!(
            json(&response),
            json!({ "conferenceId": id, "conferenceUrl": url, "conferenceDetails": details })
        );
    }

    #[test]
    fn the_help_desk_sees_only_e164_numbers(e164 in r"\+?[0-9]{0,17}", extension: Option<String>, name: String) {
        let shown = numbers(vec![number(&e164, extension.as_deref(), &name)]);
        let digits = e164.strip_prefix('+').unwrap_or("");
        let right = (2..=15).contains(&digits.len()) && !digits.starts_with('0');
        prop_assert_eq!(shown.as_array().unwrap().len(), usize::from(right));
        for entry in shown.as_array().unwrap() {
            prop_assert!(entry["friendlyName"].as_str().unwrap().chars().count() <= 24);
        }
    }
}
