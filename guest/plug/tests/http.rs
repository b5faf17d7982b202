//! Requests, as rendered by the host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::HashMap;

use cordboard_plug::core::render::{Keys, render};
use cordboard_plug::effect::{Escape, Method, OutboundRequest};
use cordboard_plug::http::JsonBody;
use cordboard_plug::testing::Script;
use cordboard_plug::{Failure, Piece, Request};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

struct Secrets(HashMap<String, String>);

impl Keys for Secrets {
    fn secret(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

fn outbound(body: JsonBody) -> OutboundRequest {
    Request::post("https://a.example").json(body).into_outbound()
}

fn rendered(body: JsonBody, secrets: &Secrets) -> String {
    render(&outbound(body).body, secrets).unwrap()
}

fn none() -> Secrets {
    Secrets(HashMap::new())
}

#[test]
fn a_body_without_members_is_an_empty_object() {
    assert_eq!(rendered(JsonBody::new(), &none()), "{}");
    assert_eq!(rendered(JsonBody::new().member_if("a", None::<&str>), &none()), "{}");
}

#[test]
fn members_keep_their_order_and_types() {
    let body = JsonBody::new()
        .member("z", "x")
        .member("a", 7)
        .member_if("b", Some(true))
        .member_if("c", None::<u8>)
        .member("d", json!({"e": [1, null]}));
    assert_eq!(rendered(body, &none()), r#"{"z":"x","a":7,"b":true,"d":{"e":[1,null]}}"#);
}

#[test]
fn secrets_can_be_anywhere_in_an_object() {
    let secrets = Secrets([("k".to_owned(), "a\"b\\c\n".to_owned())].into());
    let value = r#""a\"b\\c\n""#;
    assert_eq!(rendered(JsonBody::new().secret("s", "k"), &secrets), format!(r#"{{"s":{value}}}"#));
    let body = JsonBody::new().secret("s", "k").secret("t", "k").member("m", 1).secret("u", "k");
    assert_eq!(rendered(body, &secrets), format!(r#"{{"s":{value},"t":{value},"m":1,"u":{value}}}"#));
}

#[test]
fn a_json_body_has_a_content_type() {
    let request = outbound(JsonBody::new());
    assert_eq!(request.headers, [("content-type".to_owned(), vec![Piece::Text("application/json".to_owned())])]);
}

#[test]
fn only_get_is_idempotent_by_default() {
    let idempotent = |request: Request| request.into_outbound().idempotent;
    assert!(idempotent(Request::get("https://a.example")));
    for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
        assert!(!idempotent(Request::new(method, "https://a.example")), "{method:?}");
        assert!(idempotent(Request::new(method, "https://a.example").idempotent()), "{method:?}");
    }
}

#[test]
fn a_response_that_is_not_json_is_unavailable() {
    let run = Script::new()
        .answer_with(502, &[("content-type", "text/html"), ("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT")], "<html>")
        .run(async |context| {
            let response = context.http.send(Request::get("https://a.example")).await?;
            assert_eq!((response.status(), response.is_success()), (502, false));
            assert_eq!(response.header("content-type"), Some("text/html"));
            assert_eq!(response.retry_after(), None);
            response.json()
        })
        .unwrap();
    let why = "the provider answered 502 with a body that is not JSON".to_owned();
    assert_eq!(run.result, Err(Failure::Unavailable(why)));
}

/// A member with a plain value, or with the secret of the same name.
fn member() -> impl Strategy<Value = (bool, Value)> {
    prop_oneof![
        any::<String>().prop_map(|text| (true, Value::from(text))),
        any::<String>().prop_map(|text| (false, Value::from(text))),
        any::<i64>().prop_map(|number| (false, Value::from(number))),
        prop::collection::vec(any::<String>(), 0..3).prop_map(|list| (false, Value::from(list))),
    ]
}

proptest! {
    /// No name, value or secret can break out of the text around it.
    #[test]
    fn a_rendered_body_equals_the_intended_object(members in prop::collection::hash_map(any::<String>(), member(), 0..6)) {
        let (mut body, mut secrets, mut expected) = (JsonBody::new(), none(), Map::new());
        for (name, (is_secret, value)) in members {
            expected.insert(name.clone(), value.clone());
            if is_secret {
                body = body.secret(&name, &name);
                secrets.0.insert(name, value.as_str().unwrap().to_owned());
            } else {
                body = body.member(&name, value);
            }
        }
        let text = rendered(body, &secrets);
        prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), Value::Object(expected));
    }

    /// The plug's output never contains the text of a secret.
    #[test]
    fn secrets_remain_separate_pieces(name: String, key: String) {
        let request = outbound(JsonBody::new().member("a", 1).secret(&name, &key));
        let secrets: Vec<_> = request.body.iter().filter_map(|piece| match piece {
            Piece::Secret(secret) => Some((secret.key.as_str(), secret.escape)),
            _ => None,
        }).collect();
        prop_assert_eq!(secrets, [(key.as_str(), Escape::Json)]);
    }
}
