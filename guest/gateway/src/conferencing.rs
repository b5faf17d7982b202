//! One conferencing plug: what the CRM wants of it, and what its provider tells.

use cordboard_core::refusal::Refusal;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use crate::spin::incoming::Inbound;
use crate::spin::reply::Reply;
use crate::{conference, crm, receive, spin};

/// Answers a request that the front passed on.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    spin::answer(request, |path| path.len() == 3, serve).await
}

async fn serve(request: &Inbound) -> Result<Reply, Refusal> {
    if let ["in", key, route] = request.path()[..] {
        return receive::answer(request, key, route).await;
    }
    let asked = crm::decode(request).await?;
    let outcome = conference::run(&asked).await?;
    crm::encode(&asked, &outcome)
}
