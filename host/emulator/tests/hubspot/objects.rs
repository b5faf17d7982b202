//! Tests the objects of accounts.

use cordboard_emulator::hubspot::Options;
use reqwest::Method;
use serde_json::{Value, json};

use super::running::{ACME, Answer, GLOBEX, Running, is_error, options, versions};

fn bases(name: &str) -> Vec<String> {
    versions(format!("/crm/v3/objects/{name}"), |version| format!("/crm/objects/{version}/{name}"))
}

const MEETINGS: &str = "/crm/v3/objects/meetings";
const NOTES: &str = "/crm/v3/objects/notes";

async fn create(emulator: &Running, token: &str, base: &str, properties: Value) -> Answer {
    emulator.ask_as(token, Method::POST, base, Some(json!({ "properties": properties }))).await
}

#[tokio::test]
async fn an_object_round_trips_in_every_type_and_version() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    for base in bases("meetings").into_iter().chain(bases("notes")) {
        let properties = json!({ "hs_timestamp": "1534197600000", "my_own": "x", "hs_object_id": "7" });
        let answer = create(&emulator, &token, &base, properties).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let made = answer.json();
        let id = made["id"].as_str().unwrap();
        assert_eq!(made["properties"]["hs_object_id"], id);
        assert_eq!(made["properties"]["hs_timestamp"], "2018-08-13T22:00:00Z");
        assert_eq!((&made["properties"]["my_own"], &made["archived"]), (&json!("x"), &json!(false)));

        let one = format!("{base}/{id}");
        let usual = emulator.ask_as(&token, Method::GET, &one, None).await.json();
        let names: Vec<_> = usual["properties"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"]);
        let asked = format!("{one}?properties=my_own,not_set&properties=hs_timestamp&archived=false");
        let asked = emulator.ask_as(&token, Method::GET, &asked, None).await.json();
        assert_eq!((&asked["properties"]["my_own"], &asked["properties"]["not_set"]), (&json!("x"), &Value::Null));
        assert_eq!(asked["properties"]["hs_timestamp"], "2018-08-13T22:00:00Z");
        assert_eq!(asked["createdAt"], made["createdAt"]);

        let change = json!({ "properties": { "my_own": "", "other": 7 } });
        let changed = emulator.ask_as(&token, Method::PATCH, &one, Some(change)).await;
        assert_eq!((changed.status, &changed.json()["properties"]["other"]), (200, &json!("7")));
        assert!(changed.json()["properties"].get("my_own").is_none());

        for _ in 0..2 {
            let gone = emulator.ask_as(&token, Method::DELETE, &one, None).await;
            assert_eq!((gone.status, gone.text.as_str()), (204, ""));
        }
        is_error(&emulator.ask_as(&token, Method::GET, &one, None).await, 404, Some("OBJECT_NOT_FOUND"));
        let change = Some(json!({ "properties": {} }));
        is_error(&emulator.ask_as(&token, Method::PATCH, &one, change).await, 404, Some("OBJECT_NOT_FOUND"));
        let archived = emulator.ask_as(&token, Method::GET, &format!("{one}?archived=True"), None).await.json();
        assert!(archived["archived"] == json!(true) && archived["archivedAt"].is_string());
    }
}

