//! Effects of a failing plug on its conferences and on other accounts.

use std::sync::Arc;

use cordboard_tests::bridge::Bridge;
use cordboard_tests::hubspot::{created, delete, meeting, update, with};
use cordboard_tests::served::Served;

use super::setup::{ACCOUNT, Setup, TOKEN, hostile, webhook};

/// A plug that fails to update or delete leaves the conference unchanged.
#[tokio::test]
async fn a_conference_survives_a_plug_that_fails_to_change_it() {
    let setup = Setup::of("ok").await;
    let theirs = with(meeting("Talk"), "portalId", ACCOUNT);
    let conference = created(&setup.bridge, &theirs).await;
    let change = async |bridge: &Bridge| {
        let updated = update(bridge, &conference, theirs.clone()).await.status;
        [updated, delete(bridge, &conference).await.status]
    };
    let setup = setup.crash_and_open("mode = \"trap\"", "").await;
    assert_eq!(change(&setup.bridge).await, [502, 502]);
    let setup = setup.crash_and_open("mode = \"ok\"", "").await;
    assert_eq!(change(&setup.bridge).await, [204, 204]);
}

/// Several endless loops at once, with few threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neighbors_are_served_while_plugs_loop() {
    let setup = Arc::new(Setup::of("endless_loop").await);
    let loops: Vec<_> = (0..6)
        .map(|number| {
            let setup = Arc::clone(&setup);
            tokio::spawn(async move { setup.book(&format!("Loop {number}")).await.status })
        })
        .collect();
    for number in 0..6 {
        setup.neighbor_is_served(&format!("Talk {number}")).await;
    }
    for one in loops {
        // On a busy machine, some miss the deadline.
        assert!([502, 503].contains(&one.await.unwrap()));
    }
    setup.neighbor_is_served("afterwards").await;
}

/// Requests that are not authentic do not call a plug.
#[tokio::test]
async fn forged_webhooks_reach_no_plug() {
    let bridge = Setup::of("endless_loop").await.bridge;
    let doubled = webhook().header("x-token", TOKEN);
    let before = bridge.calls(&hostile());
    for forged in [webhook().with("x-token", "guess"), webhook().without("x-token"), doubled] {
        assert_eq!(bridge.send(&forged).await.status, 401);
    }
    assert_eq!(bridge.calls(&hostile()), before);
    assert_eq!(bridge.send(&webhook()).await.status, 202);
    assert_eq!(bridge.calls(&hostile()), before + 1, "an authentic request does");
}
