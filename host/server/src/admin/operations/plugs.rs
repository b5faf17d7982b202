//! `GET /plugs`: lists the plugs that can be activated.

use serde_json::{Value, json};

use cordboard_builtin as builtin;
use cordboard_library::{Library, Listed};

use crate::admin::call::{Call, page};
use crate::admin::operation::{Input, Operation, Shape, limit};
use crate::admin::plug_ref::blocking;
use crate::admin::problem::Result;
use crate::admin::schema;

pub(super) static LIST: Operation = Operation {
    method: "GET",
    path: "/plugs",
    id: "listPlugs",
    summary: "List plugs",
    description: "Lists built-in plugs first, then pushed plugs by digest. Any token may do this.",
    input: Input::Query(&[limit(1000, 1000)]),
    answer: Shape { name: "Plugs", schema: shape },
    refusals: &[],
    run: |call| Box::pin(list(call)),
};

async fn list(call: Call) -> Result<Value> {
    let (library, limit) = (call.admin.library.clone(), call.query.limit());
    let plugs = blocking(move || all(&library)).await??;
    Ok(page("plugs", plugs, limit))
}

fn all(library: &Library) -> Result<Vec<Value>> {
    let mut plugs = Vec::new();
    for built_in in &builtin::ALL {
        // Listing does not load plugs, since compiling all of them would slow down requests.
        plugs.push(json!({
            "digest": built_in.digest(), "name": built_in.name, "version": builtin::VERSION,
            "role": built_in.role.to_string(), "bytes": built_in.file.len(), "builtIn": true, "fault": null,
        }));
    }
    for Listed { digest, bytes, identity } in library.list()? {
        plugs.push(match identity {
            Ok(plug) => json!({
                "digest": digest, "name": plug.name, "version": plug.version, "role": plug.role.to_string(),
                "bytes": bytes, "builtIn": false, "fault": null,
            }),
            Err(error) => json!({
                "digest": digest, "name": null, "version": null, "role": null,
                "bytes": bytes, "builtIn": false, "fault": error.to_string(),
            }),
        });
    }
    Ok(plugs)
}

fn shape() -> Value {
    let or_null = |what: &str| schema::or_null(schema::text(what));
    let plug = schema::object(&[
        ("digest", schema::digest()),
        ("name", or_null("Name of the plug; null if it cannot be used")),
        ("version", or_null("Version of the plug; null if it cannot be used")),
        ("role", or_null("Contract of the plug: crm, provider or telephony; null if it cannot be used")),
        ("bytes", schema::number("Size of the file in bytes")),
        ("builtIn", schema::boolean("Whether the plug is built in and can be referred to by name")),
        ("fault", or_null("Why the plug cannot be used; null if it can")),
    ]);
    schema::page("plugs", plug, "Whether there are more than `limit`")
}
