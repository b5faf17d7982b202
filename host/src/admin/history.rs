//! `GET /history`: what served one connection or app, what serves it, and how its candidate does.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::events::rfc3339;
use crate::lifecycle::GenerationSummary;
use crate::store::{Cause, ConnectionId, DifferenceRecord};

use super::call::Call;
use super::operation::{Kind, Operation, Parameter, Request, Shape, id, limit};
use super::problem::{Problem, Result};
use super::{schema, share, target};

/// `GET /history`
pub(super) static HISTORY: Operation = Operation {
    method: "GET",
    path: "/history",
    id: "getHistory",
    summary: "Tells what served one connection or app, what serves it, and how its candidate does.",
    description: "It wants `account` and `connection`, or `app`. A token for one account sees its own connections only.",
    parameters: &[
        id("account", "The CRM's number of the account"),
        Parameter { name: "connection", kind: Kind::Name, summary: "The connection's name" },
        id("app", "The CRM's number of the app"),
        limit(500, 20),
    ],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "History", schema: shape },
    refusals: &[403, 404],
    run: |call| Box::pin(history(call)),
};

async fn history(call: Call) -> Result<Value> {
    let query = &call.query;
    let id = match (query.number("account"), query.text("connection"), query.number("app")) {
        (Some(account), Some(connection), None) => {
            call.caller.may_account(account)?;
            target::connection_id(account, connection.to_owned())?
        }
        (None, None, Some(app)) => {
            call.caller.may_all("an app serves")?;
            ConnectionId::of_app(app)
        }
        _ => return Err(Problem::malformed("name either `account` and `connection`, or `app`")),
    };
    let history = call.admin.lifecycle.history(&id, query.limit()).await?;
    let serving = history.serving;
    let candidate = serving.candidate.map(|candidate| {
        let shadow_stats = history
            .shadow_stats
            .map(|[same, different, skipped]| json!({ "same": same, "different": different, "skipped": skipped }));
        json!({
            "generation": candidate.number, "canary": candidate.canary.map(share::text),
            "shadow": candidate.canary.is_none(), "seen": shadow_stats,
        })
    });
    let view = json!({
        "target": target::owner(&id),
        "live": serving.live,
        "candidate": candidate,
        "pinned": serving.pinned,
        "generations": history.generations.iter().map(generation).collect::<Vec<_>>(),
        "differences": history.differences.iter().map(difference).collect::<Vec<_>>(),
    });
    Ok(view)
}

fn generation(summary: &GenerationSummary) -> Value {
    let cause = match summary.cause {
        Cause::Configured => "configured",
        Cause::Activated => "activated",
    };
    json!({
        "generation": summary.number, "plug": summary.plug, "name": summary.name, "content": summary.content, "cause": cause,
        "by": summary.by, "madeAt": rfc3339(summary.made_at).unwrap_or_default(),
    })
}

fn difference(record: &DifferenceRecord) -> Value {
    json!({
        "operation": record.operation, "kind": record.kind, "after": record.after, "live": record.live,
        "candidate": record.other, "seenAt": rfc3339(record.seen_at).unwrap_or_default(),
    })
}

fn shape() -> Value {
    let shadow_stats = schema::object(&[
        ("same", schema::number("How often it did as the live one, since the host started")),
        ("different", schema::number("How often it did something else")),
        ("skipped", schema::number("How often it was not asked, since too much was being compared")),
    ]);
    let candidate = schema::object(&[
        ("generation", schema::number("Its number")),
        ("canary", schema::or_null(schema::text("The share of the conferences that it serves, such as 10%"))),
        ("shadow", schema::boolean("Whether it is only asked, beside the live one")),
        ("seen", schema::or_null(shadow_stats)),
    ]);
    let generation = schema::object(&[
        ("generation", schema::number("Its number")),
        ("plug", schema::digest()),
        ("name", schema::text("The plug's name and version")),
        ("content", schema::text("Equal for equal settings, secrets and grants; tells nothing of them")),
        ("cause", schema::one_of(&["configured", "activated"], "Why it was made")),
        ("by", schema::text("Who made it")),
        ("madeAt", schema::time("When it was made")),
    ]);
    let difference = schema::object(&[
        ("operation", schema::text("The operation's id")),
        ("kind", schema::text("What was asked for, such as create")),
        ("after", schema::number("How many effects both had in common")),
        ("live", schema::text("What the live one did then, as JSON, cut at a length")),
        ("candidate", schema::text("What the candidate did, likewise")),
        ("seenAt", schema::time("When it was seen")),
    ]);
    schema::object(&[
        ("target", target::owner_schema()),
        ("live", schema::number("The generation that serves")),
        ("candidate", schema::or_null(candidate)),
        ("pinned", schema::boolean("Whether the live plug is another than the configured one")),
        ("generations", schema::list(generation)),
        ("differences", schema::list(difference)),
    ])
}
