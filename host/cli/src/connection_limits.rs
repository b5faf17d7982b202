//! Connection limits of the two listeners of `cordboard serve`, and their metrics.

use std::sync::Arc;

use cordboard::config::ConnectionLimits;
use cordboard::counters::{Counters, Kind};
use cordboard::server::descriptors::{self, Descriptors};
use cordboard::server::{Connections, PeerLimit};

/// Applies the configured limits, capped by the available file descriptors, to the connections from senders and from
/// operators.
pub(super) fn limited(config: &ConnectionLimits, descriptors: Descriptors) -> [Arc<Connections>; 2] {
    let ConnectionLimits { max, max_per_peer, proxies } = config;
    let connections = descriptors.connections(*max);
    if connections < *max {
        let (configured, soft) = (max, descriptors.soft);
        tracing::warn!(
            connections,
            configured,
            soft,
            "fewer connections than configured: raise the file descriptor limit"
        );
    }
    let mut senders = PeerLimit { connections: *max_per_peer, ..PeerLimit::default() };
    if let Some(proxies) = proxies {
        senders.proxies = proxies.as_slice().into();
    }
    // Only operators, and those on the same machine, reach this listener.
    let operators = PeerLimit { connections: usize::MAX, ..PeerLimit::default() };
    [Connections::new(connections, senders), Connections::new(descriptors.operators(), operators)]
}

/// Registers the metrics for connections and file descriptors.
pub(super) fn observe(counters: &Counters, senders: &Arc<Connections>, operators: &Arc<Connections>) {
    let observe = |name, kind, help, connections: &Arc<Connections>, read: fn(&Connections) -> u64| {
        let connections = Arc::clone(connections);
        counters.observe(name, kind, help, move || Some(read(&connections)));
    };
    let count = |connections: &Connections| connections.count() as u64;
    let limit = |connections: &Connections| connections.limit() as u64;
    observe("cordboard_connections", Kind::Gauge, "Open connections from senders.", senders, count);
    observe("cordboard_connections_limit", Kind::Gauge, "Limit on connections from senders.", senders, limit);
    observe(
        "cordboard_connections_evicted_total",
        Kind::Counter,
        "Idle connections from senders that were closed to make room.",
        senders,
        Connections::evictions,
    );
    observe(
        "cordboard_connections_refused_total",
        Kind::Counter,
        "Connections refused because their peer had reached its limit.",
        senders,
        Connections::refusals,
    );
    observe("cordboard_operator_connections", Kind::Gauge, "Open connections from operators.", operators, count);
    let (soft, hard) = (|| Some(Descriptors::current().soft), || Descriptors::current().hard);
    counters.observe("process_open_fds", Kind::Gauge, "Open file descriptors.", descriptors::open);
    counters.observe("process_max_fds", Kind::Gauge, "Soft limit on file descriptors.", soft);
    counters.observe("cordboard_fds_hard_limit", Kind::Gauge, "Hard limit on file descriptors.", hard);
}
