//! Plugs in use, and pages of the audit log.

use cordboard_core::AccountId;
use cordboard_store::{AuditEntry, Candidate, Cause, GenerationRecord, OwnerId, Serving};

use super::*;

fn generation(owner: &OwnerId, number: u64, plug: &str, before: Option<u64>) -> Change {
    Change::PutGeneration(GenerationRecord {
        owner: owner.clone(),
        number,
        plug: plug.to_owned(),
        name: String::new(),
        content: Vec::new(),
        fingerprint: String::new(),
        cause: Cause::Activated,
        by: String::new(),
        made_at: number,
        before,
    })
}

fn serve(owner: &OwnerId, live: u64, candidate: Option<u64>) -> Change {
    Change::PutServing(Serving {
        owner: owner.clone(),
        live,
        candidate: candidate.map(|number| Candidate { number, canary: None }),
        configured_plug: String::new(),
        configured: String::new(),
        pinned: false,
    })
}

#[tokio::test]
async fn plugs_in_use_are_those_of_live_generations_candidates_and_rollbacks() {
    let bench = Bench::new();
    let (rooms, app) = (OwnerId::Connection(rooms()), OwnerId::App(1.into()));
    let mut changes: Vec<_> = (1..=6)
        .map(|number| generation(&rooms, number, &format!("r{number}"), number.checked_sub(1).filter(|it| *it > 0)))
        .collect();
    // It serves nothing, and no rollback leads to it.
    changes.push(generation(&rooms, 7, "left", Some(6)));
    changes.push(generation(&rooms, 8, "candidate", Some(6)));
    changes.push(serve(&rooms, 6, Some(8)));
    changes.push(generation(&app, 1, "a1", None));
    changes.push(generation(&app, 2, "r6", Some(1)));
    changes.push(serve(&app, 2, None));
    bench.commit(changes).await;
    for (steps, expected) in [
        (0, vec!["candidate", "r6"]),
        (2, vec!["a1", "candidate", "r4", "r5", "r6"]),
        (10, vec!["a1", "candidate", "r1", "r2", "r3", "r4", "r5", "r6"]),
    ] {
        let mut found = bench.store.plugs_in_use(steps).await.unwrap();
        found.sort();
        assert_eq!(found, expected, "{steps}");
    }
    bench.commit([serve(&rooms, 2, None)]).await;
    let mut found = bench.store.plugs_in_use(10).await.unwrap();
    found.sort();
    assert_eq!(found, ["a1", "r1", "r2", "r6"]);
}

#[tokio::test]
async fn the_audit_log_has_pages_in_a_stable_order() {
    let bench = Bench::new();
    for number in 0..7 {
        let account = (number % 3 > 0).then_some(number % 3).map(AccountId::from);
        let entry = AuditEntry {
            sequence: 0,
            // Entries are in commit order, whatever the clock says.
            at: 100 - number,
            actor: number.to_string(),
            action: String::new(),
            account,
            target: String::new(),
            from: String::new(),
            to: String::new(),
        };
        bench.commit([Change::Audit(entry)]).await;
    }
    let page = async |account: Option<u64>, before, limit| {
        let account = account.map(AccountId::from);
        let entries = bench.store.audits(account.as_ref(), before, limit).await.unwrap();
        entries.into_iter().map(|entry| (entry.sequence, entry.actor)).collect::<Vec<_>>()
    };
    let all = page(None, None, 100).await;
    assert_eq!(all.iter().map(|(_, actor)| actor.as_str()).collect::<String>(), "6543210");
    assert_eq!(page(None, Some(all[2].0), 3).await, all[3..6]);
    assert_eq!(page(None, Some(all[6].0), 3).await, []);
    assert_eq!(page(Some(1), None, 100).await, [all[2].clone(), all[5].clone()]);
    assert_eq!(page(Some(1), Some(all[2].0), 100).await, [all[5].clone()]);
    assert_eq!(page(Some(9), Some(u64::MAX), 100).await, []);
}
