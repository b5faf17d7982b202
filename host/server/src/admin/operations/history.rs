//! `GET /history`: the generations of a connection or app, and how its candidate compares.

use serde_json::{Value, json};

use cordboard_bridge::events::rfc3339;
use cordboard_store::{DifferenceRecord, GenerationRecord, OwnerId};

use crate::admin::call::Call;
use crate::admin::operation::{Input, Kind, Operation, Parameter, Shape, id, limit};
use crate::admin::problem::{Problem, Result};
use crate::admin::{schema, share, target};

pub(super) static HISTORY: Operation = Operation {
    method: "GET",
    path: "/history",
    id: "getHistory",
    summary: "Show the generations of a connection or app",
    description: "Returns the live generation, the generations so far, and how the candidate compares with the live \
                  one. Requires either `account` and `connection`, or `app`. A token for one account sees only its own \
                  connections.",
    input: Input::Query(&[
        id("account", "The account's id at the CRM"),
        Parameter { name: "connection", kind: Kind::Name, summary: "The connection's name" },
        id("app", "The app's id at the CRM"),
        limit(500, 20),
    ]),
    answer: Shape { name: "History", schema: shape },
    refusals: &[403, 404],
    run: |call| Box::pin(history(call)),
};

async fn history(call: Call) -> Result<Value> {
    let query = &call.query;
    let id = match (query.get("account"), query.text("connection"), query.get("app")) {
        (Some(account), Some(connection), None) => {
            call.caller.may_account(&account)?;
            OwnerId::Connection(target::connection_id(account, connection.to_owned())?)
        }
        (None, None, Some(app)) => {
            call.caller.may_all("apps")?;
            OwnerId::App(app)
        }
        _ => return Err(Problem::malformed("invalid target: use either `account` and `connection`, or `app`")),
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
    Ok(json!({
        "target": target::owner(&id),
        "live": serving.live,
        "candidate": candidate,
        "pinned": serving.pinned,
        "generations": history.generations.iter().map(generation).collect::<Vec<_>>(),
        "differences": history.differences.iter().map(difference).collect::<Vec<_>>(),
    }))
}

fn generation(record: &GenerationRecord) -> Value {
    json!({
        "generation": record.number, "plug": record.plug, "name": record.name,
        "content": record.fingerprint.chars().take(12).collect::<String>(),
        "cause": record.cause, "by": record.by, "madeAt": rfc3339(record.made_at).unwrap_or_default(),
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
        ("same", schema::number("Number of calls with the same result as the live plug since the host started")),
        ("different", schema::number("Number of calls with a different result")),
        ("skipped", schema::number("Number of calls skipped because too many comparisons were in progress")),
    ]);
    let candidate = schema::object(&[
        ("generation", schema::number("Number of the candidate generation")),
        ("canary", schema::or_null(schema::text("Share of conferences that the candidate serves, such as 10%"))),
        ("shadow", schema::boolean("Whether the candidate is a shadow, whose effects are not performed")),
        ("seen", schema::or_null(shadow_stats)),
    ]);
    let generation = schema::object(&[
        ("generation", schema::number("Number of the generation")),
        ("plug", schema::digest()),
        ("name", schema::text("Name and version of the plug")),
        ("content", schema::text("Opaque fingerprint of the settings, secrets and grants")),
        ("cause", schema::one_of(&["configured", "activated"], "Why the generation was created")),
        ("by", schema::text("Who created the generation")),
        ("madeAt", schema::time("When the generation was created")),
    ]);
    let difference = schema::object(&[
        ("operation", schema::text("Id of the operation")),
        ("kind", schema::text("Kind of operation, such as create")),
        ("after", schema::number("Number of identical effects before the difference")),
        ("live", schema::text("What the live plug did next, as JSON, possibly truncated")),
        ("candidate", schema::text("What the candidate did next, as JSON, possibly truncated")),
        ("seenAt", schema::time("When the difference was observed")),
    ]);
    schema::object(&[
        ("target", target::owner_schema()),
        ("live", schema::number("Number of the live generation")),
        ("candidate", schema::or_null(candidate)),
        ("pinned", schema::boolean("Whether the live plug differs from the configured one")),
        ("generations", schema::list(generation)),
        ("differences", schema::list(difference)),
    ])
}
