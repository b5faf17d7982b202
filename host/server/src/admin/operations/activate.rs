//! `POST /activations`: switches connections or an app to another plug.

use serde::Deserialize;
use serde_json::{Value, json};

use cordboard_bridge::lifecycle::Activate;
use cordboard_bridge::topology::Mode;

use crate::admin::call::Call;
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::{Problem, Result};
use crate::admin::target::{self, TargetRef};
use crate::admin::{plug_ref, schema, share};

pub(super) static ACTIVATE: Operation = Operation {
    method: "POST",
    path: "/activations",
    id: "activatePlug",
    summary: "Activate a plug",
    description: "Activates the plug for the whole target, or for none of it if one activation fails. By default, it \
                  goes live at once. With `canary`, it serves a share of the conferences, always the same ones. With \
                  `shadow`, it receives every call that the live plug receives, but its effects are not performed. A \
                  token for one account may change only its own connections.",
    input: Input::Json(Shape { name: "Activation", schema: request }),
    answer: Shape { name: "Changes", schema: target::changes_schema },
    refusals: &[403, 404, 422],
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
    let ActivateRequest { plug, target, canary, shadow } = call.json(None).await?;
    let target = target.allowed(&call.caller)?;
    let rollout = match (canary, shadow) {
        (None, false) => None,
        (None, true) => Some(Mode::Shadow),
        (Some(share), false) => Some(Mode::Canary(share::parse(&share).map_err(Problem::malformed)?)),
        (Some(_), true) => {
            return Err(Problem::malformed("`canary` and `shadow` are mutually exclusive: choose one"));
        }
    };
    let plug = plug_ref::find(&call.admin, &plug).await?;
    let activation = Activate { plug, target, rollout, who: call.caller.name };
    let activated = call.admin.lifecycle.activate(&activation).await?;
    let (plug, target) = (&activation.plug, &activation.target);
    tracing::info!(actor = activation.who, %plug, %target, ?rollout, "activated a plug");
    Ok(target::changes(&activated))
}

fn request() -> Value {
    let members = [
        ("plug", plug_ref::reference_schema("Digest of a pushed plug, or name of a built-in one")),
        ("target", target::schema()),
        (
            "canary",
            schema::or_null(share::schema("Share of conferences that the plug serves as a canary, such as 10%")),
        ),
        ("shadow", schema::boolean("Whether to run the plug as a shadow")),
    ];
    let both = json!({
        "properties": { "canary": { "type": "string" }, "shadow": { "const": true } }, "required": ["canary", "shadow"],
    });
    schema::with(schema::object_of(&members, &["plug", "target"]), [("not", both)])
}
