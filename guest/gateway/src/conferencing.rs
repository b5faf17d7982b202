//! Serves one conferencing plug: the CRM's commands and the provider's webhooks.

use cordboard_core::api_error::ApiError;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::{conference, crm, receive, spin};

/// Answers a request forwarded by the front component.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    spin::answer(request, |path| path.len() == 3, serve).await
}

async fn serve(request: &Inbound) -> Result<Reply, ApiError> {
    if let ["in", key, route] = request.path()[..] {
        return receive::answer(request, key, route).await;
    }
    let crm_request = crm::decode(request).await?;
    crm_request.encode(&conference::run(&crm_request).await?)
}
