//! `POST /activations`: another plug is given to connections or an app.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lifecycle::{Activate, RolloutStrategy};

use super::call::Call;
use super::operation::{Operation, Request, Shape};
use super::problem::{Problem, Result};
use super::target::{self, TargetRef};
use super::{plugs, schema, share};

/// `POST /activations`
pub(super) static ACTIVATE: Operation = Operation {
    method: "POST",
    path: "/activations",
    id: "activatePlug",
    summary: "Gives a plug to all that are meant, or to none of them: at once, for a share of the conferences, or in the \
              shadow.",
    description: "A token for one account may change its own connections only. With `canary` the plug serves a share of \
                  the conferences, always the same ones; with `shadow` it is asked for all that the live one is asked \
                  for, and nothing that it wants is done.",
    parameters: &[],
    request: Request::Json(Shape { name: "Activation", schema: request }),
    status: StatusCode::OK,
    answer: Shape { name: "Changes", schema: target::changes_schema },
    refusals: &[403, 404, 408, 413, 422],
    run: |call| Box::pin(activate(call)),
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct ActivateRequest {
    plug: String,
    target: TargetRef,
    canary: Option<String>,
    #[serde(default)]
    shadow: bool,
}

async fn activate(mut call: Call) -> Result<Value> {
    let ActivateRequest { plug, target, canary, shadow } = call.json().await?;
    let target = target.allowed(&call.caller)?;
    let strategy = match (canary, shadow) {
        (None, false) => RolloutStrategy::Live,
        (None, true) => RolloutStrategy::Shadow,
        (Some(share), false) => RolloutStrategy::Canary(share::parse(&share).map_err(Problem::malformed)?),
        (Some(_), true) => {
            return Err(Problem::malformed("`canary` and `shadow` are two ways to try a plug: choose one"));
        }
    };
    let plug = plugs::find(&call.admin, &plug).await?;
    let activation = Activate { plug, target, strategy, who: call.caller.name };
    let activated = call.admin.lifecycle.activate(&activation).await?;
    tracing::info!(actor = activation.who, plug = %activation.plug, target = %activation.target, ?strategy, "a plug was activated");
    Ok(target::changes(&activated))
}

fn request() -> Value {
    let members = [
        ("plug", plugs::reference_schema("Digest of a plug that was pushed, or name of a built-in one")),
        ("target", target::schema()),
        ("canary", schema::or_null(share::schema("Share of the conferences that it is to serve, such as 10%"))),
        ("shadow", schema::boolean("Whether it is only to be asked")),
    ];
    let mut schema = schema::object_of(&members, &["plug", "target"]);
    let both = json!({
        "properties": { "canary": { "type": "string" }, "shadow": { "const": true } }, "required": ["canary", "shadow"],
    });
    if let Some(members) = schema.as_object_mut() {
        members.insert("not".to_owned(), both);
    }
    schema
}
