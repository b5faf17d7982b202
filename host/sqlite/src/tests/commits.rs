//! Concurrent commits, failures among them, and full queues.

use std::sync::Arc;

use super::super::writer::LIMITS;
use super::*;

/// Sends commits while another connection locks the file, so that they queue up together, then returns their outcomes.
pub(super) async fn together(bench: &Arc<Bench>, commits: Vec<Vec<Change>>) -> Vec<cordboard_store::Result<Committed>> {
    let other = bench.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut tasks = Vec::new();
    for changes in commits {
        let bench = Arc::clone(bench);
        tasks.push(tokio::spawn(async move { bench.store.commit(changes).await }));
        // The test has one thread, so the task runs until its commit waits.
        tokio::task::yield_now().await;
    }
    other.execute_batch("ROLLBACK").unwrap();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

fn unwrapped(bench: Arc<Bench>) -> Bench {
    Arc::try_unwrap(bench).ok().unwrap()
}

#[tokio::test]
async fn concurrent_commits_share_transactions_and_are_durable() {
    let bench = Arc::new(Bench::new());
    let before = bench.store.transactions();
    let commits: Vec<_> = (0..1000).map(|number| vec![append(&format!("k{number}"), None)]).collect();
    let outcomes = together(&bench, commits).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(Committed { events: 1, duplicates: 0, pruned: 0 }))));
    // The first few may have been taken before the others arrived.
    let transactions = bench.store.transactions() - before;
    assert!((4..=5).contains(&transactions), "{transactions}");

    let bench = unwrapped(bench).reopened();
    assert_eq!(bench.events().await.len(), 1000);
}

#[tokio::test]
async fn a_failed_commit_leaves_nothing_and_does_not_affect_others() {
    let bench = Arc::new(Bench::new());
    let begin = || Change::Begin(operation("o", OperationKind::Create));
    let outcomes = together(
        &bench,
        vec![
            vec![append("k1", None)],
            vec![append("lost", None), finish("never", true)],
            vec![append("k2", None), begin()],
            vec![begin(), append("lost", None)],
            vec![append("k3", None)],
        ],
    )
    .await;
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false, true]);
    let keys: Vec<_> = bench.events().await.into_iter().map(|event| event.event.dedupe_key).collect();
    assert_eq!(keys, ["k1", "k2", "k3"]);
    assert!(outcomes[1].as_ref().unwrap_err().to_string().contains("operation never has not begun"));
    assert!(outcomes[3].as_ref().unwrap_err().to_string().contains("operation o already exists"));
}

#[tokio::test]
async fn commits_beyond_the_limit_are_rejected() {
    let bench = Arc::new(Bench::new());
    let count = LIMITS.batch_jobs + LIMITS.account_jobs + 1;
    let commits: Vec<_> = (0..count).map(|number| vec![append(&format!("k{number}"), None)]).collect();
    let outcomes = together(&bench, commits).await;
    let refused: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(!refused.is_empty());
    assert!(refused.iter().all(|error| error.to_string().contains("overloaded")), "{refused:?}");
    assert_eq!(bench.events().await.len(), outcomes.len() - refused.len());
    // The queue has room again.
    assert_eq!(bench.commit([append("after", None)]).await.events, 1);
}

#[tokio::test]
async fn abandoned_commits_are_done_before_the_store_closes() {
    let bench = Arc::new(Bench::new());
    let other = bench.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for number in 0..20 {
        let bench = Arc::clone(&bench);
        let task = tokio::spawn(async move { bench.commit([append(&format!("k{number}"), None)]).await });
        tokio::task::yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    let bench = unwrapped(bench).reopened();
    assert_eq!(bench.events().await.len(), 20);
}

#[tokio::test]
async fn an_empty_commit_does_nothing() {
    let bench = Bench::new();
    assert_eq!(bench.commit([]).await, Committed::default());
}

/// An inbound request of another account, with a body of this size.
fn large(account: u64, number: usize, bytes: usize) -> Vec<Change> {
    let owner = ConnectionId::new(account, "rooms").into();
    let stored = inbound_request(&format!("large {account} {number}"), Verdict::Accepted, 1);
    vec![Change::PutInboundRequest(InboundRequest { owner, body: vec![0; bytes], ..stored })]
}

#[tokio::test]
async fn only_the_account_that_writes_too_much_is_rejected() {
    let bench = Arc::new(Bench::new());
    let mut commits: Vec<_> = (0..40).map(|number| large(7, number, 1 << 20)).collect();
    commits.extend((0..100).map(|number| vec![append(&format!("k{number}"), None)]));
    let outcomes = together(&bench, commits).await;
    let (of_large, of_other) = outcomes.split_at(40);
    let refused: Vec<_> = of_large.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!((20..40).contains(&refused.len()), "{}", refused.len());
    assert!(
        refused.iter().all(|error| error.to_string().contains("the write queue of account 7 is full")),
        "{refused:?}"
    );
    assert!(of_other.iter().all(Result::is_ok));
    assert!(bench.store.commit(large(7, 100, 1 << 20)).await.is_ok(), "the queue has room again");
}

#[tokio::test]
async fn small_commits_do_not_wait_for_the_large_ones_of_another_account() {
    let bench = Arc::new(Bench::new());
    let other = bench.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (done, mut finished) = tokio::sync::mpsc::unbounded_channel();
    let send = |name: &'static str, changes: Vec<Change>| {
        let (bench, done) = (Arc::clone(&bench), done.clone());
        tokio::spawn(async move {
            bench.store.commit(changes).await.unwrap();
            done.send(name).unwrap();
        })
    };
    for number in 0..12 {
        send("large", large(7, number, 1 << 20));
        tokio::task::yield_now().await;
    }
    for number in 0..4 {
        send("small", vec![append(&format!("k{number}"), None)]);
        tokio::task::yield_now().await;
    }
    other.execute_batch("ROLLBACK").unwrap();
    let mut order = Vec::new();
    for _ in 0..16 {
        order.push(finished.recv().await.unwrap());
    }
    let last_small = order.iter().rposition(|name| *name == "small").unwrap();
    // One large commit may have been under way already, and another may come next.
    assert!(last_small <= 5, "{order:?}");
}
