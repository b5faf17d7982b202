//! `GET /leftovers`: what needs the operator's attention, a page at a time.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::events::rfc3339;
use crate::store::{Cursor, Leftover, LeftoverFilter, Store};

use super::call::Call;
use super::operation::{Kind, Operation, Parameter, Request, Shape, id, limit};
use super::problem::{Problem, Result};
use super::schema;

/// `GET /leftovers`
pub(super) static LIST: Operation = Operation {
    method: "GET",
    path: "/leftovers",
    id: "listLeftovers",
    summary: "Lists what is or may be left at providers, and conferences whose creation the CRM has not acknowledged; \
              newest first.",
    description: "A token for one account sees what concerns its account.",
    parameters: &[
        id("account", "Only what concerns this account"),
        Parameter { name: "before", kind: Kind::Name, summary: "The `next` of the page before: lists what is older" },
        Parameter {
            name: "all",
            kind: Kind::Number { min: 0, max: 1, default: Some(0) },
            summary: "1 also lists what is acknowledged",
        },
        limit(1_000, 50),
    ],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "Leftovers", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(list(call)),
};

async fn list(call: Call) -> Result<Value> {
    let before = call.query.text("before").map(str::parse).transpose();
    let filter = LeftoverFilter {
        account: call.caller.scope(call.query.number("account"))?,
        before: before.map_err(|why| Problem::malformed(format!("`before` is {why}")))?,
        acknowledged: call.query.number("all") == Some(1),
        limit: call.query.limit(),
    };
    Ok(Page::read(call.admin.lifecycle.state().store.as_ref(), filter).await?.json())
}

/// Some leftovers, and whether there are more.
pub struct Page {
    /// Newest first.
    pub leftovers: Vec<Leftover>,
    /// How many are older than these.
    pub remaining: u64,
}

impl Page {
    /// Those of a filter.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn read(store: &dyn Store, filter: LeftoverFilter) -> crate::store::Result<Self> {
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

    /// Behind which line the next page begins.
    pub fn next(&self) -> Option<Cursor> {
        self.leftovers.last().filter(|_| self.remaining > 0).map(|last| last.cursor)
    }

    /// As JSON.
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
        "connection": leftover.connection.name, "conference": conference, "unacknowledged": leftover.unacknowledged_create,
        "why": leftover.why, "at": rfc3339(leftover.at).unwrap_or_default(),
        "acknowledgedAt": leftover.acknowledged_at.map(|at| rfc3339(at).unwrap_or_default()),
    })
}

fn shape() -> Value {
    let conference = schema::object(&[
        ("id", schema::text("Its id")),
        ("providerId", schema::text("The provider's id of it")),
        ("topic", schema::text("The meeting's title")),
        ("joinUrl", schema::text("The provider's link to it")),
        ("user", schema::text("The CRM's user whose meeting it is")),
    ]);
    let leftover = schema::object(&[
        ("operation", schema::text("The operation's id, by which it is acknowledged")),
        ("kind", schema::text("What the operation did, such as create")),
        ("account", schema::number("The account that it concerns; 0 for an app")),
        ("connection", schema::text("The connection's name")),
        ("conference", schema::or_null(conference)),
        ("unacknowledged", schema::boolean("Whether it is a conference whose creation the CRM has not acknowledged")),
        ("why", schema::text("A sentence that says what to look at")),
        ("at", schema::time("When the operation ended")),
        ("acknowledgedAt", schema::or_null(schema::time("When it was acknowledged; null until then"))),
    ]);
    schema::object(&[
        ("leftovers", schema::list(leftover)),
        ("more", schema::boolean("Whether there are older ones")),
        ("remaining", schema::number("How many are older")),
        ("next", schema::or_null(schema::text("What `before` is to be for the next page; null on the last"))),
    ])
}
