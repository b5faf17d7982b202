//! Deliveries that are kept because their plug could not read them.

use serde_json::{Value, json};

use crate::cli::terminal::{plain, wrapped};
use crate::events::rfc3339;
use crate::store::{ConnectionId, Delivery, Store, StoreError};

/// At most so many are counted.
const COUNTED: usize = 100;
/// So many are named.
const NAMED: usize = 3;

/// Those of a connection.
pub(super) struct Unread {
    connection: ConnectionId,
    /// At most [`COUNTED`].
    count: usize,
    /// Whether there are more.
    more: bool,
    /// The newest, or the oldest where there are more than are counted.
    named: Vec<Delivery>,
}

impl Unread {
    /// What a connection has of them; none where all was read.
    pub async fn of(store: &dyn Store, connection: &ConnectionId) -> Result<Option<Self>, StoreError> {
        // No plug has this digest, so they are those of all plugs.
        let mut kept = store.undigested(connection, "", COUNTED + 1).await?;
        let more = kept.len() > COUNTED;
        kept.truncate(COUNTED);
        let count = kept.len();
        if !more {
            kept.reverse();
        }
        kept.truncate(NAMED);
        Ok((count > 0).then(|| Self { connection: connection.clone(), count, more, named: kept }))
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let named = self.named.iter().map(|delivery| {
            json!({
                "request": delivery.id, "route": delivery.route, "why": delivery.detail,
                "at": rfc3339(delivery.received_at).unwrap_or_default(),
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
            true => format!("more than {COUNTED}, the oldest of them"),
            false if self.count > self.named.len() => format!("{}, the newest of them", self.count),
            false => self.count.to_string(),
        };
        let mut text = wrapped(&format!("{}: {which}", self.connection), 2);
        for delivery in &self.named {
            let at = rfc3339(delivery.received_at).unwrap_or_default();
            text += &wrapped(&format!("{at}  {}  {}", delivery.id, plain(&delivery.route)), 4);
            text += &wrapped(&plain(&delivery.detail), 6);
        }
        text
    }
}
