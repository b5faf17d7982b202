//! Restarts keep the live generation, and apply changes of the configuration.

use cordboard::config::PlugRef;
use cordboard::topology::Mode;
use cordboard_tests::bridge::connection;
use cordboard_tests::hubspot::{self, ACCOUNT, meeting};

use super::fixture::{FIRST, SECOND, config, installation, rooms, second, version, wanted};

fn changed(config: &str) -> String {
    config.replace("https://meet.example.org", "https://other.example.org")
}

#[tokio::test]
async fn a_restart_keeps_the_live_generation() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    second(&bridge, &installation, None).await.unwrap();
    bridge.close().await;
    let bridge = installation.open(&config()).await;
    assert_eq!(version(&bridge, "after a stop").await, SECOND);
    bridge.crash().await;
    let bridge = installation.open(&config()).await;
    assert_eq!(version(&bridge, "after a crash").await, SECOND);
    let history = bridge.lifecycle().history(&connection(ACCOUNT, "rooms").into(), 10).await.unwrap();
    assert_eq!(history.generations.len(), 2, "no generation was created again");
    bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    bridge.close().await;
    let bridge = installation.open(&config()).await;
    assert_eq!(version(&bridge, "after a rollback").await, FIRST);
}

#[tokio::test]
async fn a_canary_survives_a_restart() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    second(&bridge, &installation, Some(Mode::Canary(10_000))).await.unwrap();
    assert_eq!(version(&bridge, "tried").await, SECOND);
    bridge.crash().await;
    let bridge = installation.open(&config()).await;
    assert_eq!(version(&bridge, "tried on").await, SECOND);
    bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    assert_eq!(version(&bridge, "over").await, FIRST);
}

#[tokio::test]
async fn changed_settings_create_a_generation_that_can_be_rolled_back() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    bridge.close().await;
    let bridge = installation.open(&changed(&config())).await;
    let link = |answer: cordboard_tests::http::Answer| answer.member("conferenceUrl");
    assert!(link(hubspot::create(&bridge, &meeting("moved")).await).starts_with("https://other.example.org/"));
    let history = bridge.lifecycle().history(&connection(ACCOUNT, "rooms").into(), 10).await.unwrap();
    let [new, old] = history.generations.as_slice() else { panic!("{history:?}") };
    assert!(new.content != old.content && new.plug == old.plug);

    bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    assert!(link(hubspot::create(&bridge, &meeting("back")).await).starts_with("https://meet.example.org/"));
    bridge.close().await;
    let bridge = installation.open(&changed(&config())).await;
    let answer = hubspot::create(&bridge, &meeting("still back")).await;
    assert!(link(answer).starts_with("https://meet.example.org/"), "the configuration has not changed since");
}

#[tokio::test]
async fn a_configuration_is_reloaded_without_a_restart() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    let lifecycle = bridge.lifecycle();
    assert_eq!(lifecycle.apply_config(installation.config(&config())).await.unwrap(), 0, "nothing has changed");
    assert_eq!(lifecycle.apply_config(installation.config(&changed(&config()))).await.unwrap(), 1);
    let answer = hubspot::create(&bridge, &meeting("moved")).await;
    assert!(answer.member("conferenceUrl").starts_with("https://other.example.org/"));

    let unfit = config().replace("host =", "hast =");
    let error = lifecycle.apply_config(installation.config(&unfit)).await.unwrap_err().to_string();
    assert!(error.contains("`host`"), "{error}");
    let answer = hubspot::create(&bridge, &meeting("as before")).await;
    assert!(answer.member("conferenceUrl").starts_with("https://other.example.org/"));

    // An activated plug stays, with the new settings.
    second(&bridge, &installation, None).await.unwrap();
    lifecycle.apply_config(installation.config(&config())).await.unwrap();
    let answer = hubspot::create(&bridge, &meeting("activated")).await;
    assert!(answer.member("conferenceUrl").starts_with("https://meet.example.org/"));
    assert!(answer.member("conferenceDetails").starts_with(SECOND));
    // The configured plug can be activated again.
    let back = wanted(PlugRef::Name("jitsi".to_owned()), None);
    lifecycle.activate(&back).await.unwrap();
    assert_eq!(version(&bridge, "the configured one").await, FIRST);
}