#[tokio::test]
async fn objects_of_another_account_or_type_are_not_found() {
    let emulator = Running::start().await;
    let (acme, globex) = (emulator.token(ACME).await, emulator.token(GLOBEX).await);
    let made = create(&emulator, &acme, NOTES, json!({ "hs_timestamp": "1534197600000" })).await.json();
    let id = made["id"].as_str().unwrap();
    for (token, base) in [(&globex, NOTES), (&acme, MEETINGS)] {
        let one = format!("{base}/{id}");
        for (method, body) in [
            (Method::GET, None),
            (Method::PATCH, Some(json!({ "properties": { "hs_note_body": "mine" } }))),
            (Method::DELETE, None),
        ] {
            is_error(&emulator.ask_as(token, method, &one, body).await, 404, Some("OBJECT_NOT_FOUND"));
        }
        let found = emulator.ask_as(token, Method::POST, &format!("{base}/search"), Some(json!({}))).await.json();
        assert_eq!(found["total"], 0);
        assert_eq!(emulator.ask_as(token, Method::GET, base, None).await.json(), json!({ "results": [] }));
        let batch = Some(json!({ "inputs": [{ "id": id }], "properties": [] }));
        let batch = emulator.ask_as(token, Method::POST, &format!("{base}/batch/read"), batch).await;
        assert_eq!((batch.status, &batch.json()["results"]), (207, &json!([])));
    }
    let own = emulator.ask_as(&acme, Method::GET, &format!("{NOTES}/{id}?properties=hs_note_body"), None).await.json();
    assert_eq!(own["properties"]["hs_note_body"], Value::Null);
}

#[tokio::test]
async fn objects_require_an_account_token() {
    let emulator = Running::start().await;
    let options = emulator.hubspot.options().clone();
    let account = options.account(ACME).unwrap();
    for path in [MEETINGS.to_owned(), format!("{MEETINGS}?hapikey={}", options.developer_key)] {
        is_error(&emulator.ask(Method::GET, &path, None).await, 401, Some("INVALID_AUTHENTICATION"));
    }
    for token in [&options.developer_token, &account.refresh_token, &options.client_secret] {
        is_error(&emulator.ask_as(token, Method::GET, MEETINGS, None).await, 401, Some("INVALID_AUTHENTICATION"));
        let search = emulator.ask_as(token, Method::POST, &format!("{MEETINGS}/search"), Some(json!({}))).await;
        is_error(&search, 401, Some("INVALID_AUTHENTICATION"));
    }
}

#[tokio::test]
async fn invalid_objects_are_rejected_with_reasons() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    for (base, properties, said) in [
        (NOTES, json!({}), "hs_timestamp"),
        (MEETINGS, json!({ "hs_meeting_title": "x" }), "hs_timestamp"),
        (NOTES, json!({ "hs_timestamp": "soon" }), "hs_timestamp"),
        (NOTES, json!({ "hs_timestamp": "1534197600000", "hubspot_owner_id": "ada" }), "hubspot_owner_id"),
        (NOTES, json!({ "hs_timestamp": "1534197600000", "hs_note_body": "x".repeat(65_537) }), "hs_note_body"),
        (NOTES, json!({ "hs_timestamp": "1534197600000", "hs_note_body": ["x"] }), "hs_note_body"),
        (NOTES, json!("x"), "`properties`"),
        (NOTES, json!({ "hs_timestamp": "1534197600000", "hs_note_boddy": "x" }), "PROPERTY_DOESNT_EXIST"),
        (NOTES, json!({ "hs_timestamp": "1534197600000", "hs_meeting_title": "x" }), "PROPERTY_DOESNT_EXIST"),
        (MEETINGS, json!({ "hs_timestamp": "1534197600000", "hs_meeting_outcome": "CANCELLED" }), "INVALID_OPTION"),
    ] {
        let answer = create(&emulator, &token, base, properties).await;
        is_error(&answer, 400, Some("VALIDATION_ERROR"));
        assert!(answer.text.contains(said), "{said}: {}", answer.text);
    }
    let meeting = create(&emulator, &token, MEETINGS, json!({ "hs_timestamp": "1534197600000" })).await.json();
    let one = format!("{MEETINGS}/{}", meeting["id"].as_str().unwrap());
    for (properties, status) in [
        (json!({ "hs_meeting_outcome": "held" }), 400),
        (json!({ "unheard_of": "" }), 400),
        (json!({ "hs_meeting_outcome": "NO_SHOW" }), 200),
        (json!({ "hs_meeting_outcome": "" }), 200),
    ] {
        let change = Some(json!({ "properties": properties }));
        assert_eq!(emulator.ask_as(&token, Method::PATCH, &one, change).await.status, status, "{properties}");
    }
    // The default time of a meeting is its start.
    let meeting = create(&emulator, &token, MEETINGS, json!({ "hs_meeting_start_time": "2018-08-13T22:00:00Z" })).await;
    assert_eq!(meeting.json()["properties"]["hs_timestamp"], "2018-08-13T22:00:00Z");
}

