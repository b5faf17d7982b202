//! `POST /reload`: reloads the configuration file.

use serde_json::{Value, json};

use cordboard_bridge::lifecycle::Reloaded;

use crate::admin::call::Call;
use crate::admin::operation::{Input, Operation, Shape};
use crate::admin::problem::{Problem, Result};
use crate::admin::schema;

pub(super) static RELOAD: Operation = Operation {
    method: "POST",
    path: "/reload",
    id: "reloadConfiguration",
    summary: "Reload the configuration",
    description: "Applies all changes in the configuration file, or none if it is invalid. SIGHUP does the same. \
                  Requires a token for all accounts.",
    input: Input::Query(&[]),
    answer: Shape { name: "Reloaded", schema: shape },
    refusals: &[403, 422],
    run: |call| Box::pin(reload(call)),
};

async fn reload(call: Call) -> Result<Value> {
    call.caller.may_all("the configuration")?;
    let file = call.admin.config_file.as_deref().ok_or_else(|| {
        Problem::rejected("this bridge has no configuration file: reload through the program that embeds it")
    })?;
    let Reloaded { generations, needs_restart } =
        call.admin.lifecycle.reload_from_file(file, &call.caller.name).await?;
    Ok(json!({ "generations": generations, "atNextStart": needs_restart }))
}

fn shape() -> Value {
    schema::object(&[
        ("generations", schema::number("Number of connections and apps that changed")),
        ("atNextStart", schema::list(schema::text("Changed key that takes effect at the next start"))),
    ])
}
