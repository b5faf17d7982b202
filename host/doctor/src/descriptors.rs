//! Checks the file descriptor and connection limits of the running bridge.
//!
//! Asks the bridge on `admin-listen`, since its limits may differ from those of this terminal.

use cordboard::config::Config;
use cordboard::server::descriptors::Descriptors;

use super::finding::Finding;
use super::{Doctor, http};

const ABOUT: &str = "file descriptors";
/// Longer than `/metrics` ever is.
const MAX_BYTES: usize = 1 << 20;

pub(super) async fn check(doctor: &Doctor<'_>) -> Finding {
    let config = doctor.config;
    if let Some(finding) = metrics(doctor).await.and_then(|metrics| judge(config, &metrics)) {
        return finding;
    }
    let here = Descriptors::current();
    let would = Descriptors { soft: here.raised(), ..here };
    let message = format!(
        "no bridge answers at {}; started from here, it would have {}: start it with {} and run this again",
        config.admin_base(),
        room(would, would.connections(config.connections.max)),
        doctor.serve(),
    );
    Finding::unknown(ABOUT, message)
}

/// Reads the metrics of the running bridge.
async fn metrics(doctor: &Doctor<'_>) -> Option<String> {
    let mut answer = doctor.client.get(format!("{}/metrics", doctor.config.admin_base())).send().await.ok()?;
    let (metrics, _) = http::read(&mut answer, MAX_BYTES).await.ok()?;
    String::from_utf8(metrics).ok()
}

/// Judges the limits that a bridge reports. Returns `None` if the metrics are not a bridge's.
fn judge(config: &Config, metrics: &str) -> Option<Finding> {
    let number = |name: &str| {
        metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse::<u64>().ok())
    };
    let limits = Descriptors { soft: number("process_max_fds")?, hard: number("cordboard_fds_hard_limit") };
    let (connections, limit) = (number("cordboard_connections")?, number("cordboard_connections_limit")?);
    let open = number("process_open_fds").unwrap_or_default();
    let max = config.connections.max;
    let state = format!(
        "the bridge has {}; {open} descriptors are open, {connections} of them connections from senders",
        room(limits, usize::try_from(limit).unwrap_or(usize::MAX))
    );
    Some(if limit < max as u64 {
        let needed = max.saturating_mul(2);
        let message = format!(
            "{state}; `connections.max` is {max}: raise the limit to {needed} with `ulimit -n` or `LimitNOFILE=`"
        );
        Finding::warning(ABOUT, message)
    } else if connections >= limit {
        let message = format!(
            "{state}; all connections are in use, so idle ones are closed to make room: let the proxy limit the \
             connections of each peer, or raise `connections.max`"
        );
        Finding::warning(ABOUT, message)
    } else {
        Finding::ok(ABOUT, state)
    })
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
        judge(&config, metrics).unwrap()
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
        let config = Config::parse("public-url = 'https://a.example'", "".as_ref(), &|_| None).unwrap();
        assert!(judge(&config, "cordboard_connections 1\n").is_none());
    }
}
