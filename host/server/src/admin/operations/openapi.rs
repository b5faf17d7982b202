//! `GET /openapi.json`: the OpenAPI 3.1 document, generated from the table that routes requests.

use serde_json::{Map, Value, json};

use crate::admin::BASE;
use crate::admin::call::Call;
use crate::admin::operation::{Input, Kind, Operation, Parameter, Shape};
use crate::admin::problem::Result;
use crate::admin::schema;

use super::OPERATIONS;

pub(super) static DOCUMENT: Operation = Operation {
    method: "GET",
    path: "/openapi.json",
    id: "getDocument",
    summary: "Get this document",
    description: "Any token may do this.",
    input: Input::Query(&[]),
    answer: Shape { name: "Document", schema: || json!({ "type": "object" }) },
    refusals: &[],
    run: |call| Box::pin(give(call)),
};

async fn give(_: Call) -> Result<Value> {
    Ok(document())
}

/// Generates the document.
fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas = Map::from_iter([("Problem".to_owned(), problem())]);
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            methods.insert(operation.method.to_lowercase(), entry(operation));
        }
        schemas.extend(operation.shapes().map(|shape| (shape.name.to_owned(), (shape.schema)())));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cordboard admin API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Pushes, activates, tries, promotes and rolls back plugs without interrupting service. \
                            Served on `admin-listen`. Create tokens with `cordboard token new`. Errors are problem \
                            details (RFC 9457) with a hint for the fix.",
        },
        "servers": [{ "url": BASE }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
    })
}

fn entry(operation: &Operation) -> Value {
    let mut responses = Map::new();
    responses.insert(
        operation.success().as_str().to_owned(),
        json!({
            "description": "Success.", "content": { "application/json": { "schema": reference(&operation.answer) } },
        }),
    );
    for status in operation.statuses() {
        responses.insert(
            status.to_string(),
            json!({
                "description": meaning(status),
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            }),
        );
    }
    let entry = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": operation.parameters().iter().map(parameter).collect::<Vec<_>>(),
        "responses": responses,
    });
    let content = match &operation.input {
        Input::Query(_) => return entry,
        Input::Component => json!({ "application/wasm": {} }),
        Input::Json(shape) => json!({ "application/json": { "schema": reference(shape) } }),
    };
    schema::with(entry, [("requestBody", json!({ "required": true, "content": content }))])
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        Kind::Name => schema::name(parameter.summary),
        Kind::Id => schema::id(parameter.summary),
        Kind::Number { min, max, default } => {
            let schema = json!({ "type": "integer", "minimum": min, "maximum": max });
            match default {
                Some(default) => schema::with(schema, [("default", default.into())]),
                None => schema,
            }
        }
    };
    json!({
        "name": parameter.name, "in": "query", "required": false, "description": parameter.summary, "schema": schema,
    })
}

fn reference(shape: &Shape) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", shape.name) })
}

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request is malformed.",
        401 => "The token is missing or unknown.",
        403 => "The token does not permit this.",
        404 => "Not found.",
        408 => "The body did not arrive in time.",
        413 => "The body is too large.",
        429 => "The token exceeds a rate limit; see `retry-after`.",
        507 => "The token exceeds its storage quota for plugs.",
        422 => "The request cannot be carried out; nothing has changed.",
        _ => "The bridge failed or is overloaded; try again.",
    }
}

fn problem() -> Value {
    schema::object(&[
        ("type", schema::text("Always about:blank")),
        ("title", schema::text("Short description of the status")),
        ("status", schema::number("HTTP status code")),
        ("detail", schema::text("What failed and how to fix it")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openapi_json_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
        let document = serde_json::to_string_pretty(&document()).unwrap() + "\n";
        if std::env::var_os("CORDBOARD_BLESS").is_some() {
            std::fs::write(path, &document).unwrap();
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert!(stored == document, "openapi.json is stale: run this test with CORDBOARD_BLESS=1");
    }

    #[test]
    fn names_of_operations_and_shapes_are_unique() {
        let mut shapes: std::collections::HashMap<&str, Value> = std::collections::HashMap::new();
        for (index, operation) in OPERATIONS.iter().enumerate() {
            let same = |other: &&&Operation| {
                other.id == operation.id || (other.path, other.method) == (operation.path, operation.method)
            };
            assert!(OPERATIONS.iter().skip(index + 1).find(same).is_none(), "{}", operation.id);
            for shape in operation.shapes() {
                let schema = (shape.schema)();
                assert_eq!(shapes.entry(shape.name).or_insert_with(|| schema.clone()), &schema, "{}", shape.name);
            }
        }
        assert_eq!(shapes.len(), 16, "{:?}", shapes.keys());
    }
}
