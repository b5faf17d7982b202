//! Inbound webhook requests that their plug could not read.

use serde_json::{Value, json};

use crate::terminal::{plain, wrapped};
use cordboard::events::rfc3339;
use cordboard::store::{ConnectionId, InboundRequest, Store, StoreError};

/// Requests are counted up to this number.
const MAX_COUNTED: usize = 100;
/// Requests shown for each connection.
const MAX_SHOWN: usize = 3;

/// The unprocessed requests of a connection.
pub(super) struct Unprocessed {
    connection: ConnectionId,
    /// At most [`MAX_COUNTED`].
    count: usize,
    /// Whether there are more.
    more: bool,
    /// The newest requests, or the oldest if there are more than [`MAX_COUNTED`].
    shown: Vec<InboundRequest>,
}

impl Unprocessed {
    /// Reads the unprocessed requests of a connection. Returns `None` without any.
    pub async fn of(store: &dyn Store, connection: &ConnectionId) -> Result<Option<Self>, StoreError> {
        // No plug has an empty digest, so this finds the requests of every plug.
        let mut stored = store.unprocessed(connection, "", MAX_COUNTED + 1).await?;
        let more = stored.len() > MAX_COUNTED;
        stored.truncate(MAX_COUNTED);
        let count = stored.len();
        if !more {
            stored.reverse();
        }
        stored.truncate(MAX_SHOWN);
        Ok((count > 0).then(|| Self { connection: connection.clone(), count, more, shown: stored }))
    }

    /// Formats the requests as JSON.
    pub fn json(&self) -> Value {
        let requests = self.shown.iter().map(|request| {
            json!({
                "request": request.id, "route": request.route, "why": request.detail,
                "at": rfc3339(request.received_at).unwrap_or_default(),
            })
        });
        json!({
            "account": self.connection.account, "connection": self.connection.name, "count": self.count,
            "more": self.more, "requests": requests.collect::<Vec<_>>(),
        })
    }

    /// Formats the requests as text.
    pub fn text(&self) -> String {
        let count = match self.more {
            true => format!("more than {MAX_COUNTED} (showing the oldest)"),
            false if self.count > self.shown.len() => format!("{} (showing the newest)", self.count),
            false => self.count.to_string(),
        };
        let mut text = wrapped(&format!("{}: {count}", self.connection), 2);
        for request in &self.shown {
            let at = rfc3339(request.received_at).unwrap_or_default();
            text += &wrapped(&format!("{at}  {}  {}", request.id, plain(&request.route)), 4);
            text += &wrapped(&plain(&request.detail), 6);
        }
        text
    }
}
