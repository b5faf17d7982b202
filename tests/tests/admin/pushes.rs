//! Uploads of plugs, complete or not.

use std::time::Duration;

use cordboard::plug::builtin;
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::until;
use cordboard_tests::http::{Request, Wire};
use cordboard_tests::plugs::numbered;
use serde_json::Value;

use super::fixture::{ACME, BUILDS, Fixture, OPERATOR};

fn push(body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", "/admin/v1/plugs", body)
}

/// Returns the head of a push.
fn head(name: &str, value: &str) -> Vec<u8> {
    head_of(OPERATOR, name, value)
}

fn head_of(token: &str, name: &str, value: &str) -> Vec<u8> {
    push("").header("authorization", &format!("Bearer {token}")).header(name, value).head().into_bytes()
}

/// Returns the number of files in the library, including partial ones.
fn files(fixture: &Fixture) -> usize {
    std::fs::read_dir(fixture.installation.data().join("plugs")).unwrap().count()
}

/// Returns the digests of pushed plugs.
async fn pushed(fixture: &Fixture) -> Vec<String> {
    let plugs = fixture.get(ACME, "plugs").await.json()["plugs"].as_array().unwrap().clone();
    let pushed = plugs.iter().filter(|plug| plug["builtIn"] == false);
    pushed.map(|plug| plug["digest"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_plug_uploaded_in_chunks_is_admitted_and_listed() {
    let fixture = Fixture::open().await;
    let file = numbered("jitsi", 7);
    let mut wire = Wire::connect(fixture.bridge.operators).await;
    wire.write(&head("transfer-encoding", "chunked")).await;
    for piece in file.chunks(10_000) {
        wire.chunk(piece).await;
    }
    wire.chunk(b"").await;
    let answer = wire.answer().await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    let pushed_plug = answer.json();
    assert_eq!((&pushed_plug["name"], &pushed_plug["role"]), (&Value::from("jitsi"), &Value::from("provider")));
    assert_eq!(pushed(&fixture).await, [answer.member("digest")]);

    // Pushing it again succeeds and is audited again.
    let again = fixture.ask(BUILDS, push(file)).await;
    assert_eq!((again.status, again.json()), (201, pushed_plug));
    let pushes = fixture.audit(OPERATOR, "").await.into_iter().filter(|[_, what, ..]| what == "push");
    assert_eq!(pushes.map(|[who, ..]| who).collect::<Vec<_>>(), ["builds", "operator"]);

    let list = fixture.get(OPERATOR, "plugs").await.json();
    let plugs = list["plugs"].as_array().unwrap();
    assert_eq!((plugs.len(), &list["more"]), (builtin::ALL.len() + 1, &Value::from(false)));
    assert!(plugs.iter().any(|plug| plug["name"] == "hubspot" && plug["builtIn"] == true));
    let few = fixture.get(OPERATOR, "plugs?limit=2").await.json();
    assert_eq!((few["plugs"].as_array().unwrap().len(), &few["more"]), (2, &Value::from(true)));
}

#[tokio::test]
async fn rejects_files_that_are_not_plugs_and_stores_nothing() {
    let fixture = Fixture::open().await;
    let jitsi = builtin::find("jitsi").unwrap();
    for (part, file) in [
        ("not a WebAssembly binary", Vec::new()),
        ("not a WebAssembly binary", b"not WebAssembly".to_vec()),
        ("core module", b"\0asm\x01\0\0\0".to_vec()),
        ("invalid or unsupported component", jitsi[..jitsi.len() / 2].to_vec()),
    ] {
        let answer = fixture.ask(OPERATOR, push(file)).await;
        assert_eq!(answer.status, 422, "{part}: {}", answer.text());
        assert!(answer.problem().contains(part), "{}", answer.text());
    }
    // The hostile plug may be admitted, because it misbehaves only in some modes.
    let hostile = fixture.ask(OPERATOR, push(HOSTILE)).await;
    assert!([201, 422].contains(&hostile.status), "{}", hostile.text());
    assert_eq!(pushed(&fixture).await.len(), usize::from(hostile.status == 201));
    let pushes = fixture.audit(OPERATOR, "").await.into_iter().filter(|[_, what, ..]| what == "push").count();
    assert_eq!(pushes, usize::from(hostile.status == 201), "a rejection is not audited");
}

#[tokio::test]
async fn rejects_too_large_files_with_or_without_a_content_length() {
    let fixture = Fixture::open().await;
    let announced = push("").header("content-length", "70000000").header("expect", "100-continue");
    let answer = fixture.ask(OPERATOR, announced).await;
    assert_eq!(answer.status, 413);
    assert!(answer.problem().contains("the file is larger than 67108864 bytes"), "{}", answer.text());

    let mut wire = Wire::connect(fixture.bridge.operators).await;
    wire.write(&head("transfer-encoding", "chunked")).await;
    for _ in 0..65 {
        wire.chunk(&[0; 1 << 20]).await;
    }
    wire.chunk(b"").await;
    assert_eq!(wire.answer().await.unwrap().status, 413);
    assert_eq!(pushed(&fixture).await, [""; 0]);
}

#[tokio::test]
async fn a_truncated_push_leaves_no_file() {
    let fixture = Fixture::open().await;
    let before = files(&fixture);
    let file = numbered("jitsi", 8);
    let mut wire = Wire::connect(fixture.bridge.operators).await;
    wire.write(&head("content-length", &file.len().to_string())).await;
    wire.write(&file[..file.len() / 2]).await;
    wire.end().await;
    if let Some(answer) = wire.answer().await {
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    assert_eq!(pushed(&fixture).await, [""; 0]);
    until("the partial file is removed", || files(&fixture) == before).await;
}

#[tokio::test]
async fn unfinished_pushes_block_only_their_own_token() {
    let fixture = Fixture::open().await;
    let file = numbered("jitsi", 9);
    let before = files(&fixture);
    let mut in_flight = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::connect(fixture.bridge.operators).await;
        wire.write(&head_of(BUILDS, "content-length", &file.len().to_string())).await;
        wire.write(&file[..1_000]).await;
        in_flight.push(wire);
    }
    until("both have begun", || files(&fixture) == before + in_flight.len()).await;
    let answer = fixture.ask(BUILDS, push("x")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("5")), "{}", answer.text());
    assert!(answer.problem().contains("the token `builds` already has 2 pushes in progress"), "{}", answer.text());
    assert_eq!(fixture.ask(OPERATOR, push(numbered("jitsi", 10))).await.status, 201, "other tokens can push");
    let mut first = in_flight.remove(0);
    first.write(&file[1_000..]).await;
    assert_eq!(first.answer().await.unwrap().status, 201);
    assert_eq!(fixture.ask(BUILDS, push("x")).await.status, 422, "another push is accepted");
}

#[tokio::test]
async fn a_push_that_is_too_slow_is_ended() {
    let fixture = Fixture::open().await;
    let before = files(&fixture);
    let mut wire = Wire::connect(fixture.bridge.operators).await;
    wire.write(&head("content-length", "1000000")).await;
    let mut answering = tokio::spawn(async move {
        // A byte now and then is progress, but too slow.
        for _ in 0..200 {
            wire.write(b"x").await;
            if let Ok(answer) = tokio::time::timeout(Duration::from_millis(200), wire.answer()).await {
                return answer;
            }
        }
        None
    });
    let answer = tokio::time::timeout(Duration::from_secs(60), &mut answering).await.unwrap().unwrap().unwrap();
    assert_eq!(answer.status, 408, "{}", answer.text());
    assert!(answer.problem().contains("more slowly than 16384 bytes a second"), "{}", answer.text());
    until("the partial file is removed", || files(&fixture) == before).await;
}
