//! `GET /connections`: lists connections and apps with their plugs.

use serde_json::{Value, json};

use cordboard_bridge::topology::{Generation, Rollout};
use cordboard_store::OwnerId;

use crate::admin::call::{Call, page};
use crate::admin::operation::{Input, Operation, Shape, id, limit};
use crate::admin::problem::Result;
use crate::admin::{schema, share, target};

pub(super) static LIST: Operation = Operation {
    method: "GET",
    path: "/connections",
    id: "listConnections",
    summary: "List connections and apps with their plugs",
    description: "Lists apps first, then connections by account and name. A token for one account sees only its own \
                  connections.",
    input: Input::Query(&[id("account", "Only connections of this account"), limit(10_000, 1_000)]),
    answer: Shape { name: "Served", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(list(call)),
};

async fn list(call: Call) -> Result<Value> {
    let account = call.caller.scope(call.query.get("account"))?;
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
    let limit = call.query.limit();
    let served = served.iter().take(limit.saturating_add(1)).map(|(id, live, rollout)| view(id, live, *rollout));
    Ok(page("served", served.collect(), limit))
}

fn view(id: &OwnerId, live: &Generation, rollout: Option<&Rollout>) -> Value {
    let candidate = rollout.map(|rollout| {
        let share = rollout.mode.canary();
        let mode = [("canary", share.map(share::text).into()), ("shadow", share.is_none().into())];
        schema::with(generation(&rollout.generation), mode)
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
    schema::page("served", served, "Whether there are more than `limit`")
}
