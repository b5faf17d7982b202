//! Pages of leftovers, as the admin API and the program show them.

use serde_json::{Value, json};

use cordboard_bridge::events::rfc3339;
use cordboard_store::{Cursor, Leftover, LeftoverFilter, Store};

use super::schema;

/// A page of leftovers.
pub struct Page {
    /// Newest first.
    pub leftovers: Vec<Leftover>,
    /// Number of older leftovers.
    pub remaining: u64,
}

impl Page {
    /// Reads the page that a filter selects.
    ///
    /// # Errors
    /// Returns an error if the store fails.
    pub async fn read(store: &dyn Store, filter: LeftoverFilter) -> cordboard_store::Result<Self> {
        let leftovers = store.leftovers(&filter).await?;
        let remaining = match leftovers.last() {
            Some(last) if leftovers.len() >= filter.limit => {
                let rest = LeftoverFilter { before: Some(last.cursor), ..filter };
                store.count_leftovers(&rest).await?
            }
            _ => 0,
        };
        Ok(Self { leftovers, remaining })
    }

    /// Returns the cursor of the next page, or `None` if this is the last.
    pub fn next(&self) -> Option<Cursor> {
        self.leftovers.last().filter(|_| self.remaining > 0).map(|last| last.cursor)
    }

    /// Renders the page as JSON.
    pub fn json(&self) -> Value {
        json!({
            "leftovers": self.leftovers.iter().map(leftover).collect::<Vec<_>>(), "more": self.remaining > 0,
            "remaining": self.remaining, "next": self.next().map(|next| next.to_string()),
        })
    }
}

fn leftover(leftover: &Leftover) -> Value {
    let conference = leftover.conference.as_ref().map(|conference| {
        json!({
            "id": conference.id, "providerId": conference.provider_id, "topic": conference.topic,
            "joinUrl": conference.join_url, "user": conference.user,
        })
    });
    json!({
        "operation": leftover.operation, "kind": leftover.kind, "account": leftover.connection.account,
        "connection": leftover.connection.name, "conference": conference,
        "unacknowledged": leftover.unacknowledged_create, "why": leftover.why,
        "at": rfc3339(leftover.at).unwrap_or_default(),
        "acknowledgedAt": leftover.acknowledged_at.map(|at| rfc3339(at).unwrap_or_default()),
    })
}

/// Returns the schema of a page.
pub(super) fn shape() -> Value {
    let conference = schema::object(&[
        ("id", schema::text("Id of the conference")),
        ("providerId", schema::text("Id of the conference at the provider")),
        ("topic", schema::text("Title of the meeting")),
        ("joinUrl", schema::text("Link to the conference at the provider")),
        ("user", schema::text("CRM user who owns the meeting")),
    ]);
    let leftover = schema::object(&[
        ("operation", schema::text("Id of the operation, by which the leftover is acknowledged")),
        ("kind", schema::text("Kind of operation, such as create")),
        ("account", schema::id("Id of the account")),
        ("connection", schema::text("Name of the connection")),
        ("conference", schema::or_null(conference)),
        ("unacknowledged", schema::boolean("Whether it is a conference whose creation the CRM has not acknowledged")),
        ("why", schema::text("What to check, in one sentence")),
        ("at", schema::time("When the operation ended")),
        ("acknowledgedAt", schema::or_null(schema::time("When the leftover was acknowledged; null until then"))),
    ]);
    schema::object(&[
        ("leftovers", schema::list(leftover)),
        ("more", schema::boolean("Whether there are older leftovers")),
        ("remaining", schema::number("Number of older leftovers")),
        ("next", schema::or_null(schema::text("Value of `before` for the next page; null on the last page"))),
    ])
}
