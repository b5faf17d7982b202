//! Activating another plug and rolling back, during calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use cordboard::config::PlugRef;
use cordboard::store::Store;
use cordboard_tests::bridge::connection;
use cordboard_tests::hubspot::{self, ACCOUNT, meeting};

use super::fixture::{FIRST, SECOND, config, file, installation, rooms, second, version, wanted};

const SWAPS: usize = 2_000;
const CALLERS: usize = 16;

#[tokio::test]
async fn a_plug_is_activated_and_rolled_back() {
    let installation = installation();
    let bridge = installation.open(&config()).await;
    assert_eq!(version(&bridge, "before").await, FIRST);
    let activated = second(&bridge, &installation, None).await.unwrap();
    assert_eq!((activated.len(), activated[0].from, activated[0].to), (1, 1, 2));
    assert_eq!(version(&bridge, "after").await, SECOND);

    let back = bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap();
    assert_eq!((back[0].from, back[0].to), (2, 1));
    assert_eq!(version(&bridge, "back").await, FIRST);
    assert!(bridge.lifecycle().rollback(&rooms(), "a test").await.unwrap_err().to_string().contains("before #1"));

    let history = bridge.lifecycle().history(&connection(ACCOUNT, "rooms").into(), 10).await.unwrap();
    let numbers: Vec<_> = history.generations.iter().map(|past| past.number).collect();
    assert_eq!((numbers, history.serving.live), (vec![2, 1], 1));
    let audits = bridge.store.audits(Some(&ACCOUNT.into()), None, 10).await.unwrap();
    let done: Vec<_> = audits.into_iter().map(|entry| entry.action).collect();
    assert_eq!(done, ["roll back", "activate", "configure"]);
}

/// No request fails, and each answer comes from one generation.
#[tokio::test(flavor = "multi_thread")]
async fn activations_do_not_disturb_calls() {
    let installation = installation();
    let bridge = Arc::new(installation.open(&config()).await);
    let first = PlugRef::Name("jitsi".to_owned());
    // Load both plugs before the measurement.
    second(&bridge, &installation, None).await.unwrap();
    let (over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (bridge, over, answered) = (Arc::clone(&bridge), Arc::clone(&over), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut seen = [0_usize; 2];
                let mut number = 0;
                while !over.load(Ordering::Relaxed) {
                    number += 1;
                    let answer = hubspot::create(&*bridge, &meeting(&format!("{caller}/{number}"))).await;
                    assert_eq!(answer.status, 200, "{answer:?}");
                    let details = answer.member("conferenceDetails");
                    let link = answer.member("conferenceUrl");
                    let version = [FIRST, SECOND].iter().position(|words| details == format!("{words}\n{link}"));
                    seen[version.unwrap_or_else(|| panic!("a mix of generations: {details}"))] += 1;
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                seen
            })
        })
        .collect();
    let resident = || cordboard_tests::resident_bytes();
    let mut settled = 0;
    for swap in 0..SWAPS {
        let plug = if swap % 2 == 0 { first.clone() } else { file(&installation, "second.wasm") };
        bridge.lifecycle().activate(&wanted(plug, None)).await.unwrap();
        if swap == SWAPS / 4 {
            settled = resident();
        }
    }
    let grown = resident().saturating_sub(settled);
    over.store(true, Ordering::Relaxed);
    let mut seen = [0; 2];
    for caller in callers {
        for (all, one) in seen.iter_mut().zip(caller.await.unwrap()) {
            *all += one;
        }
    }
    println!(
        "{SWAPS} swaps, {} answers: {seen:?} by version, {} KiB grown",
        answered.load(Ordering::Relaxed),
        grown >> 10
    );
    assert!(seen.iter().all(|count| *count > 0), "both versions answered: {seen:?}");
    // Unused generations are dropped: each activation leaves less in memory than a generation needs.
    assert!(grown < 48 << 20, "{} MiB grown over {} swaps", grown >> 20, SWAPS * 3 / 4);
    assert_eq!(bridge.count("crm", "unavailable"), 0);
}
