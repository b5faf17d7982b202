//! Files that cannot be loaded are rejected by the library and by the configuration, with the same message.

use std::time::{Duration, Instant};

use cordboard::plug::{Class, Engine, Options};
use cordboard_tests::bridge::Installation;
use cordboard_tests::fixtures::{self, with_memories};
use cordboard_tests::hubspot::{self, ACCOUNT};

use super::setup::Setup;

pub async fn thousand_routes() {
    assert_rejected("thousand_routes", "it declares 1000 routes: at most 64 are allowed").await;
}

pub async fn endless_description() {
    assert_rejected("endless_description", "the plug failed to describe itself: the plug exceeded its time limit")
        .await;
}

pub async fn several_memories() {
    assert_rejected("several_memories", "the component failed to start: the plug exceeded its memory limit").await;

    // With one memory less, it starts.
    let engine = Engine::new(&Options::default()).unwrap();
    assert_eq!(engine.load(&with_memories(8)).unwrap().class(), Class::Roomy);
}

pub async fn endless_start() {
    assert_rejected("endless_start", "the component failed to start: the plug exceeded its time limit").await;
}

pub async fn imported_function() {
    assert_rejected("imported_function", "the component imports `wasi:x/y@0.1.0`").await;
}

/// Asserts that a running bridge rejects the file and keeps serving, and that no bridge starts with it.
async fn assert_rejected(fixture: &str, why: &str) {
    let fixture = fixtures::ALL.iter().find(|known| known.name == fixture).unwrap();
    let setup = Setup::of("ok").await;
    let began = Instant::now();
    let library = setup.bridge.library().clone();
    let file = fixture.file();
    let adding = tokio::task::spawn_blocking(move || library.add(&file).map(|admitted| admitted.digest));
    setup.neighbor_is_served("during").await;
    let error = adding.await.unwrap().unwrap_err().to_string();
    assert!(error.contains(why), "{error}");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(setup.book("Talk").await.status, 200);

    let installation = Installation::new();
    installation.put("fixture.wasm", &fixture.file());
    let connection = format!("[account.{ACCOUNT}.connection.rooms]\nplug = \"./fixture.wasm\"\n");
    let config = installation.config(&hubspot::config("", &connection));
    let Err(error) = cordboard::Bridge::start(&config).await else { panic!("it started") };
    assert!(error.to_string().contains(why), "{error}");
}
