//! Checks the file descriptor and connection limits of the running bridge.
//!
//! Asks the bridge on `admin-listen`, since its limits may differ from those of this terminal.

use cordboard::config::Config;
use cordboard::descriptors::Descriptors;

use super::finding::Finding;
use super::{Doctor, http};

const ABOUT: &str = "file descriptors";
/// Longer than `/metrics` ever is.
const MAX_BYTES: usize = 1 << 20;

pub(super) async fn check(doctor: &Doctor<'_>) -> Finding {
    let config = doctor.config;
    match running(doctor).await {
        Some(running) => judge(config, running),
        None => {
            let here = Descriptors::current();
            let would = Descriptors { soft: here.raised(), ..here };
            Finding::unknown(
                ABOUT,
                format!(
                    "no bridge answers at {}; started from here, it would have {}: start it with {} and run this again",
                    config.admin_base(),
                    room(would, would.connections(config.connections.max)),
                    doctor.serve(),
                ),
            )
        }
    }
}

/// The limits that a bridge reports.
#[derive(Clone, Copy)]
struct Running {
    limits: Descriptors,
    open: u64,
    connections: u64,
    limit: u64,
}

async fn running(doctor: &Doctor<'_>) -> Option<Running> {
    let mut answer = doctor.client.get(format!("{}/metrics", doctor.config.admin_base())).send().await.ok()?;
    let (metrics, _) = http::read(&mut answer, MAX_BYTES).await.ok()?;
    Running::read(&String::from_utf8(metrics).ok()?)
}

impl Running {
    fn read(metrics: &str) -> Option<Self> {
        let number = |name: &str| {
            metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse::<u64>().ok())
        };
        Some(Self {
            limits: Descriptors { soft: number("process_max_fds")?, hard: number("cordboard_fds_hard_limit") },
            open: number("process_open_fds").unwrap_or_default(),
            connections: number("cordboard_connections")?,
            limit: number("cordboard_connections_limit")?,
        })
    }
}

fn judge(config: &Config, running: Running) -> Finding {
    let Running { limits, open, connections, limit } = running;
    let has = room(limits, usize::try_from(limit).unwrap_or(usize::MAX));
    let has = format!("{has}; {open} descriptors are open, {connections} of them connections from senders");
    let wanted = config.connections.max;
    if limit < wanted as u64 {
        let needed = wanted.saturating_mul(2);
        return Finding::warning(
            ABOUT,
            format!(
                "the bridge has {has}; `connections.max` is {wanted}: raise the limit to {needed} with `ulimit -n` or \
                 `LimitNOFILE=`"
            ),
        );
    }
    if connections >= limit {
        return Finding::warning(
            ABOUT,
            format!(
                "the bridge has {has}; all connections are in use, so idle ones are closed to make room: let the proxy \
                 limit the connections of each peer, or raise `connections.max`"
            ),
        );
    }
    Finding::ok(ABOUT, format!("the bridge has {has}"))
}

fn room(descriptors: Descriptors, connections: usize) -> String {
    let hard = descriptors.hard.map_or_else(|| "none".to_owned(), |hard| hard.to_string());
    let (soft, reserve) = (descriptors.soft, descriptors.reserve());
    format!(
        "a limit of {soft} (hard limit: {hard}), of which {reserve} are reserved for providers, the store and \
         operators, and room for {connections} connections from senders"
    )
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    fn judged(metrics: &str) -> Finding {
        let config = Config::parse("public-url = 'https://a.example'", "".as_ref(), &|_| None).unwrap();
        judge(&config, Running::read(metrics).unwrap())
    }

    fn metrics(soft: u64, connections: u64, limit: u64) -> String {
        format!(
            "# TYPE process_max_fds gauge\nprocess_max_fds {soft}\ncordboard_fds_hard_limit 8192\nprocess_open_fds 40\n\
             cordboard_connections {connections}\ncordboard_connections_limit {limit}\n"
        )
    }

    #[test]
    fn the_reported_limits_are_judged() {
        let enough = judged(&metrics(4096, 3, 1024));
        assert_eq!(enough.verdict, Verdict::Ok, "{}", enough.message);
        for words in ["a limit of 4096", "hard limit: 8192", "2048 are reserved", "1024 connections", "40 descriptors"]
        {
            assert!(enough.message.contains(words), "{words}: {}", enough.message);
        }
        let few = judged(&metrics(256, 3, 128));
        assert!(few.verdict == Verdict::Warning && few.message.contains("LimitNOFILE="), "{}", few.message);
        let full = judged(&metrics(4096, 1024, 1024));
        assert!(
            full.verdict == Verdict::Warning && full.message.contains("all connections are in use"),
            "{}",
            full.message
        );
        assert!(Running::read("cordboard_connections 1\n").is_none());
    }
}
