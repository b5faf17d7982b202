//! Deliveries as they are kept, and as plugs read them.

use crate::contract::http::{Header, WebhookRequest};
use crate::store::{ConnectionId, InboundRequest, Verdict};

/// A request as it is kept, with what became of it.
pub(super) fn record(
    id: String,
    connection: ConnectionId,
    plug: &str,
    request: &WebhookRequest,
    verdict: Verdict,
    detail: String,
) -> InboundRequest {
    InboundRequest {
        id,
        connection,
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

/// A delivery that was kept, as its plug read it, with our id of it.
pub(super) fn to_webhook_request(inbound_request: InboundRequest) -> (String, WebhookRequest) {
    let InboundRequest { id, route, method, query, headers, body, received_at, .. } = inbound_request;
    let headers = headers.into_iter().map(|(name, value)| Header { name, value }).collect();
    (id, WebhookRequest { route, method, query, headers, body, received_at })
}
