//! Canaries and shadows.

use std::time::{Duration, Instant};

use cordboard::config::PlugRef;
use cordboard::lifecycle::{Activate, Target};
use cordboard::store::Store;
use cordboard::topology::{Mode, ShadowOutcome};
use cordboard_tests::bridge::{Installation, connection, until};
use cordboard_tests::hubspot::{self, ACCOUNT, APP, created, meeting, with};
use cordboard_tests::plugs::with_text;
use cordboard_tests::provider::Provider;

use super::fixture::{FIRST, SECOND, config, file, installation, rooms, second, version, wanted};

#[tokio::test]
async fn a_canary_serves_its_share_until_it_is_promoted() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    second(&bridge, &installation, Some(Mode::Canary(3_000))).await.unwrap();
    let mut served = 0;
    for number in 0..200 {
        served += usize::from(version(&bridge, &format!("trial {number}")).await == SECOND);
    }
    assert!((30..=90).contains(&served), "{served} of 200 at 30 %");
    let history = bridge.lifecycle().history(&connection(ACCOUNT, "rooms").into(), 10).await.unwrap();
    assert_eq!(history.serving.candidate.map(|candidate| (candidate.number, candidate.canary)), Some((2, Some(3_000))));

    bridge.lifecycle().promote(&rooms(), "a test").await.unwrap();
    for number in 0..20 {
        assert_eq!(version(&bridge, &format!("promoted {number}")).await, SECOND);
    }
    bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    assert_eq!(version(&bridge, "back").await, FIRST);
}

#[tokio::test]
async fn a_conference_stays_with_its_generation() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    // The candidate calls an endpoint for updates that the provider does not have.
    installation.put("other.wasm", &with_text("iotum", "conference/update", "conference/upvate"));
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &provider.connection())).await;
    bridge.lifecycle().activate(&wanted(file(&installation, "other.wasm"), Some(Mode::Canary(5_000)))).await.unwrap();
    let (mut live, mut candidate) = (0, 0);
    for number in 0..24 {
        let id = created(&bridge, &meeting(&format!("meeting {number}"))).await;
        let answers: Vec<_> = [
            hubspot::update(&bridge, &id, meeting("renamed")).await.status,
            hubspot::update(&bridge, &id, meeting("renamed again")).await.status,
        ]
        .into();
        match answers.as_slice() {
            [204, 204] => live += 1,
            [first, second] if first == second => candidate += 1,
            other => panic!("served by both: {other:?}"),
        }
    }
    assert!(live > 0 && candidate > 0, "{live} and {candidate}");
    bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    let id = created(&bridge, &meeting("after the trial")).await;
    assert_eq!(hubspot::update(&bridge, &id, meeting("renamed")).await.status, 204);
}

#[tokio::test]
async fn a_shadow_performs_no_effects_and_its_differences_are_stored() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    installation.put("other.wasm", &with_text("iotum", "conference/create", "conference/cre4te"));
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &provider.connection())).await;
    let rooms_id = connection(ACCOUNT, "rooms");
    bridge.lifecycle().activate(&wanted(file(&installation, "other.wasm"), Some(Mode::Shadow))).await.unwrap();
    created(&bridge, &meeting("watched")).await;
    until("the candidate was called", || {
        let topology = bridge.running().topology();
        let rollout = topology.connection(&rooms_id).unwrap().shadow().unwrap();
        rollout.shadow_stats.count(ShadowOutcome::Different) == 1
    })
    .await;
    assert_eq!((provider.calls("conference/create"), provider.calls("conference/cre4te")), (1, 0));
    let mut found = Vec::new();
    for _ in 0..500 {
        found = bridge.store.differences(&rooms_id, 2, 10).await.unwrap();
        if !found.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let [difference] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((difference.kind.as_str(), difference.candidate), ("create", 2));
    assert!(difference.live.contains("conference/create") && difference.other.contains("conference/cre4te"));
    assert!(!format!("{difference:?}").contains(cordboard_tests::provider::PASSWORD), "no secret is in it");

    // A candidate that does the same is counted as such.
    bridge.lifecycle().activate(&wanted(PlugRef::Name("iotum".to_owned()), Some(Mode::Shadow))).await.unwrap();
    created(&bridge, &meeting("watched again")).await;
    until("the candidate did the same", || {
        let topology = bridge.running().topology();
        let rollout = topology.connection(&rooms_id).unwrap().shadow().unwrap();
        rollout.shadow_stats.count(ShadowOutcome::Same) == 1
    })
    .await;
    assert_eq!(provider.conferences(), 2);
}

/// All permits of an account for slow calls are taken, and comparisons with its new candidate need one.
#[tokio::test]
async fn an_account_whose_comparisons_wait_does_not_hold_up_those_of_others() {
    const OTHER: u64 = 456_456;
    let installation = installation();
    let other = format!(
        "[account.{OTHER}]\napp = {APP}\nconferencing = \"rooms\"\n[account.{OTHER}.connection.rooms]\nplug = \"jitsi\"\n\
         settings = {{ host = \"https://meet.example.org\" }}\n"
    );
    let bridge = installation.open(&format!("{}{other}", config())).await;
    // Until the calls of the live plug need no permit.
    for number in 0..8 {
        version(&bridge, &format!("before {number}")).await;
    }
    let wanted = wanted(file(&installation, "second.wasm"), Some(Mode::Shadow));
    bridge.lifecycle().activate(&Activate { target: Target::Plug("jitsi".to_owned()), ..wanted }).await.unwrap();
    let topology = bridge.running().topology();
    let count = |account: u64, outcome| {
        topology.connection(&connection(account, "rooms")).unwrap().shadow().unwrap().shadow_stats.count(outcome)
    };
    let limiter = topology.limiter(&ACCOUNT.into());
    let mut held = Vec::new();
    while let Some(permit) = limiter.slow_calls.acquire(true, Instant::now() + Duration::from_millis(10)).await {
        held.push(permit);
    }
    for number in 0..6 {
        version(&bridge, &format!("waits {number}")).await;
    }
    created(&bridge, &with(meeting("Another account"), "portalId", OTHER)).await;
    until("the other account's candidate is compared", || count(OTHER, ShadowOutcome::Different) == 1).await;
    assert_eq!([ShadowOutcome::Different, ShadowOutcome::Skipped].map(|outcome| count(ACCOUNT, outcome)), [0, 2]);
    drop(held);
    until("the waiting ones are compared", || count(ACCOUNT, ShadowOutcome::Different) == 4).await;
}
