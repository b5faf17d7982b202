//! Measures the latency of an account with 50 requests per second next to an abusive account, for each kind of abuse.
//! The requests are real HTTP; callers and bridge run on one machine, on separate threads.
//!
//! `cargo bench -p cordboard-tests` prints a table, and fails if requests of the well-behaved account fail, or its p99
//! is more than twice that without abuse. Arguments select kinds of abuse by parts of their names:
//! `cargo bench -p cordboard-tests -- webhooks traps`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a bench")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cordboard_tests::bridge::{Bridge, Installation};
use cordboard_tests::neighbors::{ABUSES, Abuse, LoadGenerator, Waits, measure_at, open};
use cordboard_tests::provider::Provider;
use cordboard_tests::resident_bytes;
use rustix::process::nice;
use tokio::runtime::{Builder, Runtime};

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The concurrent callers of the abusive account, which ignore `retry-after`.
const CALLERS: usize = 64;
/// The request rate of the well-behaved account.
const PER_SECOND: u32 = 50;
/// The maximum ratio of the p99 latencies with and without abuse.
const MAX_SLOWDOWN: u32 = 2;

fn main() -> ExitCode {
    // `cargo test` only checks that the benchmark runs.
    let bench = std::env::args().any(|argument| argument == "--bench");
    let seconds = if bench { 15 } else { 1 };
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let abuses = ABUSES.iter().filter(|abuse| chosen.is_empty() || chosen.iter().any(|part| abuse.name.contains(part)));
    println!("{}", machine());
    println!(
        "{PER_SECOND} creates per second of the neighbor for {seconds} s; {CALLERS} callers of the other account\n"
    );
    println!(
        "{:<30} {:>15} {:>17} {:>6} {:>15} {:>14}  answers to the other",
        "beside", "alone p50/p99", "beside p50/p99", "failed", "RSS MB (peak)", "store MB/s"
    );
    let mut broken = 0;
    for abuse in abuses.take(if bench { ABUSES.len() } else { 2 }) {
        broken += usize::from(!is_isolated(abuse, seconds));
    }
    if broken > 0 {
        println!(
            "\n{broken} kinds of abuse affect the neighbor: requests failed, or p99 is over {MAX_SLOWDOWN} times that alone"
        );
    }
    ExitCode::from(u8::from(bench && broken > 0))
}

/// Measures one kind of abuse with a new store, prints the result, and returns whether the neighbor is isolated from
/// it.
fn is_isolated(abuse: &Abuse, seconds: u32) -> bool {
    // In reality, the load comes from other machines, so generating it must not take CPU time from the bridge.
    let (mild, wild) = (threads(|| ()), threads(|| assert!(nice(19).is_ok())));
    let count = usize::try_from(PER_SECOND * seconds).unwrap();
    mild.block_on(async {
        // The provider's work is part of the load.
        let (installation, provider) = (Installation::new(), wild.spawn(Provider::start()).await.unwrap());
        let bridge = open(&installation, &provider).await;
        bridge.store.forget();
        measure_at(bridge.address, PER_SECOND, count / 5 + 1).await;
        let alone = measure_at(bridge.address, PER_SECOND, count).await;
        let before = (resident_bytes(), stored(&installation.data()));
        let peak = Peak::watch();
        let (load, address) = (Arc::new(std::sync::Mutex::new(None)), bridge.address);
        let (theirs, kind) = (Arc::clone(&load), *abuse);
        wild.spawn(async move { *theirs.lock().unwrap() = Some(LoadGenerator::of(&kind, address, CALLERS, true)) })
            .await
            .unwrap();
        // The burst after an idle time is part of the measurement.
        let beside = measure_at(address, PER_SECOND, count).await;
        let statuses = load.lock().unwrap().take().map(|load| load.statuses()).unwrap_or_default();
        let grown = stored(&installation.data()).saturating_sub(before.1);
        let good = alone.failed == 0 && beside.failed == 0 && beside.p99 <= alone.p99 * MAX_SLOWDOWN;
        println!(
            "{:<30} {:>15} {:>17} {:>6} {:>15} {:>14}  {statuses:?}{}",
            abuse.name,
            waits(&alone),
            waits(&beside),
            beside.failed,
            format!("{} ({})", before.0 >> 20, peak.end() >> 20),
            format!("{:.1}", megabytes(grown) / f64::from(seconds)),
            if good { "" } else { "  BROKEN" },
        );
        wild.shutdown_background();
        end(bridge).await;
        good
    })
}

async fn end(bridge: Bridge) {
    bridge.idle_within(Duration::from_secs(60)).await;
    bridge.crash().await;
}

fn threads(on_start: fn()) -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().on_thread_start(on_start).build().unwrap()
}

fn waits(waits: &Waits) -> String {
    format!("{:.1}/{:.1} ms", waits.median.as_secs_f64() * 1e3, waits.p99.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "for display")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Records the maximum of the resident memory.
struct Peak {
    max: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Peak {
    fn watch() -> Self {
        let peak = Self { max: Arc::default(), ended: Arc::default() };
        let (max, ended) = (Arc::clone(&peak.max), Arc::clone(&peak.ended));
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                max.fetch_max(resident_bytes(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        peak
    }

    fn end(&self) -> u64 {
        self.ended.store(true, Ordering::Relaxed);
        self.max.load(Ordering::Relaxed)
    }
}

/// Returns the size of the store's files, in bytes.
fn stored(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
}

/// Describes the machine and the profile.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("an unknown processor");
    let profile = if cfg!(debug_assertions) { "not optimized" } else { "optimized" };
    format!("{cores} cores, {}; {profile}", model.trim_start_matches([' ', '\t', ':']))
}
