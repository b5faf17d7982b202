//! `GET /leftovers`: lists what needs the operator's attention, by page.

use serde_json::Value;

use cordboard_store::LeftoverFilter;

use crate::admin::call::Call;
use crate::admin::leftovers::{Page, shape};
use crate::admin::operation::{Input, Kind, Operation, Parameter, Shape, id, limit};
use crate::admin::problem::{Problem, Result};

pub(super) static LIST: Operation = Operation {
    method: "GET",
    path: "/leftovers",
    id: "listLeftovers",
    summary: "List leftovers",
    description: "Lists what is or may be left at providers, and conferences whose creation the CRM has not \
                  acknowledged, newest first. A token for one account sees only leftovers of its account.",
    input: Input::Query(&[
        id("account", "Only leftovers of this account"),
        Parameter { name: "before", kind: Kind::Name, summary: "Cursor: `next` of the previous page" },
        Parameter {
            name: "all",
            kind: Kind::Number { min: 0, max: 1, default: Some(0) },
            summary: "1 to include acknowledged leftovers",
        },
        limit(1_000, 50),
    ]),
    answer: Shape { name: "Leftovers", schema: shape },
    refusals: &[403],
    run: |call| Box::pin(list(call)),
};

async fn list(call: Call) -> Result<Value> {
    let before = call.query.text("before").map(str::parse).transpose();
    let filter = LeftoverFilter {
        account: call.caller.scope(call.query.get("account"))?,
        before: before.map_err(|why| Problem::malformed(format!("`before` is {why}")))?,
        acknowledged: call.query.get("all") == Some(1_u64),
        limit: call.query.limit(),
    };
    Ok(Page::read(call.admin.store.as_ref(), filter).await?.json())
}
