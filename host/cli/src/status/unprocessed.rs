//! Deliveries that are kept because their plug could not read them.

use serde_json::{Value, json};

use crate::terminal::{plain, wrapped};
use cordboard::events::rfc3339;
use cordboard::store::{ConnectionId, InboundRequest, Store, StoreError};

/// At most so many are counted.
const MAX_COUNTED: usize = 100;
/// So many are named.
const MAX_NAMED: usize = 3;

/// Those of a connection.
pub(super) struct Unprocessed {
    connection: ConnectionId,
    /// At most [`MAX_COUNTED`].
    count: usize,
    /// Whether there are more.
    more: bool,
    /// The newest, or the oldest where there are more than are counted.
    named: Vec<InboundRequest>,
}

impl Unprocessed {
    /// What a connection has of them; none where all was read.
    pub async fn of(store: &dyn Store, connection: &ConnectionId) -> Result<Option<Self>, StoreError> {
        // No plug has this digest, so they are those of all plugs.
        let mut stored = store.unprocessed(connection, "", MAX_COUNTED + 1).await?;
        let more = stored.len() > MAX_COUNTED;
        stored.truncate(MAX_COUNTED);
        let count = stored.len();
        if !more {
            stored.reverse();
        }
        stored.truncate(MAX_NAMED);
        Ok((count > 0).then(|| Self { connection: connection.clone(), count, more, named: stored }))
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let named = self.named.iter().map(|inbound_request| {
            json!({
                "request": inbound_request.id, "route": inbound_request.route, "why": inbound_request.detail,
                "at": rfc3339(inbound_request.received_at).unwrap_or_default(),
            })
        });
        json!({
            "account": self.connection.account, "connection": self.connection.name, "count": self.count,
            "more": self.more, "requests": named.collect::<Vec<_>>(),
        })
    }

    /// For people.
    pub fn text(&self) -> String {
        let which = match self.more {
            true => format!("more than {MAX_COUNTED}, the oldest of them"),
            false if self.count > self.named.len() => format!("{}, the newest of them", self.count),
            false => self.count.to_string(),
        };
        let mut text = wrapped(&format!("{}: {which}", self.connection), 2);
        for inbound_request in &self.named {
            let at = rfc3339(inbound_request.received_at).unwrap_or_default();
            text += &wrapped(&format!("{at}  {}  {}", inbound_request.id, plain(&inbound_request.route)), 4);
            text += &wrapped(&plain(&inbound_request.detail), 6);
        }
        text
    }
}
