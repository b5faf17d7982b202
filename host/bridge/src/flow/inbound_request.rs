//! Converts webhook requests between the store and plugs.

use cordboard_runtime::contract::http::{Header, WebhookRequest};
use cordboard_store::{InboundRequest, OwnerId, Verdict};

/// Returns the record of a webhook request and its verdict.
pub(super) fn record(
    id: String,
    owner: OwnerId,
    plug: &str,
    request: &WebhookRequest,
    verdict: Verdict,
    detail: String,
) -> InboundRequest {
    InboundRequest {
        id,
        owner,
        route: request.route.clone(),
        method: request.method.clone(),
        query: request.query.clone(),
        headers: request.headers.iter().map(|header| (header.name.clone(), header.value.clone())).collect(),
        body: request.body.clone(),
        received_at: request.received_at,
        verdict,
        detail,
        plug: plug.to_owned(),
    }
}

/// Returns a stored webhook request as its plug read it, and the id under which it is stored.
pub(super) fn to_webhook_request(inbound_request: InboundRequest) -> (String, WebhookRequest) {
    let InboundRequest { id, route, method, query, headers, body, received_at, .. } = inbound_request;
    let headers = headers.into_iter().map(|(name, value)| Header { name, value }).collect();
    (id, WebhookRequest { route, method, query, headers, body, received_at })
}
