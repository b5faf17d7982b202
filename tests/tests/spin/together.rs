//! Concurrent requests, and several hosts with one store, like several instances of a component in Spin.

use std::sync::Arc;
use std::time::Duration;

use cordboard_spin_host::Store;
use cordboard_tests::http::Wire;
use cordboard_tests::hubspot::{create, delete, meeting, request, update};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{Spin, manifest, variables};

async fn two(provider: &Provider) -> [Arc<Spin>; 2] {
    let store = Store::default();
    let (manifest, variables) = (manifest(), variables(provider));
    let start = async || Arc::new(Spin::start_with(&manifest, &variables, store.clone()).await);
    [start().await, start().await]
}

/// Sends this number of equal creates at once, and returns the ids of their conferences.
async fn at_once(spin: &Spin, times: usize) -> Vec<String> {
    let requests: Vec<_> = (0..times).map(|_| request("create-meeting", &meeting("Talk")).bytes()).collect();
    // Connected before the first request is sent, so that the last one is sent before the first answer.
    let mut wires = Vec::new();
    for _ in &requests {
        wires.push(Wire::connect(spin.address()).await);
    }
    for (wire, request) in wires.iter_mut().zip(&requests) {
        wire.write(request).await;
    }
    let mut ids = Vec::new();
    for wire in &mut wires {
        ids.push(wire.answer().await.unwrap().member("conferenceId"));
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_creates_on_several_instances_make_one_conference() {
    let provider = Provider::start().await;
    let hosts = two(&provider).await;
    provider.hold("conference/create");
    let asking: Vec<_> = (0..8)
        .map(|number| {
            let host = Arc::clone(&hosts[number % 2]);
            tokio::spawn(async move { create(&*host, &meeting("Talk")).await })
        })
        .collect();
    provider.reached("conference/create", 1).await;
    provider.release("conference/create");
    let mut ids = Vec::new();
    for asked in asking {
        let answer = asked.await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        ids.push(answer.member("conferenceId"));
    }
    ids.dedup();
    assert_eq!((ids.len(), provider.conferences()), (1, 1));
    // A later create is another meeting.
    assert_eq!(create(&*hosts[1], &meeting("Talk")).await.status, 200);
    assert_eq!(provider.conferences(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_the_conferences() {
    let provider = Provider::start().await;
    let [first, second] = two(&provider).await;
    let made = create(&*first, &meeting("Talk")).await;
    drop(first);
    assert_eq!(delete(&*second, &made.member("conferenceId")).await.status, 204);
}

/// Creates that arrive before the first answer are one, even if the provider answers at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn simultaneous_equal_creates_make_one_conference() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    // Instantiates the components.
    assert_eq!(create(&spin, &meeting("Before")).await.status, 200);
    let before = provider.conferences();
    let mut ids = at_once(&spin, 10).await;
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), provider.conferences() - before), (1, 1));
}

/// A create that joined another one is recognized when it is repeated, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_repeat_of_a_create_that_joined_another_gets_the_same_conference() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    provider.hold("conference/create");
    let first = request("create-meeting", &meeting("Talk")).spawn(spin.address());
    provider.reached("conference/create", 1).await;
    let joining = request("create-meeting", &meeting("Talk"));
    let joined = joining.clone().spawn(spin.address());
    tokio::time::sleep(Duration::from_millis(300)).await;
    provider.release("conference/create");
    let id = first.await.unwrap().member("conferenceId");
    assert_eq!(joined.await.unwrap().member("conferenceId"), id);
    assert_eq!(spin.send(&joining).await.member("conferenceId"), id);
    assert_eq!(provider.conferences(), 1);
}

/// If a conference is deleted as soon as it exists, callers that wait for it get another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_waiting_for_a_conference_that_is_deleted_get_another_one() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    for number in 0..4 {
        let wanted = meeting(&format!("Talk {number}"));
        let reached = provider.calls("conference/create");
        provider.hold("conference/create");
        let first = request("create-meeting", &wanted).spawn(spin.address());
        provider.reached("conference/create", reached + 1).await;
        let others: Vec<_> = (0..6).map(|_| request("create-meeting", &wanted).spawn(spin.address())).collect();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        provider.release("conference/create");
        let id = first.await.unwrap().member("conferenceId");
        assert_eq!(delete(&spin, &id).await.status, 204);
        for other in others {
            assert_eq!(other.await.unwrap().status, 200);
        }
    }
}

/// If one of two callers got the conference in time, it is acknowledged, and the next equal create is another meeting.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_conference_is_not_returned_again() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    provider.hold("conference/create");
    let first = request("create-meeting", &meeting("Talk")).spawn(spin.address());
    provider.reached("conference/create", 1).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let second = request("create-meeting", &meeting("Talk")).spawn(spin.address());
    tokio::time::sleep(Duration::from_secs(2)).await;
    provider.release("conference/create");
    let id = second.await.unwrap().member("conferenceId");
    assert_eq!(first.await.unwrap().member("conferenceId"), id);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let next = create(&spin, &meeting("Talk")).await.member("conferenceId");
    assert_ne!(next, id);
    assert_eq!(provider.conferences(), 2);
}

/// A slow update does not restore a conference that was deleted in the meantime.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conference_deleted_during_an_update_stays_deleted() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    let id = create(&spin, &meeting("Talk")).await.member("conferenceId");
    provider.hold("conference/update");
    let mut body = meeting("Later");
    body["conferenceId"] = id.clone().into();
    let changing = request("update-meeting", &body).spawn(spin.address());
    provider.reached("conference/update", 1).await;
    assert_eq!(delete(&spin, &id).await.status, 204);
    provider.release("conference/update");
    assert_eq!(changing.await.unwrap().status, 404);
    assert!(spin.0.log().contains("was deleted during an update"), "{}", spin.0.log());
    assert_eq!(update(&spin, &id, meeting("Later")).await.status, 404);
}

/// A conference that missed its caller's deadline is returned to all repeats that arrive at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_conference_is_returned_to_all_simultaneous_repeats() {
    let provider = Provider::start().await;
    let spin = Spin::start(&provider).await;
    provider.hold("conference/create");
    let late = request("create-meeting", &meeting("Talk")).spawn(spin.address());
    provider.reached("conference/create", 1).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    provider.release("conference/create");
    let id = late.await.unwrap().member("conferenceId");
    assert_eq!(at_once(&spin, 6).await, vec![id.clone(); 6]);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_ne!(create(&spin, &meeting("Talk")).await.member("conferenceId"), id);
    assert_eq!(provider.conferences(), 2);
}
