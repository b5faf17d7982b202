//! Several hosts on one store, as Spin has several instances of a component.

use std::sync::Arc;

use cordboard_spin_host::Store;
use cordboard_tests::hubspot::{create, delete, meeting, request};
use cordboard_tests::provider::Provider;
use cordboard_tests::served::Served;
use cordboard_tests::spin::{Spin, manifest, variables};

async fn two(provider: &Provider) -> [Arc<Spin>; 2] {
    let store = Store::default();
    let (manifest, variables) = (manifest(), variables(provider));
    let start = async || Arc::new(Spin::start_with(&manifest, &variables, store.clone()).await);
    [start().await, start().await]
}

/// The instances share nothing but the store.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_creates_in_several_instances_make_one_conference() {
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
    // The next one is another meeting.
    assert_eq!(create(&*hosts[1], &meeting("Talk")).await.status, 200);
    assert_eq!(provider.conferences(), 2);
}

/// What one made, another one knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_forgets_nothing() {
    let provider = Provider::start().await;
    let [first, second] = two(&provider).await;
    let made = create(&*first, &meeting("Talk")).await;
    drop(first);
    assert_eq!(delete(&*second, &made.member("conferenceId")).await.status, 204);
}

/// Where the provider takes no time, those that were asked before the first answer are still one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_creates_of_one_moment_make_one_conference() {
    let provider = Provider::start().await;
    let spin = Arc::new(Spin::start(&provider).await);
    // So that nothing has to be compiled or signed in between.
    assert_eq!(create(&*spin, &meeting("Before")).await.status, 200);
    let before = provider.conferences();
    let requests: Vec<_> = (0..10).map(|_| request("create-meeting", &meeting("Talk"))).collect();
    let asking: Vec<_> = requests.into_iter().map(|request| request.spawn(spin.address())).collect();
    let mut ids = Vec::new();
    for asked in asking {
        ids.push(asked.await.unwrap().member("conferenceId"));
    }
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), provider.conferences() - before), (1, 1));
}

/// Who waits for a conference that is deleted as soon as it is there is given another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conference_deleted_at_once_is_waited_for_no_longer() {
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
