//! The hostile plug, composed into a gateway: the guarantees that also hold on Spin.

use std::path::PathBuf;

use cordboard_spin_host::{Manifest, Store};
use cordboard_tests::HOSTILE;
use cordboard_tests::http::{Answer, Request};
use cordboard_tests::hubspot::{ACCOUNT, SECRET, meeting, request, with};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{self, Spin, accounts, root, with_variable};
use serde_json::{Value, json};

pub const HOSTILE_ACCOUNT: u64 = 40;
/// Another account of the same plug, in a mode that ends.
pub const OTHER_HOSTILE_ACCOUNT: u64 = 41;
const INGEST_KEY: &str = "ingest-key-of-the-hostile-connection";
const TOKEN: &str = "inbound-token-of-a-sender";
const KEY: &str = "outbound-key-of-ours";

/// Returns spin.toml with another component for the hostile plug.
pub fn manifest() -> PathBuf {
    std::fs::write(root().join("target/spin/hostile.wasm"), HOSTILE).unwrap();
    let text = std::fs::read_to_string(root().join("spin.toml")).unwrap();
    let front = "\"http://iotum.spin.internal\",";
    assert!(text.contains(front));
    let text = text.replace(front, "\"http://iotum.spin.internal\", \"http://hostile.spin.internal\",");
    let text = text.replace("plugs = \"iotum", "plugs = \"hostile iotum");
    let begins = "[[trigger.http]]\nroute = { private = true }\ncomponent = \"jitsi\"";
    let (_, rest) = text.split_once(begins).unwrap();
    let jitsi = format!("{begins}{}", rest.split("# iotum:").next().unwrap());
    let hostile = jitsi.replace("target/spin/jitsi.wasm", "target/spin/hostile.wasm").replace("jitsi\"", "hostile\"");
    let hostile =
        hostile.replace("component.jitsi", "component.hostile").replace("plug_host = \"{{ jitsi_host }}\"\n", "");
    let path = root().join("target/spin/hostile.toml");
    std::fs::write(&path, format!("{text}\n{hostile}").replace("target/spin/", "")).unwrap();
    path
}

fn account(mode: &str, url: &str, targets: &str) -> Value {
    let mut settings = json!({ "mode": mode, "url": url, "targets": targets, "token": TOKEN, "key": KEY });
    settings.as_object_mut().unwrap().retain(|_, value| value != "");
    let outbound = if url.is_empty() { json!({}) } else { json!({ "allow-private": true, "allow": [url] }) };
    let rooms = json!({ "plug": "hostile", "outbound": outbound, "settings": settings });
    json!({ "conferencing": "rooms", "connections": { "rooms": rooms } })
}

/// Returns variables with two accounts of the hostile plug.
pub fn variables(provider: &Provider, mode: &str, url: &str, targets: &str) -> Vec<(String, String)> {
    let mut accounts = accounts(provider);
    accounts[HOSTILE_ACCOUNT.to_string()] = account(mode, url, targets);
    accounts[HOSTILE_ACCOUNT.to_string()]["connections"]["rooms"]["ingest-key"] = INGEST_KEY.into();
    accounts[OTHER_HOSTILE_ACCOUNT.to_string()] =
        account("forbidden_host", "elsewhere.example", "https://elsewhere.example/");
    with_variable(spin::variables(provider), "accounts", &accounts.to_string())
}

async fn setup(mode: &str, url: &str, targets: &str) -> (Provider, Spin) {
    let provider = Provider::start().await;
    let manifest = Manifest::read(&manifest()).unwrap_or_else(|fault| panic!("{fault:#}"));
    let spin = Spin::start_with(&manifest, &variables(&provider, mode, url, targets), Store::default()).await;
    (provider, spin)
}

fn webhook() -> Request {
    Request::post(&format!("/in/{INGEST_KEY}/hook"), "{\"tells\": \"something\"}").header("x-token", TOKEN)
}

pub fn booking(account: u64, topic: &str) -> Request {
    request("create-meeting", &with(meeting(topic), "portalId", account))
}

pub async fn book(served: &impl Served, account: u64, topic: &str) -> Answer {
    served.send(&booking(account, topic)).await
}

/// A trap ends only the instance of its component. The webhook request is stored, and other accounts are served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_affects_one_component_only() {
    let (_provider, spin) = setup("trap", "", "").await;
    for topic in ["One", "Two", "Three"] {
        let answer = book(&spin, HOSTILE_ACCOUNT, topic).await;
        assert_eq!(answer.status, 502, "{answer:?}");
        assert!(answer.problem().contains("crashed before answering"), "{answer:?}");
        assert_eq!(book(&spin, ACCOUNT, "Talk").await.status, 200);
    }
    assert_eq!(spin.send(&webhook()).await.status, 502);
    assert!(spin.0.log().contains("the component `hostile` crashed during a request"), "{}", spin.0.log());
    let listed = spin.ask("GET", "/deliveries").await.json();
    assert_eq!(listed["deliveries"][0]["verdict"], "unprocessed", "{listed}");
    assert_eq!(listed["deliveries"].as_array().unwrap().len(), 1);
}

/// A contract violation is not reported as a provider's failure, and the webhook request is stored for a later plug.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contract_violations_are_rejected_and_dead_lettered() {
    for mode in ["endless_steps", "senseless_result"] {
        let (_provider, spin) = setup(mode, "", "").await;
        let answer = book(&spin, HOSTILE_ACCOUNT, "Talk").await;
        assert_eq!(answer.status, 502, "{mode}: {answer:?}");
        assert!(answer.problem().contains(' '));
        let log = spin.0.log();
        assert!(log.contains("connection `rooms` of account 40 (hostile "), "{log}");
        assert_eq!(spin.send(&webhook()).await.status, 202, "{mode}");
        let listed = spin.ask("GET", "/deliveries").await.json();
        assert_eq!(listed["deliveries"][0]["verdict"], "dead-lettered", "{mode}: {listed}");
    }
}

/// Hosts that the plug does not declare or spin.toml does not allow are not called.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_allowed_hosts_are_called() {
    let outside = Provider::start().await;
    let there = outside.address.to_string();
    for named in ["elsewhere.example", &there] {
        let (_provider, spin) = setup("forbidden_host", named, &format!("http://{there}/")).await;
        let answer = book(&spin, HOSTILE_ACCOUNT, "Talk").await;
        assert!(answer.text().contains("RefusedByPolicy"), "{named}: {}", answer.text());
    }
    assert_eq!(outside.connections(), 0);
}

/// Secrets are not in answers, in the store or in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_appear_in_no_answer_store_or_log() {
    for mode in ["secret_in_answer", "inbound_secret", "secret_in_host", "header_smuggling"] {
        let outside = Provider::start().await;
        let there = outside.address.to_string();
        let (_provider, spin) = setup(mode, &there, &format!("http://{there}/")).await;
        let answers = [book(&spin, HOSTILE_ACCOUNT, "Talk").await, spin.send(&webhook()).await];
        let stored: String = spin
            .0
            .store
            .stored(|stored| stored.values().map(|value| String::from_utf8_lossy(value).into_owned()).collect());
        let answered: String = answers.iter().map(|answer| answer.text()).collect();
        for secret in [TOKEN, KEY, SECRET] {
            for (text, place) in [(&answered, "an answer"), (&stored, "the store"), (&spin.0.log(), "the log")] {
                assert!(!text.contains(secret), "{mode}: {secret} is in {place}");
            }
        }
        assert_eq!(outside.requests(), 0, "{mode}");
    }
}
