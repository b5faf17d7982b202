//! Every value of a document is either taken or an extra.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use cordboard_plug::document::{MAX_BYTES, MAX_ID_LEN, MAX_VALUES};
use cordboard_plug::{Document, Rejection};
use proptest::prelude::*;
use serde_json::{Value, json};

fn document(value: &Value) -> Document {
    Document::parse(value.to_string().as_bytes()).unwrap()
}

fn extras(document: Document) -> Vec<(String, String)> {
    document.into_extras()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(pointer, text)| (pointer.to_owned(), text.to_owned())).into()
}

#[test]
fn values_that_are_not_taken_are_extras() {
    let mut document = document(&json!({
        "event": "started",
        "room": {"id": 7, "name": "", "tags": ["a", "b"]},
        "none": null,
        "empty": {},
        "list": [],
    }));
    assert_eq!(document.string("/event").as_deref(), Some("started"));
    assert_eq!(document.number("/room/id"), Some(7));
    assert_eq!(document.string("/room/tags/1").as_deref(), Some("b"));
    assert_eq!(
        extras(document),
        pairs([
            ("/empty", "{}"),
            ("/list", "[]"),
            ("/none", "null"),
            ("/room/name", "\"\""),
            ("/room/tags/0", "\"a\""),
        ])
    );
}

#[test]
fn values_of_another_type_are_not_taken() {
    let body = json!({"text": "", "number": 7, "float": 7.5, "minus": -7, "flag": true, "null": null, "list": ["x"]});
    let mut all = document(&body);
    assert_eq!(all.text("/text"), None);
    assert_eq!(all.id("/text"), None);
    assert_eq!(all.string("/number"), None);
    assert_eq!(all.boolean("/number"), None);
    assert_eq!(all.number("/float"), None);
    assert_eq!(all.number("/minus"), None);
    assert_eq!(all.number("/flag"), None);
    assert_eq!(all.string("/null"), None);
    assert_eq!(all.id("/list"), None);
    assert_eq!(all.string("/nowhere"), None);
    assert_eq!(all.string("text"), None);
    assert_eq!(extras(all), extras(document(&body)));
    let mut all = document(&body);
    assert_eq!(all.string("/text").as_deref(), Some(""));
    assert_eq!(all.id("/number").as_deref(), Some("7"));
    assert_eq!(all.boolean("/flag"), Some(true));
    let left: Vec<_> = extras(all).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(left, ["/float", "/list/0", "/minus", "/null"]);
}

#[test]
fn overlong_ids_are_not_taken() {
    let long = "1".repeat(MAX_ID_LEN + 1);
    let mut document =
        Document::parse(json!({ "fits": long.get(1..).unwrap(), "long": long }).to_string().as_bytes()).unwrap();
    assert_eq!(document.id("/fits").map(|id| id.len()), Some(MAX_ID_LEN));
    assert_eq!(document.id("/long"), None);
    assert_eq!(extras(document)[0].0, "/long");
}

