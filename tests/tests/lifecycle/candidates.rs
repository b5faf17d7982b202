//! Hostile plugs as candidates: those that fail the self-test are rejected, and shadows that fail later do no harm.

use std::sync::Arc;

use cordboard::lifecycle::LifecycleError;
use cordboard::plug::library::AdmitError;
use cordboard::topology::{Mode, Rollout, ShadowOutcome};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, Installation, connection, until};
use cordboard_tests::fixtures::{self, By, with_default_mode};
use cordboard_tests::hubspot::{self, ACCOUNT, create, meeting};
use cordboard_tests::provider::Provider;

use super::fixture::{FIRST, config, file, installation, rooms, version, wanted};

/// The fixtures that fail in any call, and therefore in the self-test.
const FAILING: [&str; 6] =
    ["endless_loop", "memory_bomb", "recursion", "trap", "oversized_result", "unreadable_result"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_broken_candidate_is_rejected_and_the_live_plug_keeps_serving() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    let library = bridge.library().clone();
    let broken = |fixture: &&fixtures::Fixture| fixture.by != By::Operations || FAILING.contains(&fixture.name);
    for fixture in fixtures::ALL.iter().filter(broken) {
        let name = fixture.name;
        let (adding, bytes) = (library.clone(), fixture.file());
        installation.put("candidate.wasm", &bytes);
        let added = tokio::task::spawn_blocking(move || adding.add(&bytes)).await.unwrap();
        let error = added.expect_err(name);
        assert!(!matches!(error, AdmitError::Library(_) | AdmitError::Quota(_)), "{name}: {error}");
        assert_eq!(error.to_string().contains("self-test"), fixture.by == By::Operations, "{name}: {error}");

        let wanted = wanted(file(&installation, "candidate.wasm"), None);
        let refused = bridge.lifecycle().activate(&wanted).await.expect_err(name);
        assert!(matches!(refused, LifecycleError::Plug(_)), "{name}: {refused:?}");
        assert!(refused.to_string().contains(&error.to_string()), "{name}: {refused}");
        assert_eq!(version(&bridge, name).await, FIRST);
    }
    assert!(library.list().unwrap().is_empty(), "none of them is stored");
    let history = bridge.lifecycle().history(&connection(ACCOUNT, "rooms").into(), 10).await.unwrap();
    assert_eq!(history.generations.len(), 1, "no generation was created");
    assert_eq!(bridge.count("crm", "plug-failed"), 0);
}

/// The candidates pass the self-test, and are hostile afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shadow_that_fails_does_not_affect_the_live_plug() {
    let (installation, outside) = (Installation::new(), Provider::start().await);
    installation.put("live.wasm", HOSTILE);
    let connection = format!(
        "[account.{ACCOUNT}.connection.rooms]\nplug = \"./live.wasm\"\noutbound = {{ allow-private = true, allow = [\"{address}\"] }}\n\
         settings = {{ token = \"{TOKEN}\", key = \"{KEY}\", url = \"{address}\", targets = \"http://{address}/\" }}\n",
        address = outside.address
    );
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &connection)).await;
    for fixture in fixtures::ALL.iter().filter(|fixture| fixture.by == By::Operations) {
        installation.put("candidate.wasm", &with_default_mode(&format!("serving:{}", fixture.name)));
        bridge.lifecycle().activate(&wanted(file(&installation, "candidate.wasm"), Some(Mode::Shadow))).await.unwrap();
        let answer = create(&bridge, &meeting(fixture.name)).await;
        assert_eq!((answer.status, answer.member("conferenceDetails")), (200, "ok".to_owned()), "{}", fixture.name);
        let rollout = rollout(&bridge);
        let seen =
            || [ShadowOutcome::Same, ShadowOutcome::Different].map(|outcome| rollout.shadow_stats.count(outcome));
        until("the candidate was called", || seen() != [0, 0]).await;
        // These two only affect the response to a webhook or its events.
        let expected = if ["secret_in_answer", "huge_event"].contains(&fixture.name) { [1, 0] } else { [0, 1] };
        assert_eq!(seen(), expected, "{}", fixture.name);
    }
    assert_eq!(outside.connections(), 0, "no effect was performed");
    assert_eq!(bridge.count("crm", "plug-failed"), 0);
    bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    assert_eq!(create(&bridge, &meeting("afterwards")).await.status, 200);
    let id = cordboard_tests::bridge::connection(ACCOUNT, "rooms");
    let stored = format!("{:?}", bridge.lifecycle().history(&id.into(), 50).await.unwrap());
    assert!(!stored.contains(TOKEN) && !stored.contains(KEY));
}

const TOKEN: &str = "inbound-token-of-a-sender";
const KEY: &str = "outbound-key-of-ours";

fn rollout(bridge: &Bridge) -> Arc<Rollout> {
    let topology = bridge.running().topology();
    Arc::clone(topology.connection(&connection(ACCOUNT, "rooms")).unwrap().shadow().unwrap())
}
