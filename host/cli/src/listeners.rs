//! The connections of `cordboard serve`: how many each listener may have, and what `/metrics` tells of them.

use std::sync::Arc;

use cordboard::config::ConnectionLimits;
use cordboard::counters::{Counters, Kind};
use cordboard::descriptors::{self, Descriptors};
use cordboard::ingress::{Connections, PeerLimit};

/// The connections of both listeners.
pub(super) struct Listeners {
    /// On `listen`.
    pub senders: Arc<Connections>,
    /// On `admin-listen`.
    pub operators: Arc<Connections>,
}

impl Listeners {
    /// As many as are configured, as far as there are descriptors for them.
    pub fn new(config: &ConnectionLimits, descriptors: Descriptors) -> Self {
        let ConnectionLimits { max, max_per_peer, proxies } = config;
        let connections = descriptors.connections(*max);
        if connections < *max {
            let (wanted, soft) = (max, descriptors.soft);
            tracing::warn!(
                connections,
                wanted,
                soft,
                "fewer connections than configured: raise the limit of file descriptors"
            );
        }
        let mut senders = PeerLimit { connections: *max_per_peer, ..PeerLimit::default() };
        if let Some(proxies) = proxies {
            senders.proxies = proxies.as_slice().into();
        }
        // Whoever reaches this listener is an operator, or shares a machine with one.
        let operators = PeerLimit { connections: usize::MAX, ..PeerLimit::default() };
        Self {
            senders: Connections::new(connections, senders),
            operators: Connections::new(descriptors.operators(), operators),
        }
    }
}

/// What `/metrics` tells of connections and descriptors.
pub(super) fn observe(counters: &Counters, senders: &Arc<Connections>, operators: &Arc<Connections>) {
    let of = |connections: &Arc<Connections>, read: fn(&Connections) -> u64| {
        let connections = Arc::clone(connections);
        move || Some(read(&connections))
    };
    let count = |connections: &Connections| connections.count() as u64;
    counters.observe("cordboard_connections", Kind::Gauge, "Connections of senders.", of(senders, count));
    counters.observe(
        "cordboard_connections_limit",
        Kind::Gauge,
        "Connections that senders may have.",
        of(senders, |connections| connections.limit() as u64),
    );
    counters.observe(
        "cordboard_connections_evicted_total",
        Kind::Counter,
        "Idle connections of senders that were closed for others.",
        of(senders, Connections::evictions),
    );
    counters.observe(
        "cordboard_connections_refused_total",
        Kind::Counter,
        "Connections that were refused because their peer had as many as it may.",
        of(senders, Connections::refusals),
    );
    counters.observe("cordboard_operator_connections", Kind::Gauge, "Connections of operators.", of(operators, count));
    counters.observe("process_open_fds", Kind::Gauge, "Open file descriptors.", descriptors::open);
    counters.observe(
        "cordboard_fds_hard_limit",
        Kind::Gauge,
        "File descriptors that the limit may be raised to.",
        || Descriptors::current().hard,
    );
    let soft = || Some(Descriptors::current().soft);
    counters.observe("process_max_fds", Kind::Gauge, "File descriptors that there may be.", soft);
}
