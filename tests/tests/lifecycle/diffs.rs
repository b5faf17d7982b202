//! Comparing two plugs with recorded operations.

use cordboard::config::PlugRef;
use cordboard::lifecycle::LifecycleError;
use cordboard_tests::bridge::{Installation, connection};
use cordboard_tests::hubspot::{self, ACCOUNT, created, meeting};
use cordboard_tests::iotum::{self, INGEST_KEY};
use cordboard_tests::plugs::{numbered, with_text};
use cordboard_tests::provider::{PASSWORD, Provider};
use cordboard_tests::served::Served;

use super::fixture::file;

#[tokio::test]
async fn diff_finds_recorded_operations_that_would_differ() {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    installation.put("same.wasm", &numbered("iotum", 1));
    installation.put("other.wasm", &with_text("iotum", "conference/update", "conference/upvate"));
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &provider.connection())).await;
    let id = created(&bridge, &meeting("one")).await;
    created(&bridge, &meeting("two")).await;
    assert_eq!(hubspot::update(&bridge, &id, meeting("renamed")).await.status, 204);
    assert_eq!(hubspot::delete(&bridge, &id).await.status, 204);
    assert_eq!(bridge.send(&iotum::started(INGEST_KEY, 4001)).await.status, 204);
    let (calls, rooms) = (provider.requests(), connection(ACCOUNT, "rooms"));

    let live = PlugRef::Name("iotum".to_owned());
    let diff = async |candidate: &PlugRef| bridge.lifecycle().diff(&live, candidate, &rooms, 1000).await;
    let same = diff(&file(&installation, "same.wasm")).await.unwrap();
    assert_eq!((same.compared, same.same, same.differences.len()), (5, 5, 0), "{same:?}");

    let found = diff(&file(&installation, "other.wasm")).await.unwrap();
    assert_eq!((found.compared, found.same), (5, 4), "{found:?}");
    let [difference] = found.differences.as_slice() else { panic!("{found:?}") };
    assert_eq!(difference.kind, "update");
    let [one, other] = [&difference.difference.one, &difference.difference.other].map(|step| step.json().to_string());
    assert!(one.contains("conference/update") && other.contains("conference/upvate"), "{one} {other}");
    assert!(!format!("{found:?}").contains(PASSWORD), "no secret is in it");

    assert_eq!(provider.requests(), calls, "the provider is not called");
    let wrong = diff(&PlugRef::Name("phonebook".to_owned())).await.unwrap_err();
    assert!(matches!(wrong, LifecycleError::Rejected(_)), "{wrong:?}");
}
