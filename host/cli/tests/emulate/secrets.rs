//! Which secrets the emulator generates or reads, and which it prints.

use serde_json::Value;

use crate::process::emulator::{Emulator, KEY, greeted};
use crate::process::{SECRET, free_ports};
use crate::setting::{SETTINGS, emulate, folder};

#[test]
fn generated_secrets_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let hubspot = Emulator::start(folder.path(), &[]);
    let made = ["clientSecret", "developerKey", "developerToken", "clientId"].map(|name| &hubspot.greeting[name]);
    for (place, secret) in made.iter().enumerate() {
        assert!(secret.as_str().unwrap().len() >= 32 && !made[..place].contains(secret), "{made:?}");
    }
    let path = format!("{SETTINGS}/54321?hapikey={}", hubspot.greeting["developerKey"].as_str().unwrap());
    assert_eq!(hubspot.ask("GET", &path, &Value::Null).0, 404);
    assert_eq!(hubspot.ask("GET", &format!("{SETTINGS}/54321?hapikey=x"), &Value::Null).0, 401);

    let (serving, text) = greeted(emulate(folder.path(), &["--listen", "127.0.0.1:0"]));
    for name in ["API", "app", "client id", "client secret", "developer key", "developer token", "account"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("  {name:<17} "))), "{name}: {text}");
    }
    serving.stop();
}

#[test]
fn app_accounts_key_and_secret_come_from_the_configuration() {
    let folder = folder("");
    let words = ["--listen", "127.0.0.1:0", "--config", "cordboard.toml"];
    let hubspot = Emulator::of(emulate(folder.path(), &[&["--json"], &words[..]].concat()));
    assert_eq!(hubspot.greeting["app"], 777);
    assert_eq!(hubspot.ask("GET", &format!("{SETTINGS}/777?hapikey={KEY}"), &Value::Null).0, 404);
    assert_eq!(hubspot.ask("GET", &format!("{SETTINGS}/777?hapikey=not-{KEY}"), &Value::Null).0, 401);
    let state = hubspot.state();
    let accounts: Vec<_> = state["accounts"].as_array().unwrap().iter().map(|account| &account["id"]).collect();
    assert_eq!(accounts, [5, 6]);

    let (serving, text) = greeted(emulate(folder.path(), &words));
    assert!(text.contains("https://bridge.example.com") && text.contains("http://127.0.0.1:8080"), "{text}");
    serving.stop();
    let greeting = hubspot.greeting.to_string();
    for secret in [KEY, SECRET] {
        assert!(!greeting.contains(secret) && !text.contains(secret), "{greeting}\n{text}");
    }
}

#[test]
fn warns_if_the_app_calls_another_hubspot() {
    let [port] = free_ports();
    let address = format!("127.0.0.1:{port}");
    let words = ["--listen", &address, "--config", "cordboard.toml"];
    let greeting = |settings: &str, words: &[&str]| {
        let folder = folder(settings);
        let (serving, text) = greeted(emulate(folder.path(), words));
        serving.stop();
        text
    };
    let other = greeting("", &words);
    assert!(
        other.contains("calls another HubSpot") && other.contains(&format!("\n  api-url = \"http://{address}\"\n"))
    );
    assert!(other.contains("\nThen tell the emulator where to call:\n"), "{other}");
    let same = greeting(&format!("api-url = \"http://{address}/\""), &[&words[..], &["--app", "777"]].concat());
    assert!(!same.contains("another HubSpot") && same.contains("\nTell the emulator where to call:\n"), "{same}");
    assert!(same.contains("\n  cordboard hubspot video set --from-config --app 777\n"), "{same}");
}
