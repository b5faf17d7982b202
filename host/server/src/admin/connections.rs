//! `GET /connections`: lists connections and apps with their plugs.

use axum::http::StatusCode;
use serde_json::{Value, json};

use cordboard_bridge::topology::{Generation, Mode, Rollout};
use cordboard_store::OwnerId;

use super::call::Call;
use super::operation::{Operation, Request, Shape, id, limit};
use super::problem::Result;
use super::{schema, share, target};

/// `GET /connections`
pub(super) static LIST: Operation = Operation {
    method: "GET",
    path: "/connections",
    id: "listConnections",
    summary: "List connections and apps with their plugs",
    description: "Lists apps first, then connections by account and name. A token for one account sees only its own \
                  connections.",
    parameters: &[id("account", "Only connections of this account"), limit(10_000, 1_000)],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "Served", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(list(call)),
};

async fn list(call: Call) -> Result<Value> {
    let account = call.caller.scope(call.query.id("account"))?;
    let topology = call.admin.lifecycle.topology();
    let mut served: Vec<(OwnerId, &Generation, Option<&Rollout>)> = topology
        .connections()
        .filter(|connection| account.as_ref().is_none_or(|account| connection.id.account == *account))
        .map(|connection| (connection.id.clone().into(), &*connection.generation, connection.rollout.as_deref()))
        .collect();
    if account.is_none() {
        served.extend(topology.apps().map(|app| (OwnerId::App(app.id.clone()), &*app.generation, None)));
    }
    served.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let (limit, more) = (call.query.limit(), served.len() > call.query.limit());
    let served: Vec<_> = served.iter().take(limit).map(|(id, live, rollout)| view(id, live, *rollout)).collect();
    Ok(json!({ "served": served, "more": more }))
}

fn view(id: &OwnerId, live: &Generation, rollout: Option<&Rollout>) -> Value {
    let candidate = rollout.map(|rollout| {
        let mut candidate = generation(&rollout.generation);
        if let Some(members) = candidate.as_object_mut() {
            let share = match rollout.mode {
                Mode::Canary(share) => Some(share),
                Mode::Shadow => None,
            };
            members.insert("canary".to_owned(), share.map(share::text).into());
            members.insert("shadow".to_owned(), share.is_none().into());
        }
        candidate
    });
    json!({
        "target": target::owner(id), "role": live.plug.role().to_string(), "live": generation(live),
        "candidate": candidate,
    })
}

fn generation(generation: &Generation) -> Value {
    let description = generation.plug.description();
    json!({
        "generation": generation.number, "plug": generation.plug.digest(),
        "name": description.name, "version": description.version,
    })
}

fn shape() -> Value {
    let members = [
        ("generation", schema::number("Number of the generation")),
        ("plug", schema::digest()),
        ("name", schema::text("Name of the plug")),
        ("version", schema::text("Version of the plug")),
    ];
    let rollout = [
        ("canary", schema::or_null(schema::text("Share of conferences that the candidate serves, such as 10%"))),
        ("shadow", schema::boolean("Whether the candidate is a shadow, whose effects are not performed")),
    ];
    let candidate: Vec<_> = members.iter().chain(&rollout).cloned().collect();
    let served = schema::object(&[
        ("target", target::owner_schema()),
        ("role", schema::text("Contract of the plug: crm, provider or telephony")),
        ("live", schema::object(&members)),
        ("candidate", schema::or_null(schema::object(&candidate))),
    ]);
    schema::object(&[
        ("served", schema::list(served)),
        ("more", schema::boolean("Whether there are more than `limit`")),
    ])
}
