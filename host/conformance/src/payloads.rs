//! Webhook requests that a sender may send, valid and invalid.

use serde_json::{Map, Value};

use super::fault_scenario::nested;
use super::samples::{Samples, Webhook};
use cordboard::contract::http::{Header, WebhookRequest};
use cordboard::contract::manifest::{Description, Route};

/// The maximum number of values of a sample to mutate.
const MAX_MUTATED_VALUES: usize = 64;
/// A placeholder for half of a surrogate pair, which JSON can express but a string cannot contain.
const HALF_SURROGATE: &str = "half of a surrogate pair goes here";

const RECEIVED_AT: u64 = 1_767_323_044_000;

/// A webhook request with a description.
pub(super) struct Payload {
    /// A description of the request, as the beginning of a sentence.
    pub description: String,
    /// The request as the plug receives it.
    pub request: WebhookRequest,
}

/// The samples, and an empty object for each route without one.
pub(super) fn samples_or_empty(description: &Description, samples: &Samples) -> Vec<WebhookRequest> {
    let bare = description.routes.iter().filter(|route| samples.webhooks.iter().all(|one| one.route != route.name));
    let bare = bare.map(|route| request(route, b"{}".to_vec()));
    samples.webhooks.iter().filter_map(|one| sample(description, one)).chain(bare).collect()
}

/// The samples as requests.
pub(super) fn requests(description: &Description, samples: &Samples) -> Vec<WebhookRequest> {
    samples.webhooks.iter().filter_map(|one| sample(description, one)).collect()
}

/// The samples, their mutations, and unusual requests for each route.
pub(super) fn all(description: &Description, samples: &Samples) -> Vec<Payload> {
    let mut all = Vec::new();
    for request in requests(description, samples) {
        all.extend(mutations(&request));
        all.push(Payload { description: format!("the sample for `{}`", request.route), request });
    }
    for route in &description.routes {
        let mut add = |feature: &str, request| {
            all.push(Payload { description: format!("{feature} for `{}`", route.name), request });
        };
        unusual_bodies().into_iter().for_each(|(feature, body)| add(feature, request(route, body)));
        let plain = || request(route, b"{}".to_vec());
        let unusual_header =
            |name: &String| Header { name: name.to_lowercase(), value: vec![0xff, b'"', 0, b'\r', b'\n'] };
        let headers = route.headers.iter().map(unusual_header).collect();
        add("an unusual query", WebhookRequest { query: "a=%zz&&=%00&a[]=é".to_owned(), ..plain() });
        add("unusual headers", WebhookRequest { headers, ..plain() });
        add("the latest time", WebhookRequest { received_at: u64::MAX, ..plain() });
    }
    if let Some(route) = description.routes.first() {
        // A stored request is reprocessed by the plug's next version, which may no longer declare the route.
        let unknown = WebhookRequest { route: "no-such-route".to_owned(), ..request(route, b"{}".to_vec()) };
        all.push(Payload { description: "a route that it does not declare".to_owned(), request: unknown });
    }
    all
}

fn request(route: &Route, body: Vec<u8>) -> WebhookRequest {
    WebhookRequest {
        route: route.name.clone(),
        method: route.methods.first().cloned().unwrap_or_default(),
        query: String::new(),
        headers: Vec::new(),
        body,
        received_at: RECEIVED_AT,
    }
}

fn sample(description: &Description, sample: &Webhook) -> Option<WebhookRequest> {
    let route = description.routes.iter().find(|route| route.name == sample.route)?;
    let plain = request(route, sample.body());
    let method = sample.method.clone().unwrap_or_else(|| plain.method.clone());
    Some(WebhookRequest { method, query: sample.query.clone(), headers: sample.headers(), ..plain })
}