#[tokio::test]
async fn objects_are_listed_in_pages() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    for _ in 0..5 {
        create(&emulator, &token, NOTES, json!({ "hs_timestamp": "1534197600000" })).await;
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    let last = loop {
        let page = emulator.ask_as(&token, Method::GET, &format!("{NOTES}?limit=2{after}"), None).await.json();
        seen.extend(page["results"].as_array().unwrap().iter().map(|note| note["id"].as_str().unwrap().to_owned()));
        match page.pointer("/paging/next/after") {
            Some(next) => after = format!("&after={}", next.as_str().unwrap()),
            None => break page,
        }
    };
    assert_eq!(seen, ["1001", "1002", "1003", "1004", "1005"]);
    assert!(last.get("paging").is_none());
    for wrong in ["limit=0", "limit=101", "limit=x", "after=x", "archived=maybe"] {
        let answer = emulator.ask_as(&token, Method::GET, &format!("{NOTES}?{wrong}"), None).await;
        is_error(&answer, 400, Some("VALIDATION_ERROR"));
    }
    let batch = json!({ "inputs": [{ "id": "1003" }, { "id": "1001" }], "properties": ["hs_timestamp"] });
    let batch = emulator.ask_as(&token, Method::POST, &format!("{NOTES}/batch/read"), Some(batch)).await;
    assert_eq!((batch.status, &batch.json()["status"]), (200, &json!("COMPLETE")));
    assert_eq!(batch.json()["results"][1]["properties"]["hs_timestamp"], "2018-08-13T22:00:00Z");
}

#[tokio::test]
async fn associations_are_stored_and_returned_on_request() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    let tied = |category: &str, type_id: u64| {
        let types = json!([{ "associationCategory": category, "associationTypeId": type_id }]);
        let note = json!({
            "properties": { "hs_timestamp": "1534197600000" },
            "associations": [{ "to": { "id": "501" }, "types": types }],
        });
        emulator.ask_as(&token, Method::POST, NOTES, Some(note))
    };
    let note = tied("HUBSPOT_DEFINED", 202).await;
    assert_eq!(note.status, 201, "{}", note.text);
    let one = format!("{NOTES}/{}", note.json()["id"].as_str().unwrap());
    let told = emulator.ask_as(&token, Method::GET, &format!("{one}?associations=contacts,deals"), None).await.json();
    let contacts = json!({ "contacts": { "results": [{ "id": "501", "type": "note_to_contact" }] } });
    assert_eq!(told["associations"], contacts);
    assert!(emulator.ask_as(&token, Method::GET, &one, None).await.json().get("associations").is_none());
    // 200 is the association type of a meeting.
    is_error(&tied("HUBSPOT_DEFINED", 200).await, 400, Some("VALIDATION_ERROR"));
    is_error(&tied("USER_DEFINED", 202).await, 400, Some("VALIDATION_ERROR"));
}

#[tokio::test]
async fn custom_outcomes_are_accepted() {
    let options = Options { custom_outcomes: vec!["POSTPONED".to_owned()], ..options() };
    let emulator = Running::with(options).await;
    let token = emulator.token(ACME).await;
    for (outcome, status) in [("POSTPONED", 201), ("SCHEDULED", 201), ("postponed", 400)] {
        let properties = json!({ "hs_timestamp": "1534197600000", "hs_meeting_outcome": outcome });
        assert_eq!(create(&emulator, &token, MEETINGS, properties).await.status, status, "{outcome}");
    }
}
