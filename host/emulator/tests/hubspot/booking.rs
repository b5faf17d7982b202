//! Tests booking, changing and canceling meetings: the webhook calls, their order and the results.

use std::time::Duration;

use cordboard_emulator::hubspot::{Change, NewMeeting, RequestError, Source, Status};
use reqwest::Method;
use serde_json::{Value, json};

use super::receiver::{Receiver, conference};
use super::running::{ACME, GLOBEX, Running, options};

const START: u64 = 1_534_197_600_000;
const PUBLIC: &str = "https://bridge.example.com/hubspot";

fn new() -> Value {
    json!({ "accountId": ACME, "userId": 123, "topic": "Review", "startTime": START, "endTime": START + 3_600_000 })
}

/// Starts an emulator with webhooks at public addresses that forward to the app.
async fn set(verify: bool) -> (Running, Receiver) {
    let mut options = options();
    options.answer_timeout = Duration::from_millis(400);
    let (emulator, receiver) = Receiver::behind(PUBLIC, options).await;
    emulator.set_webhooks(PUBLIC, verify).await;
    (emulator, receiver)
}

async fn book(emulator: &Running) -> Value {
    let answer = emulator.ask(Method::POST, "/emulator/meetings", Some(new())).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn a_meeting_is_booked_changed_and_canceled() {
    let (emulator, receiver) = set(false).await;
    let booked = book(&emulator).await;
    let meeting = json!({
        "id": "1001", "accountId": ACME, "userId": 123, "userEmail": "ada@acme.example", "topic": "Review",
        "startTime": START, "endTime": START + 3_600_000, "source": "MEETINGS", "status": "booked",
        "conferenceId": "Conf-1", "conferenceUrl": "https://meet.example.com/1",
        "conferenceDetails": "Join at https://meet.example.com/1", "problem": null,
    });
    assert_eq!(booked["meeting"], meeting);
    let received = receiver.received();
    assert_eq!((received.len(), received[0].method.as_str(), received[0].path.as_str()), (1, "POST", "/create"));
    assert_eq!(
        String::from_utf8(received[0].body.clone()).unwrap(),
        format!(
            "{{\"portalId\":{ACME},\"userId\":123,\"userEmail\":\"ada@acme.example\",\"topic\":\"Review\",\
             \"source\":\"MEETINGS\",\"startTime\":{START},\"endTime\":{}}}",
            START + 3_600_000
        )
    );

    let change = Some(json!({ "topic": "Review 2", "startTime": START + 1000 }));
    let changed = emulator.ask(Method::PATCH, "/emulator/meetings/1001", change).await;
    assert_eq!((changed.status, &changed.json()["meeting"]["topic"]), (200, &json!("Review 2")));
    let received = receiver.received();
    assert_eq!(received[0].path, "/update");
    assert_eq!(
        String::from_utf8(received[0].body.clone()).unwrap(),
        format!(
            "{{\"conferenceId\":\"Conf-1\",\"userId\":123,\"userEmail\":\"ada@acme.example\",\"portalId\":{ACME},\
             \"topic\":\"Review 2\",\"startTime\":{},\"endTime\":{}}}",
            START + 1000,
            START + 3_600_000
        )
    );

    let canceled = emulator.ask(Method::DELETE, "/emulator/meetings/1001", None).await;
    assert_eq!((canceled.status, &canceled.json()["meeting"]["status"]), (200, &json!("canceled")));
    let received = receiver.received();
    assert_eq!(
        (received[0].path.as_str(), received[0].body.as_slice()),
        ("/delete", &b"{\"conferenceId\":\"Conf-1\"}"[..])
    );
    for method in [Method::DELETE, Method::PATCH] {
        let again = emulator.ask(method, "/emulator/meetings/1001", Some(json!({ "topic": "x" }))).await;
        assert_eq!(again.status, 409, "{}", again.text);
    }
    assert_eq!(receiver.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn a_user_is_verified_first_and_the_id_replaces_the_email_address() {
    let (emulator, receiver) = set(true).await;
    let booked = book(&emulator).await;
    let received = receiver.received();
    assert_eq!(received.iter().map(|received| received.path.as_str()).collect::<Vec<_>>(), ["/verify", "/create"]);
    assert_eq!(received[0].json(), json!({ "portalId": ACME, "userEmail": "ada@acme.example" }));
    assert_eq!(received[1].json()["userEmail"], "user-7");
    assert_eq!(booked["meeting"]["userEmail"], "ada@acme.example");
    let names: Vec<_> = booked["calls"].as_array().unwrap().iter().map(|call| call["name"].clone()).collect();
    assert_eq!(names, ["verify-user", "create-meeting"]);

    emulator.hubspot.change("1001", &Change { topic: Some("Other".to_owned()), ..Change::default() }).await.unwrap();
    let received = receiver.received();
    assert_eq!(received.iter().map(|received| received.path.as_str()).collect::<Vec<_>>(), ["/verify", "/update"]);
    assert_eq!(received[1].json()["userEmail"], "user-7");
    emulator.hubspot.cancel("1001").await.unwrap();
    assert_eq!(receiver.paths(), ["/verify", "/delete"]);
}

#[tokio::test]
async fn if_verification_fails_no_other_webhook_is_called() {
    let (emulator, receiver) = set(true).await;
    book(&emulator).await;
    receiver.received();
    for (status, body) in [(404, ""), (500, "broken"), (204, ""), (200, "{}"), (200, "{\"id\":7}"), (200, "no json")] {
        receiver.answers("/verify", status, body);
        let failed = emulator.ask(Method::POST, "/emulator/meetings", Some(new())).await;
        assert_eq!((failed.status, &failed.json()["meeting"]["status"]), (502, &json!("failed")), "{status}");
        let problem = failed.json()["meeting"]["problem"].as_str().unwrap().to_owned();
        assert!(problem.contains("verify-user") && problem.contains(&status.to_string()), "{problem}");
        let change = Some(json!({ "topic": "Other" }));
        let change = emulator.ask(Method::PATCH, "/emulator/meetings/1001", change).await;
        assert_eq!((change.status, &change.json()["meeting"]["topic"]), (502, &json!("Review")));
        let cancel = emulator.ask(Method::DELETE, "/emulator/meetings/1001", None).await;
        assert_eq!((cancel.status, &cancel.json()["meeting"]["status"]), (502, &json!("booked")));
        assert_eq!(receiver.paths(), ["/verify", "/verify", "/verify"], "{status}");
    }
}

#[tokio::test]
async fn an_error_or_invalid_answer_of_the_app_fails_the_booking() {
    let (emulator, receiver) = set(false).await;
    let without = |member: &str| {
        let mut conference = conference();
        conference.as_object_mut().unwrap().remove(member);
        conference.to_string()
    };
    let mut unlinked = conference();
    unlinked["conferenceUrl"] = json!("dial in");
    let mut endless = conference();
    endless["conferenceId"] = json!("x".repeat(65_537));
    let problem = json!({ "type": "about:blank", "status": 401, "detail": "The time is not ours." });
    for (status, body, said) in [
        (401, "who are you".to_owned(), "answered 401 where HubSpot expects 200: who are you"),
        (401, problem.to_string(), "answered 401 where HubSpot expects 200: The time is not ours."),
        (302, String::new(), "answered 302"),
        (204, String::new(), "answered 204"),
        (200, without("conferenceId"), "`conferenceId`"),
        (200, without("conferenceUrl"), "`conferenceUrl`"),
        (200, without("conferenceDetails"), "`conferenceDetails`"),
        (200, unlinked.to_string(), "cannot be opened"),
        (200, endless.to_string(), "`conferenceId` of more than 65536 characters"),
        (200, "[".to_owned(), "invalid JSON"),
        (200, "x".repeat((1 << 20) + 1), "longer than"),
        (0, String::new(), "within 400 ms"),
    ] {
        receiver.answers("/create", status, &body);
        let failed = emulator.ask(Method::POST, "/emulator/meetings", Some(new())).await;
        assert_eq!(failed.status, 502, "{said}");
        let meeting = failed.json()["meeting"].clone();
        assert_eq!((&meeting["status"], &meeting["conferenceId"]), (&json!("failed"), &Value::Null));
        let problem = meeting["problem"].as_str().unwrap();
        assert!(problem.contains("create-meeting") && problem.contains(said), "{problem}");
        assert!(!problem.contains("about:blank"), "{problem}");
        assert_eq!(receiver.paths(), ["/create"]);
        let id = meeting["id"].as_str().unwrap();
        let cancel = emulator.ask(Method::DELETE, &format!("/emulator/meetings/{id}"), None).await;
        assert_eq!(cancel.status, 409);
    }
}

#[tokio::test]
async fn an_unreachable_app_is_reported_as_no_answer() {
    let emulator = Running::start().await;
    emulator.set_webhooks("https://127.0.0.1:9/hubspot", false).await;
    let failed = emulator.ask(Method::POST, "/emulator/meetings", Some(new())).await;
    assert_eq!(failed.status, 502);
    let body = failed.json();
    assert!(body["meeting"]["problem"].as_str().unwrap().contains("no answer from https://127.0.0.1:9/"), "{body}");
    assert_eq!(body["calls"][0]["status"], Value::Null);
    assert!(body["calls"][0]["problem"].as_str().unwrap().contains("no answer"));
}

#[tokio::test]
async fn a_booked_meeting_is_an_object_of_the_account() {
    let (emulator, _receiver) = set(false).await;
    book(&emulator).await;
    let token = emulator.token(ACME).await;
    let names = [
        "hs_meeting_title",
        "hs_timestamp",
        "hs_meeting_start_time",
        "hs_meeting_end_time",
        "hs_meeting_location",
        "hs_meeting_location_type",
        "hs_video_conference_url",
        "hs_meeting_web_conference_meeting_id",
        "hs_meeting_outcome",
    ];
    let search = json!({
        "properties": names,
        "filterGroups": [{ "filters": [
            { "propertyName": "hs_meeting_web_conference_meeting_id", "operator": "EQ", "value": "Conf-1" },
        ] }],
    });
    let path = "/crm/v3/objects/meetings/search";
    let found = emulator.ask_as(&token, Method::POST, path, Some(search.clone())).await.json();
    assert_eq!((&found["total"], &found["results"][0]["id"]), (&json!(1), &json!("1001")));
    let properties = &found["results"][0]["properties"];
    let values: Vec<_> = names.iter().map(|name| properties[name].as_str().unwrap()).collect();
    let link = "https://meet.example.com/1";
    let (start, end) = ("2018-08-13T22:00:00Z", "2018-08-13T23:00:00Z");
    assert_eq!(values, ["Review", start, start, end, link, "VCE", link, "Conf-1", "SCHEDULED"]);
    let other = emulator.token(GLOBEX).await;
    assert_eq!(emulator.ask_as(&other, Method::POST, path, Some(search.clone())).await.json()["total"], 0);

    emulator.hubspot.change("1001", &Change { end_time: Some(START + 1000), ..Change::default() }).await.unwrap();
    emulator.hubspot.cancel("1001").await.unwrap();
    let found = emulator.ask_as(&token, Method::POST, path, Some(search)).await.json();
    let properties = &found["results"][0]["properties"];
    assert_eq!(properties["hs_meeting_end_time"], "2018-08-13T22:00:01Z");
    assert_eq!(properties["hs_meeting_outcome"], "CANCELED");
}

#[tokio::test]
async fn unset_webhooks_are_not_called() {
    let (emulator, receiver) = Receiver::behind(PUBLIC, options()).await;
    let nothing = emulator.ask(Method::POST, "/emulator/meetings", Some(new())).await;
    assert_eq!(nothing.status, 409);
    assert!(nothing.json()["detail"].as_str().unwrap().contains("`cordboard hubspot video set --from-config`"));

    let path = format!("/crm/v3/extensions/videoconferencing/settings/{}", super::running::APP);
    let create = json!({ "createMeetingUrl": format!("{PUBLIC}/create") });
    emulator.develop(Method::PUT, &path, Some(create)).await;
    let manual = NewMeeting {
        account_id: ACME,
        user_id: None,
        topic: "By hand".to_owned(),
        start_time: START,
        end_time: START + 1,
        source: Source::Manual,
    };
    let booking = emulator.hubspot.book(&manual).await.unwrap();
    assert_eq!((booking.meeting.user_id, receiver.received()[0].json()["source"].clone()), (123, json!("MANUAL")));
    let id = booking.meeting.id;
    let change = Change { topic: Some("Other".to_owned()), ..Change::default() };
    assert_eq!(emulator.hubspot.change(&id, &change).await.unwrap().calls, []);
    let canceled = emulator.hubspot.cancel(&id).await.unwrap();
    assert_eq!((canceled.meeting.status, canceled.calls.len()), (Status::Canceled, 0));
    assert_eq!(receiver.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn invalid_actions_call_no_webhook() {
    let (emulator, receiver) = set(true).await;
    for (member, value, status) in [
        ("accountId", json!(1), 404),
        ("userId", json!(456), 404),
        ("endTime", json!(START), 400),
        ("startTime", json!(u64::MAX), 400),
        ("topic", json!("x".repeat(1001)), 400),
        ("topic", json!(7), 400),
        ("source", json!("OTHER"), 400),
        ("unknown", json!(1), 400),
    ] {
        let mut new = new();
        new[member] = value;
        let refused = emulator.ask(Method::POST, "/emulator/meetings", Some(new)).await;
        assert_eq!((refused.status, &refused.json()["status"]), (status, &json!(status)), "{member}");
        assert!(!refused.json()["detail"].as_str().unwrap().is_empty());
    }
    for id in ["1", "none", "99999999999999999999999"] {
        let path = format!("/emulator/meetings/{id}");
        assert_eq!(emulator.ask(Method::DELETE, &path, None).await.status, 404);
        assert_eq!(emulator.ask(Method::PATCH, &path, Some(json!({ "topic": "x" }))).await.status, 404);
    }
    assert_eq!(receiver.paths(), Vec::<String>::new());
    book(&emulator).await;
    receiver.received();
    assert_eq!(emulator.ask(Method::PATCH, "/emulator/meetings/1001", Some(json!({}))).await.status, 400);
    let backwards = Some(json!({ "endTime": START - 1 }));
    assert_eq!(emulator.ask(Method::PATCH, "/emulator/meetings/1001", backwards).await.status, 400);
    assert_eq!(receiver.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn a_failed_change_can_be_retried() {
    let (emulator, receiver) = set(false).await;
    book(&emulator).await;
    receiver.answers("/update", 500, "down");
    let change = json!({ "topic": "Other" });
    let failed = emulator.ask(Method::PATCH, "/emulator/meetings/1001", Some(change.clone())).await;
    let problem = failed.json()["meeting"]["problem"].as_str().unwrap().to_owned();
    assert!(failed.status == 502 && problem.contains("update-meeting webhook answered 500"), "{problem}");
    receiver.answers("/update", 200, "");
    let changed = emulator.ask(Method::PATCH, "/emulator/meetings/1001", Some(change)).await;
    assert_eq!((changed.status, &changed.json()["meeting"]["problem"]), (200, &Value::Null));
    receiver.answers("/delete", 201, "");
    assert_eq!(emulator.ask(Method::DELETE, "/emulator/meetings/1001", None).await.status, 502);
    receiver.answers("/delete", 200, "{}");
    assert_eq!(emulator.ask(Method::DELETE, "/emulator/meetings/1001", None).await.status, 200);
}

#[tokio::test]
async fn concurrent_changes_of_a_meeting_conflict() {
    let (emulator, receiver) = set(false).await;
    book(&emulator).await;
    receiver.received();
    // Status 0 makes the app never answer.
    receiver.answers("/update", 0, "");
    let change = Change { topic: Some("Other".to_owned()), ..Change::default() };
    let slow = emulator.hubspot.change("1001", &change);
    let hasty = async {
        while receiver.paths().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        [emulator.hubspot.cancel("1001").await, emulator.hubspot.change("1001", &change).await]
    };
    let (slow, hasty) = tokio::join!(slow, hasty);
    for refused in hasty.map(Result::unwrap_err) {
        assert!(matches!(&refused, RequestError::Conflict(why) if why.contains("try again when")), "{refused:?}");
    }
    assert_eq!((slow.unwrap().meeting.topic.as_str(), receiver.paths()), ("Review", Vec::new()));
    assert_eq!(emulator.ask(Method::DELETE, "/emulator/meetings/1001", None).await.status, 200);
}
