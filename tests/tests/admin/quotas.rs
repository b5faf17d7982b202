//! Quotas of pushed plugs, on disk and in memory, for each token.

use std::fs::File;
use std::time::{Duration, SystemTime};

use cordboard::plug::LibraryOptions;
use cordboard_tests::bridge::until;
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot;
use cordboard_tests::hubspot::{ACCOUNT, meeting};
use cordboard_tests::plugs::numbered;
use serde_json::{Value, json};

use super::fixture::{BUILDS, Fixture, OPERATOR, config};

/// Longer than unused plugs are kept.
const DAYS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

fn with_limits(limits: &str) -> String {
    format!("{}\n[plugs]\n{limits}\n", config())
}

async fn push(fixture: &Fixture, token: &str, number: u32) -> Answer {
    fixture.ask(token, Request::new("POST", "/admin/v1/plugs", numbered("jitsi", number))).await
}

async fn activate(fixture: &Fixture, plug: &str, how: &Value) {
    let mut wanted = json!({ "plug": plug, "target": { "account": ACCOUNT, "connection": "rooms" } });
    for (name, value) in how.as_object().unwrap() {
        wanted[name] = value.clone();
    }
    let answer = fixture.post(OPERATOR, "activations", &wanted).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn path(fixture: &Fixture, digest: &str) -> std::path::PathBuf {
    fixture.installation.data().join("plugs").join(format!("{}.wasm", digest.strip_prefix("sha256:").unwrap()))
}

/// Backdates a plug's file, as if it had been pushed or used days ago.
fn backdate(fixture: &Fixture, digest: &str) {
    let file = File::options().append(true).open(path(fixture, digest)).unwrap();
    file.set_modified(SystemTime::now() - DAYS).unwrap();
}

#[tokio::test]
async fn pushed_plugs_are_not_loaded_until_activated() {
    let fixture = Fixture::open().await;
    let before = fixture.bridge.library().loaded();
    let mut digests = Vec::new();
    for number in 0..4 {
        digests.push(push(&fixture, OPERATOR, number).await.member("digest"));
    }
    assert_eq!(fixture.bridge.library().loaded(), before);
    activate(&fixture, &digests[0], &json!({})).await;
    let served = hubspot::create(&fixture.bridge, &meeting("by the one that was activated")).await;
    assert_eq!((served.status, fixture.bridge.library().loaded()), (200, before + 1));
}

#[tokio::test]
async fn unused_plugs_are_removed_in_the_background() {
    let library = LibraryOptions { collect_interval: Duration::from_millis(100), ..LibraryOptions::default() };
    let fixture = Fixture::with_library(&config(), library).await;
    let mut digests = Vec::new();
    for number in 0..5 {
        digests.push(fixture.push(numbered("jitsi", number)).await);
    }
    let [first, second, tried, unused, fresh] = <[String; 5]>::try_from(digests).unwrap();
    activate(&fixture, &first, &json!({})).await;
    activate(&fixture, &second, &json!({})).await;
    activate(&fixture, &tried, &json!({ "canary": "10%" })).await;
    for digest in [&first, &second, &tried, &unused] {
        backdate(&fixture, digest);
    }
    let gone = path(&fixture, &unused);
    until("the unused one is gone", || !gone.exists()).await;
    // The others were checked in the same run.
    for digest in [&first, &second, &tried, &fresh] {
        assert!(path(&fixture, digest).exists());
    }
    let listed = fixture.get(OPERATOR, "plugs").await.json();
    assert!(!listed["plugs"].as_array().unwrap().iter().any(|plug| plug["digest"] == unused.as_str()));

    // Plugs for a rollback are kept, and those that it replaces count as used until now.
    let target = json!({ "target": { "account": ACCOUNT, "connection": "rooms" } });
    for _ in 0..2 {
        assert_eq!(fixture.post(OPERATOR, "rollbacks", &target).await.status, 200);
    }
    assert_eq!(hubspot::create(&fixture.bridge, &meeting("back")).await.status, 200);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(path(&fixture, &second).exists() && path(&fixture, &tried).exists());
    backdate(&fixture, &tried);
    let gone = path(&fixture, &tried);
    until("the candidate is gone", || !gone.exists()).await;
    assert!(path(&fixture, &first).exists());
}

#[tokio::test]
async fn limits_the_unused_plugs_of_a_token_without_affecting_others() {
    let fixture = Fixture::with(&with_limits("token-unused = 2")).await;
    let first = push(&fixture, BUILDS, 1).await.member("digest");
    assert_eq!(push(&fixture, BUILDS, 2).await.status, 201);
    let refused = push(&fixture, BUILDS, 3).await;
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert!(refused.problem().contains("the token `builds` has 2 unused plugs, of at most 2"), "{}", refused.text());
    assert!(refused.problem().contains("raise `token-unused` in [plugs]"));
    assert_eq!(push(&fixture, OPERATOR, 3).await.status, 201, "another token has a quota of its own");
    assert_eq!(push(&fixture, BUILDS, 2).await.status, 201, "a stored plug takes no more space");
    activate(&fixture, &first, &json!({})).await;
    assert_eq!(push(&fixture, BUILDS, 4).await.status, 201, "one of them is in use");
    assert_eq!(push(&fixture, BUILDS, 5).await.status, 507);
}

#[tokio::test]
async fn limits_the_disk_space_of_a_token_including_padding() {
    let fixture = Fixture::with(&with_limits("token-bytes = 30000000")).await;
    // A custom section of 20 MiB, which is not compiled.
    let mut padded = numbered("jitsi", 1);
    let length = 20 << 20;
    padded.extend([
        0,
        0x80 | (length & 0x7f) as u8,
        0x80 | (length >> 7 & 0x7f) as u8,
        0x80 | (length >> 14 & 0x7f) as u8,
    ]);
    padded.push((length >> 21) as u8);
    padded.extend([3, b'p', b'a', b'd']);
    padded.extend(vec![0; length - 4]);
    let answer = fixture.ask(BUILDS, Request::new("POST", "/admin/v1/plugs", padded.clone())).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    padded.extend([0, 4, 3, b'p', b'a', b'e']);
    let refused = fixture.ask(BUILDS, Request::new("POST", "/admin/v1/plugs", padded)).await;
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert!(refused.problem().contains("raise `token-bytes` in [plugs]"), "{}", refused.text());
    assert_eq!(push(&fixture, BUILDS, 2).await.status, 201, "a small one fits");
}

#[tokio::test]
async fn limits_the_compile_time_of_a_token() {
    let fixture = Fixture::with(&with_limits("token-compile-seconds = 1\ntoken-unused = 100000")).await;
    let mut pushed = 0;
    let refused = loop {
        let answer = push(&fixture, BUILDS, pushed).await;
        if answer.status != 201 {
            break answer;
        }
        pushed += 1;
        assert!(pushed < 1_000, "a budget that is used up");
    };
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
    let detail = refused.problem();
    assert!(detail.contains("the token `builds` has used up its 1 s of compile time per hour"), "{detail}");
    assert!(detail.contains("raise `token-compile-seconds` in [plugs]"), "{detail}");
    assert_eq!(push(&fixture, BUILDS, 0).await.status, 201, "a stored plug is not compiled again");
    assert_eq!(push(&fixture, OPERATOR, 9_999).await.status, 201, "another token has a budget of its own");
}
