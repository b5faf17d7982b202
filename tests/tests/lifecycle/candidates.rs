//! Hostile plugs as candidates: what is broken is refused, what breaks later takes nothing down.

use std::sync::Arc;

use cordboard::lifecycle::{LifecycleError, Manner};
use cordboard::world::{Sight, Trial};
use cordboard_tests::HOSTILE;
use cordboard_tests::bridge::{Bridge, House, connection, until};
use cordboard_tests::fixtures::{self, By, born_as};
use cordboard_tests::hubspot::{self, ACCOUNT, create, meeting};
use cordboard_tests::provider::Provider;

use super::stage::{FIRST, config, file, house, rooms, version, wanted};

/// Those that break in any call, and so when they are tried before they serve.
const BREAKING: [&str; 6] =
    ["endless_loop", "memory_bomb", "recursion", "trap", "oversized_result", "unreadable_result"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_candidate_of_every_kind_is_refused_and_the_live_one_goes_on() {
    let house = house();
    let bridge = house.open(&config()).await;
    let library = bridge.library().clone();
    let broken = |fixture: &&fixtures::Fixture| fixture.by != By::Operations || BREAKING.contains(&fixture.name);
    for fixture in fixtures::ALL.iter().filter(broken) {
        let name = fixture.name;
        let (adding, bytes) = (library.clone(), fixture.file());
        house.put("candidate.wasm", &bytes);
        let added = tokio::task::spawn_blocking(move || adding.add(&bytes)).await.unwrap();
        let error = added.expect_err(name);
        assert!(error.is_files_fault(), "{name}: {error}");
        assert_eq!(error.to_string().contains("self-test"), fixture.by == By::Operations, "{name}: {error}");

        let wanted = wanted(file(&house, "candidate.wasm"), Manner::Live);
        let refused = bridge.lifecycle().activate(&wanted).await.expect_err(name);
        assert!(matches!(refused, LifecycleError::Refused(_)), "{name}: {refused:?}");
        assert!(refused.to_string().contains(&error.to_string()), "{name}: {refused}");
        assert_eq!(version(&bridge, name).await, FIRST);
    }
    assert!(library.list().unwrap().is_empty(), "nothing of them is kept");
    let history = bridge.lifecycle().history(&connection(ACCOUNT, "rooms"), 10).await.unwrap();
    assert_eq!(history.generations.len(), 1, "nothing was made");
    assert_eq!(bridge.count("crm", "plug-failed"), 0);
}

/// They behave while they are tried, and break in earnest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_in_the_shadow_that_breaks_takes_nothing_down() {
    let (house, outside) = (House::new(), Provider::start().await);
    house.put("live.wasm", HOSTILE);
    let connection = format!(
        "[account.{ACCOUNT}.connection.rooms]\nplug = \"./live.wasm\"\noutbound = {{ allow-private = true, allow = [\"{address}\"] }}\n\
         settings = {{ token = \"{TOKEN}\", key = \"{KEY}\", url = \"{address}\", targets = \"http://{address}/\" }}\n",
        address = outside.address
    );
    let bridge = house.open(&hubspot::config("conferencing = \"rooms\"", &connection)).await;
    for fixture in fixtures::ALL.iter().filter(|fixture| fixture.by == By::Operations) {
        house.put("candidate.wasm", &born_as(&format!("earnest:{}", fixture.name)));
        bridge.lifecycle().activate(&wanted(file(&house, "candidate.wasm"), Manner::Shadow)).await.unwrap();
        let answer = create(&bridge, &meeting(fixture.name)).await;
        assert_eq!((answer.status, answer.member("conferenceDetails")), (200, "ok".to_owned()), "{}", fixture.name);
        let trial = trial(&bridge);
        let seen = || [Sight::Same, Sight::Different].map(|sight| trial.seen.count(sight));
        until("the candidate was asked", || seen() != [0, 0]).await;
        // Their answers to this one are in order: what they break is a response to a sender, or its events.
        let expected = if ["secret_in_answer", "huge_event"].contains(&fixture.name) { [1, 0] } else { [0, 1] };
        assert_eq!(seen(), expected, "{}", fixture.name);
    }
    assert_eq!(outside.connections(), 0, "nothing that they wanted was done");
    assert_eq!(bridge.count("crm", "plug-failed"), 0);
    bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    assert_eq!(create(&bridge, &meeting("afterwards")).await.status, 200);
    let id = cordboard_tests::bridge::connection(ACCOUNT, "rooms");
    let kept = format!("{:?}", bridge.lifecycle().history(&id, 50).await.unwrap());
    assert!(!kept.contains(TOKEN) && !kept.contains(KEY));
}

const TOKEN: &str = "inbound-token-of-a-sender";
const KEY: &str = "outbound-key-of-ours";

fn trial(bridge: &Bridge) -> Arc<Trial> {
    let world = bridge.board().world();
    Arc::clone(world.connection(&connection(ACCOUNT, "rooms")).unwrap().shadow().unwrap())
}
