//! Tests search: operators, limits, order, pages and the indexing delay.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::running::{ACME, Answer, Running, is_error, options};

const MEETINGS: &str = "/crm/v3/objects/meetings";

async fn search(emulator: &Running, token: &str, body: Value) -> Answer {
    emulator.ask_as(token, Method::POST, &format!("{MEETINGS}/search"), Some(body)).await
}

async fn titles(emulator: &Running, token: &str, body: Value) -> Vec<String> {
    let mut body = body;
    body["properties"] = json!(["hs_meeting_title"]);
    let answer = search(emulator, token, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let title = |meeting: &Value| meeting["properties"]["hs_meeting_title"].as_str().unwrap().to_owned();
    answer.json()["results"].as_array().unwrap().iter().map(title).collect()
}

/// Creates three meetings, an hour apart, and returns the account's token.
async fn meetings(emulator: &Running) -> String {
    let token = emulator.token(ACME).await;
    for (title, start, id) in [
        ("Alpha review", "1534197600000", "CONF-1"),
        ("Beta", "1534201200000", "conf-2"),
        ("Gamma review", "1534204800000", "conf-3"),
    ] {
        let properties = json!({
            "hs_meeting_title": title,
            "hs_timestamp": start,
            "hs_meeting_web_conference_meeting_id": id,
        });
        let body = Some(json!({ "properties": properties }));
        assert_eq!(emulator.ask_as(&token, Method::POST, MEETINGS, body).await.status, 201);
    }
    token
}

fn one(filter: Value) -> Value {
    json!({ "filterGroups": [{ "filters": [filter] }] })
}

#[tokio::test]
async fn every_operator_finds_its_matches() {
    let emulator = Running::start().await;
    let token = meetings(&emulator).await;
    let (id, time, title) = ("hs_meeting_web_conference_meeting_id", "hs_timestamp", "hs_meeting_title");
    let value =
        |name: &str, operator: &str, value: &str| json!({ "propertyName": name, "operator": operator, "value": value });
    let values = |name: &str, operator: &str, values: [&str; 2]| json!({ "propertyName": name, "operator": operator, "values": values });
    let (alpha, beta, gamma) = ("Alpha review", "Beta", "Gamma review");
    for (filter, found) in [
        (value(id, "EQ", "conf-1"), vec![alpha]),
        (value(id, "NEQ", "CONF-1"), vec![beta, gamma]),
        (value(time, "LT", "1534201200000"), vec![alpha]),
        (value(time, "LTE", "1534201200000"), vec![alpha, beta]),
        (value(time, "GT", "2018-08-13T23:00:00Z"), vec![gamma]),
        (value(time, "GTE", "2018-08-13T23:00:00Z"), vec![beta, gamma]),
        (
            json!({ "propertyName": time, "operator": "BETWEEN", "value": "1534201200000", "highValue": "1534204800000" }),
            vec![beta, gamma],
        ),
        (values(id, "IN", ["conf-1", "conf-2"]), vec![alpha, beta]),
        // Upper-case values never match in lists of text.
        (values(id, "IN", ["CONF-1", "conf-2"]), vec![beta]),
        (values(id, "NOT_IN", ["conf-1", "conf-2"]), vec![gamma]),
        (json!({ "propertyName": id, "operator": "HAS_PROPERTY" }), vec![alpha, beta, gamma]),
        (json!({ "propertyName": id, "operator": "NOT_HAS_PROPERTY" }), vec![]),
        (json!({ "propertyName": "my_own", "operator": "NOT_HAS_PROPERTY" }), vec![alpha, beta, gamma]),
        (value(title, "CONTAINS_TOKEN", "review"), vec![alpha, gamma]),
        (value(title, "CONTAINS_TOKEN", "*mm*"), vec![gamma]),
        (value(title, "NOT_CONTAINS_TOKEN", "review"), vec![beta]),
    ] {
        assert_eq!(titles(&emulator, &token, one(filter.clone())).await, found, "{filter}");
    }
}

#[tokio::test]
async fn all_filters_of_one_group_must_match() {
    let emulator = Running::start().await;
    let token = meetings(&emulator).await;
    let word = |word: &str| json!({ "propertyName": "hs_meeting_title", "operator": "CONTAINS_TOKEN", "value": word });
    let both = json!({ "filterGroups": [{ "filters": [word("review"), word("gamma")] }] });
    assert_eq!(titles(&emulator, &token, both).await, ["Gamma review"]);
    let either = json!({ "filterGroups": [{ "filters": [word("beta")] }, { "filters": [word("gamma")] }] });
    assert_eq!(titles(&emulator, &token, either).await, ["Beta", "Gamma review"]);
    assert_eq!(titles(&emulator, &token, json!({ "query": "rev GAM" })).await, ["Gamma review"]);
    assert_eq!(titles(&emulator, &token, json!({ "filterGroups": [] })).await.len(), 3);
}

#[tokio::test]
async fn results_are_ordered_and_paged() {
    let emulator = Running::start().await;
    let token = meetings(&emulator).await;
    let descending = json!([{ "propertyName": "hs_timestamp", "direction": "DESCENDING" }]);
    for sorts in [descending, json!(["-hs_timestamp"])] {
        let first = search(&emulator, &token, json!({ "sorts": sorts, "limit": 2, "after": "0" })).await.json();
        assert_eq!((&first["total"], &first["paging"]), (&json!(3), &json!({ "next": { "after": "2" } })));
        assert_eq!(titles(&emulator, &token, json!({ "sorts": sorts, "limit": 2 })).await, ["Gamma review", "Beta"]);
        let rest = json!({ "sorts": sorts, "limit": 2, "after": 2 });
        assert_eq!(titles(&emulator, &token, rest.clone()).await, ["Alpha review"]);
        assert!(search(&emulator, &token, rest).await.json().get("paging").is_none());
    }
    assert_eq!(titles(&emulator, &token, json!({ "sorts": ["hs_timestamp"] })).await[0], "Alpha review");
}

#[tokio::test]
async fn hubspots_limits_apply() {
    let emulator = Running::start().await;
    let token = emulator.token(ACME).await;
    let filter = json!({ "propertyName": "x", "operator": "HAS_PROPERTY" });
    let group = |filters: usize| json!({ "filters": vec![filter.clone(); filters] });
    for fits in [
        json!({ "limit": 200 }),
        json!({ "limit": "200", "after": 9800 }),
        json!({ "filterGroups": [group(6), group(6), group(6)] }),
        json!({ "filterGroups": vec![group(3); 5] }),
    ] {
        assert_eq!(search(&emulator, &token, fits.clone()).await.status, 200, "{fits}");
    }
    for refused in [
        json!({ "limit": 201 }),
        json!({ "limit": -1 }),
        json!({ "limit": 200, "after": 9801 }),
        json!({ "after": "next" }),
        json!({ "filterGroups": vec![group(1); 6] }),
        json!({ "filterGroups": [group(7)] }),
        json!({ "filterGroups": [group(6), group(6), group(6), group(1)] }),
        json!({ "filterGroups": {} }),
        json!({ "sorts": ["a", "b"] }),
        json!({ "sorts": [{ "propertyName": "a", "direction": "UP" }] }),
        json!({ "properties": [7] }),
        json!({ "query": "x".repeat(3000) }),
        one(json!({ "propertyName": "x", "operator": "LIKE", "value": "y" })),
    ] {
        is_error(&search(&emulator, &token, refused).await, 400, Some("VALIDATION_ERROR"));
    }
}

#[tokio::test]
async fn search_is_delayed_and_never_finds_archived_objects() {
    let mut options = options();
    options.indexing_delay = Duration::from_millis(400);
    let emulator = Running::with(options).await;
    let token = meetings(&emulator).await;
    assert_eq!(titles(&emulator, &token, json!({})).await, Vec::<String>::new());
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert_eq!(titles(&emulator, &token, json!({})).await.len(), 3);

    let change = Some(json!({ "properties": { "hs_meeting_title": "Delta" } }));
    assert_eq!(emulator.ask_as(&token, Method::PATCH, &format!("{MEETINGS}/1002"), change).await.status, 200);
    assert_eq!(titles(&emulator, &token, json!({})).await[1], "Beta");
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert_eq!(titles(&emulator, &token, json!({})).await[1], "Delta");

    assert_eq!(emulator.ask_as(&token, Method::DELETE, &format!("{MEETINGS}/1002"), None).await.status, 204);
    assert_eq!(titles(&emulator, &token, json!({})).await, ["Alpha review", "Gamma review"]);
}