#[test]
fn numbers_keep_all_digits() {
    let mut document =
        Document::parse(br#"{"id": 123456789012345678901234567890, "ratio": 0.10, "x": 1e400}"#).unwrap();
    assert_eq!(document.id("/id").as_deref(), Some("123456789012345678901234567890"));
    assert_eq!(document.number("/x"), None);
    assert_eq!(extras(document), pairs([("/ratio", "0.10"), ("/x", "1e+400")]));
}

#[test]
fn taking_a_value_takes_everything_in_it() {
    let mut document = document(&json!({"a": {"b": [1, {"c": 2}]}, "ab": 3}));
    assert_eq!(document.take("/a", |value| value.get("b").cloned()), Some(json!([1, {"c": 2}])));
    assert_eq!(extras(document), pairs([("/ab", "3")]));
}

#[test]
fn peeking_does_not_take() {
    let document = document(&json!({"a": 1}));
    assert_eq!(document.peek("/a"), Some(&json!(1)));
    assert_eq!(document.peek("/b"), None);
    assert_eq!(extras(document), pairs([("/a", "1")]));
}

#[test]
fn extras_can_have_a_pointer_prefix() {
    let part = document(&json!({"a": 1}));
    assert_eq!(part.extras_under("/items/3"), pairs([("/items/3/a", "1")]));
}

#[test]
fn names_are_escaped_in_pointers() {
    let mut document = document(&json!({"": {"a/b": 1, "c~d": 2, "~1": 3}}));
    assert_eq!(document.number("//a~1b"), Some(1));
    assert_eq!(document.number("//~01"), Some(3));
    assert_eq!(extras(document), pairs([("//c~0d", "2")]));
}

#[test]
fn a_single_leaf_is_a_document() {
    assert_eq!(extras(Document::parse(b" 7 ").unwrap()), pairs([("", "7")]));
    let mut text = Document::parse(b"\"x\"").unwrap();
    assert_eq!(text.string("").as_deref(), Some("x"));
    assert_eq!(extras(text), []);
}

#[test]
fn invalid_json_is_malformed_and_not_quoted() {
    let deep = "[".repeat(10_000);
    for (body, sentence) in [
        (&b""[..], "the body is not JSON: unexpected end at line 1, column 0"),
        (b"{\"secret\":", "the body is not JSON: unexpected end at line 1, column 10"),
        (b"{\n'secret':1}", "the body is not JSON: parsing failed at line 2, column 1"),
        (b"\xff", "the body is not JSON: parsing failed at line 1, column 1"),
        (deep.as_bytes(), "the body is not JSON: parsing failed at line 1, column 128"),
    ] {
        let Err(Rejection::Malformed(found)) = Document::parse(body) else { panic!("{body:?} was read") };
        assert_eq!(found, sentence);
    }
}

#[test]
fn nested_documents_are_taken_from_the_whole() {
    for nested in [json!({"b": 1, "c": {"d": 2}}), json!(r#"{"b": 1, "c": {"d": 2}}"#)] {
        let mut whole = document(&json!({"a": nested, "e": 3}));
        let mut nested = whole.take_nested("/a").unwrap().unwrap();
        assert_eq!(nested.number("/c/d"), Some(2));
        assert_eq!(extras(nested), pairs([("/b", "1")]));
        assert!(whole.take_nested("/nowhere").is_none());
        assert_eq!(extras(whole), pairs([("/e", "3")]));
    }
    let mut whole = document(&json!({"a": "{"}));
    assert!(matches!(whole.take_nested("/a"), Some(Err(Rejection::Malformed(_)))));
}

#[test]
fn nested_documents_share_the_budget() {
    let half = format!("[{}1]", "1,".repeat(MAX_VALUES / 2));
    let mut twice = document(&json!([half.clone(), half]));
    assert!(twice.take_nested("/0").unwrap().is_ok());
    assert!(matches!(twice.take_nested("/1"), Some(Err(Rejection::Malformed(why))) if why.contains("values")));
    let long = format!("\"{}\"", "x".repeat(MAX_BYTES / 4));
    let mut items = document(&json!([[long.clone()], [long]])).into_items().unwrap();
    let mut nested = || items.next().unwrap().take_nested("/0").unwrap();
    assert!(nested().is_ok());
    assert!(matches!(nested(), Err(Rejection::Malformed(why)) if why.contains("exceed 2 MiB")));
}

#[test]
fn only_lists_are_split_into_items() {
    let items: Vec<_> = document(&json!([{"a": 1}, 2])).into_items().unwrap().map(extras).collect();
    assert_eq!(items, [pairs([("/a", "1")]), pairs([("", "2")])]);
    assert_eq!(document(&json!([])).into_items().unwrap().len(), 0);
    let mut object = document(&json!({"a": 1, "b": 2}));
    object.number("/a");
    let Err(object) = object.into_items() else { panic!("not a list") };
    assert_eq!(extras(object), pairs([("/b", "2")]));
}

/// The message that a body is rejected with, or none.
fn refusal(body: &str) -> Option<String> {
    match Document::parse(body.as_bytes()) {
        Ok(_) => None,
        Err(Rejection::Malformed(sentence)) => Some(sentence),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn the_number_of_values_is_bounded() {
    let list = |item: &str, count| format!("[{}]", vec![item; count].join(","));
    // The list counts as a value, and its first item follows no comma.
    assert_eq!(refusal(&list("1", MAX_VALUES - 1)), None);
    assert_eq!(refusal(&list("\"[,{\"", MAX_VALUES - 1)), None);
    for item in ["1", "null", "[]", "{}", "\"\"", "{\"\":1}"] {
        let sentence = refusal(&list(item, MAX_VALUES)).unwrap();
        assert_eq!(sentence, "the body contains more than 30000 values: send less at a time");
    }
}

#[test]
fn the_size_of_pointers_is_bounded() {
    let body = |name: usize, leaves: usize| format!("{{\"{}\":[{}1]}}", "k".repeat(name), "1,".repeat(leaves - 1));
    assert_eq!(refusal(&body(100_000, 18)), None);
    assert_eq!(refusal(&body(100, 18_000)), None);
    for (name, leaves) in [(100_000, 20), (1_000, 2_100), (120, 18_000)] {
        let sentence = refusal(&body(name, leaves)).unwrap();
        assert!(sentence.contains("exceed 2 MiB") && sentence.ends_with("shorter names"), "{sentence}");
    }
    assert!(refusal(&format!("\"{}\"", "x".repeat(MAX_BYTES))).is_some());
}

fn value() -> impl Strategy<Value = Value> {
    let name = prop_oneof![r"[a-c~/01]{0,3}", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// All leaves with their pointers, computed independently of the kit.
fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let parts: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member)).collect(),
        _ => Vec::new(),
    };
    if parts.is_empty() {
        return [(String::new(), value.clone())].into();
    }
    let mut all = BTreeMap::new();
    for (name, part) in parts {
        let step = name.chars().map(|c| match c {
            '~' => "~0".to_owned(),
            '/' => "~1".to_owned(),
            other => other.to_string(),
        });
        let step: String = step.collect();
        all.extend(leaves(part).into_iter().map(|(under, leaf)| (format!("/{step}{under}"), leaf)));
    }
    all
}

/// Reads a leaf with one of the kit's methods. Returns whether it was taken.
fn read(document: &mut Document, pointer: &str, how: u8) -> bool {
    match how % 7 {
        0 => document.string(pointer).is_some(),
        1 => document.text(pointer).is_some(),
        2 => document.id(pointer).is_some(),
        3 => document.number(pointer).is_some(),
        4 => document.boolean(pointer).is_some(),
        5 => document.take(pointer, |value| value.is_null().then_some(())).is_some(),
        _ => document.take(pointer, |value| Some(value.clone())).is_some(),
    }
}

proptest! {
    #[test]
    fn every_leaf_is_either_taken_or_an_extra(
        value in value(),
        hows in prop::collection::vec(any::<(bool, u8)>(), 1..32),
    ) {
        let mut document = document(&value);
        let all = leaves(document.peek("").unwrap());
        let mut taken = BTreeSet::new();
        for (pointer, (wanted, how)) in all.keys().zip(hows.iter().cycle()) {
            if *wanted && read(&mut document, pointer, *how) {
                taken.insert(pointer.clone());
            }
        }
        let extras = document.into_extras();
        let left: BTreeMap<String, Value> =
            extras.iter().map(|(pointer, text)| (pointer.clone(), serde_json::from_str(text).unwrap())).collect();
        prop_assert_eq!(left.len(), extras.len(), "no leaf occurs twice");
        let expected: BTreeMap<String, Value> =
            all.into_iter().filter(|(pointer, _)| !taken.contains(pointer)).collect();
        prop_assert_eq!(left, expected);
    }

    #[test]
    fn leaves_are_found_by_their_pointers(value in value()) {
        let document = document(&value);
        for (pointer, text) in document.extras_under("") {
            prop_assert_eq!(document.peek(&pointer).unwrap().to_string(), text);
        }
    }

    #[test]
    fn arbitrary_bytes_are_read_or_rejected(body in prop::collection::vec(any::<u8>(), 0..128)) {
        match Document::parse(&body) {
            Ok(document) => prop_assert!(!document.into_extras().is_empty()),
            Err(Rejection::Malformed(sentence)) => prop_assert!(sentence.len() < 100),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