fn unusual_bodies() -> Vec<(&'static str, Vec<u8>)> {
    let text = |description, text: &str| (description, text.as_bytes().to_vec());
    vec![
        text("an empty body", ""),
        text("a body that is not JSON", "<html>&</html>"),
        text("truncated JSON", r#"{"id": "7", "#),
        text("two JSON texts", "{} {}"),
        text("`null`", "null"),
        text("`true`", "true"),
        text("a number", "-7.5e300"),
        text("a number that is too large", "1e999"),
        text("an id of 40 digits", r#"{"id": 1234567890123456789012345678901234567890}"#),
        text("a string", r#""text""#),
        text("an empty array", "[]"),
        text("an array of mixed values", r#"[null, 7, "a", {"id": []}, [[]]]"#),
        text("an empty object", "{}"),
        text("an object of mixed values", r#"{"id": {"id": [null]}, "": {"": ""}, "~/": 7}"#),
        text("duplicate members", r#"{"id": "7", "id": {"id": 8}, "id": null}"#),
        text("JavaScript's own members", r#"{"__proto__": {"id": 7}, "constructor": null, "toString": 1}"#),
        text("half of a surrogate pair", r#"{"id": "\ud800", "\udfff": "\ud83d"}"#),
        text("control characters", "{\"id\": \"\\u0000\\u001b[31m\\r\\n\"}"),
        text("a byte order mark", "\u{feff}{}"),
        ("bytes that are not UTF-8", vec![b'{', b'"', 0xff, b'"', b':', b'"', 0xed, 0xa0, 0x80, b'"', b'}']),
        ("1 MiB of zeros", vec![0; 1 << 20]),
        ("arrays nested 10000 deep", nested(10_000).into_bytes()),
        ("objects nested 10000 deep", ["{\"a\":".repeat(10_000), "}".repeat(10_000)].concat().into_bytes()),
        ("an array of 200000 values", format!("[0{}]", ",0".repeat(199_999)).into_bytes()),
        ("a string of 1 MiB", format!("{{\"id\": \"{}\"}}", "x".repeat((1 << 20) - 16)).into_bytes()),
    ]
}

/// The mutations of a sample: each value replaced by others, each member removed, and each top-level member duplicated.
fn mutations(request: &WebhookRequest) -> Vec<Payload> {
    let Ok(root) = serde_json::from_slice::<Value>(&request.body) else { return Vec::new() };
    let mut mutations = Vec::new();
    let mut add = |mutation: String, body: String| {
        let description = format!("the sample for `{}` {mutation}", request.route);
        mutations.push(Payload { description, request: WebhookRequest { body: body.into_bytes(), ..request.clone() } });
    };
    for pointer in pointers(&root).into_iter().take(MAX_MUTATED_VALUES) {
        for (replacement, value) in replacements() {
            let mut other = root.clone();
            let Some(found) = other.pointer_mut(&pointer) else { continue };
            *found = value;
            let half = format!("\"{HALF_SURROGATE}\"");
            add(format!("with {replacement} at `{pointer}`"), other.to_string().replace(&half, r#""\ud83d""#));
        }
        if let Some(without) = without(&root, &pointer) {
            add(format!("without `{pointer}`"), without.to_string());
        }
    }
    if let Value::Object(members) = &root {
        for name in members.keys().take(MAX_MUTATED_VALUES) {
            let body = root.to_string().replacen('{', &format!("{{{}:[null],", Value::from(name.as_str())), 1);
            add(format!("with `{name}` twice"), body);
        }
    }
    mutations
}

fn replacements() -> Vec<(&'static str, Value)> {
    vec![
        ("`null`", Value::Null),
        ("`true`", true.into()),
        ("-1.5", (-1.5).into()),
        ("18446744073709551615", u64::MAX.into()),
        ("an empty string", "".into()),
        ("a string of control characters", "\u{0}\r\n\u{1b}[31m".into()),
        ("a string of 10000 letters", "x".repeat(10_000).into()),
        ("half of a surrogate pair", HALF_SURROGATE.into()),
        ("an empty array", Value::Array(Vec::new())),
        ("an empty object", Value::Object(Map::new())),
        ("an object", serde_json::json!({ "id": [null], "": 7 })),
    ]
}

/// JSON pointers to all values, the root first.
fn pointers(root: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(root, "", &mut found);
    found
}

fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (escaped(name), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    found.push(at.to_owned());
    inner.into_iter().for_each(|(name, value)| collect(value, &format!("{at}/{name}"), found));
}

fn without(root: &Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let mut root = root.clone();
    let name = name.replace("~1", "/").replace("~0", "~");
    root.pointer_mut(parent)?.as_object_mut()?.remove(&name)?;
    Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_mutated_in_every_place() {
        let body = br#"{"room": "7", "who": [{"na/me": "Ada"}]}"#.to_vec();
        let request = WebhookRequest {
            route: "events".to_owned(),
            method: "POST".to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body,
            received_at: RECEIVED_AT,
        };
        let bodies: Vec<String> =
            mutations(&request).into_iter().map(|one| String::from_utf8(one.request.body).unwrap()).collect();
        for expected in [
            "null",
            r#"{"room":null,"who":[{"na/me":"Ada"}]}"#,
            r#"{"room":"\ud83d","who":[{"na/me":"Ada"}]}"#,
            r#"{"room":"7","who":[{"na/me":true}]}"#,
            r#"{"who":[{"na/me":"Ada"}]}"#,
            r#"{"room":"7","who":[{}]}"#,
            r#"{"who":[null],"room":"7","who":[{"na/me":"Ada"}]}"#,
        ] {
            assert!(bodies.iter().any(|body| body == expected), "{expected}: {bodies:?}");
        }
        // Five values with all replacements, three removed members, and two duplicated members.
        assert_eq!(bodies.len(), 5 * replacements().len() + 3 + 2);
    }
}
