//! How an account fares beside one whose plug loops on every call, and one whose provider never answers: over HTTP, with
//! callers and bridge on one machine.
//!
//! `cargo bench -p cordboard-tests` prints a table of this machine; its rows are to be compared with each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a bench")]

use std::time::Duration;

use cordboard_tests::bridge::House;
use cordboard_tests::neighbours::{Bully, HANGING, LOOPING, measure, open};
use cordboard_tests::provider::Provider;

/// Who calls for each bully at a time.
const CALLERS: usize = 32;

#[tokio::main]
async fn main() {
    // Cargo's tests only look whether it runs.
    let count = if std::env::args().any(|argument| argument == "--bench") { 2_000 } else { 20 };
    let (house, provider) = (House::new(), Provider::start().await);
    let bridge = open(&house, &provider).await;
    println!("{}", machine());
    println!("{count} creates of the neighbour, one after another; {CALLERS} callers of each bully\n");
    println!(
        "{:<46} {:>9} {:>9} {:>9} {:>7}  the bullies were told",
        "the neighbour", "median", "p99", "longest", "failed"
    );
    let cases: [(&str, &[u64], bool); 5] = [
        ("alone", &[], false),
        ("beside a plug that loops", &[LOOPING], false),
        ("beside a provider that hangs", &[HANGING], false),
        ("beside both", &[LOOPING, HANGING], false),
        ("beside both, who do not heed `retry-after`", &[LOOPING, HANGING], true),
    ];
    measure(bridge.address, count / 10).await;
    for (name, accounts, deaf) in cases {
        let bullies: Vec<_> =
            accounts.iter().map(|account| Bully::start(bridge.address, *account, CALLERS, deaf)).collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let waits = measure(bridge.address, count).await;
        let [median, p99, longest] = [waits.median, waits.p99, waits.longest].map(ms);
        let told: Vec<_> = bullies.iter().map(|bully| format!("{:?}", bully.told())).collect();
        println!("{name:<46} {median:>9} {p99:>9} {longest:>9} {:>7}  {}", waits.failed, told.join(" "));
        drop(bullies);
        bridge.idle_within(Duration::from_secs(60)).await;
    }
    bridge.close().await;
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// What the times were taken on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("a processor without a name");
    let profile = if cfg!(debug_assertions) { "not optimised" } else { "optimised" };
    format!("{cores} cores, {}; {profile}", model.trim_start_matches([' ', '\t', ':']))
}
