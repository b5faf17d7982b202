//! How an account with 50 requests a second fares beside one that means harm, of every kind: over HTTP, with callers and
//! bridge on one machine, each on threads of their own.
//!
//! `cargo bench -p cordboard-tests` prints a table of this machine, and fails where the neighbour fails or its p99 is
//! more than twice what it is alone. Names of harms, or parts of them, choose some:
//! `cargo bench -p cordboard-tests -- webhooks traps`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a bench")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cordboard_tests::bridge::{Bridge, Installation};
use cordboard_tests::neighbours::{ABUSES, Abuse, LoadGenerator, Waits, measure_at, open};
use cordboard_tests::provider::Provider;
use rustix::process::nice;
use tokio::runtime::{Builder, Runtime};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Who calls for the account that means harm at a time, without heeding `retry-after`.
const CALLERS: usize = 64;
/// Of the neighbour.
const PER_SECOND: u32 = 50;
/// How much longer the neighbour may wait than it does alone: one of a hundred of its requests.
const MAX_SLOWDOWN: u32 = 2;

fn main() -> ExitCode {
    // Cargo's tests only look whether it runs.
    let bench = std::env::args().any(|argument| argument == "--bench");
    let seconds = if bench { 15 } else { 1 };
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let abuses = ABUSES.iter().filter(|abuse| chosen.is_empty() || chosen.iter().any(|part| abuse.name.contains(part)));
    println!("{}", machine());
    println!(
        "{PER_SECOND} creates a second of the neighbour for {seconds} s; {CALLERS} callers of the other account\n"
    );
    println!(
        "{:<30} {:>15} {:>17} {:>6} {:>15} {:>14}  the other was told",
        "beside", "alone p50/p99", "beside p50/p99", "failed", "RSS MB (peak)", "store MB/s"
    );
    let mut broken = 0;
    for abuse in abuses.take(if bench { ABUSES.len() } else { 2 }) {
        broken += usize::from(!fares_well(abuse, seconds));
    }
    if broken > 0 {
        println!(
            "\n{broken} kinds of harm reach the neighbour: it failed, or p99 is more than {MAX_SLOWDOWN} times that alone"
        );
    }
    ExitCode::from(u8::from(bench && broken > 0))
}

/// Whether the neighbour fares beside the other account as it should, with a new store.
fn fares_well(abuse: &Abuse, seconds: u32) -> bool {
    // The load of the other account comes from other machines: generating it must not take processor time from the bridge.
    let (mild, wild) = (threads(|| ()), threads(|| assert!(nice(19).is_ok())));
    let count = usize::try_from(PER_SECOND * seconds).unwrap();
    mild.block_on(async {
        // What a provider sends is the other account's doing.
        let (installation, provider) = (Installation::new(), wild.spawn(Provider::start()).await.unwrap());
        let bridge = open(&installation, &provider).await;
        bridge.store.forget();
        measure_at(bridge.address, PER_SECOND, count / 5 + 1).await;
        let alone = measure_at(bridge.address, PER_SECOND, count).await;
        let before = (resident(), stored(&installation.data()));
        let peak = Peak::watch();
        let (load, address) = (Arc::new(std::sync::Mutex::new(None)), bridge.address);
        let (theirs, harm_of) = (Arc::clone(&load), *abuse);
        wild.spawn(async move { *theirs.lock().unwrap() = Some(LoadGenerator::of(&harm_of, address, CALLERS, true)) })
            .await
            .unwrap();
        // What it may do after a rest is part of it.
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

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The most memory that is resident while it is watched.
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
                max.fetch_max(resident(), Ordering::Relaxed);
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

/// Memory of this process, callers and bridge, in bytes; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() << 10
}

/// Bytes of the store's files.
fn stored(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
}

/// What the times were taken on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("a processor without a name");
    let profile = if cfg!(debug_assertions) { "not optimised" } else { "optimised" };
    format!("{cores} cores, {}; {profile}", model.trim_start_matches([' ', '\t', ':']))
}
