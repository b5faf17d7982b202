//! `POST /reload`: the configuration is read anew.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::lifecycle::Reloaded;

use super::call::Call;
use super::operation::{Operation, Request, Shape};
use super::problem::{Problem, Result};
use super::schema;

/// `POST /reload`
pub(super) static RELOAD: Operation = Operation {
    method: "POST",
    path: "/reload",
    id: "reloadConfiguration",
    summary: "Reads the configuration anew: what has changed in it serves from then on, or, where something is wrong \
              with it, nothing changes.",
    description: "Wants a token for all. SIGHUP does the same.",
    parameters: &[],
    request: Request::Nothing,
    status: StatusCode::OK,
    answer: Shape { name: "Reloaded", schema: shape },
    refusals: &[403, 422],
    run: |call| Box::pin(reload(call)),
};

async fn reload(call: Call) -> Result<Value> {
    call.caller.may_all("the configuration concerns")?;
    let file = call.admin.config_file.as_deref().ok_or_else(|| {
        Problem::rejected("this bridge has no configuration file to read: let the program that embeds it reload")
    })?;
    let Reloaded { generations, needs_restart } =
        call.admin.lifecycle.reload_from_file(file, &call.caller.name).await?;
    Ok(json!({ "generations": generations, "atNextStart": needs_restart }))
}

fn shape() -> Value {
    schema::object(&[
        ("generations", schema::number("How many connections and apps are served otherwise now")),
        ("atNextStart", schema::list(schema::text("A key that has changed, and counts from the next start on"))),
    ])
}
