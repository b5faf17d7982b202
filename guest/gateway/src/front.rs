//! The public component. Forwards each request, unchanged, to the component of the plug that serves it.

use cordboard_core::api_error::ApiError;
use cordboard_core::record::ConnectionId;
use cordboard_core::types::crm::Outcome;
use cordboard_core::types::effect::Failure;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use crate::conference::{find, orphaned};
use crate::config::{Accounts, ConnectionConfig};
use crate::crm::{self, Addressee, CrmRequest};
use crate::links;
use crate::spin::incoming::Inbound;
use crate::spin::log::{misconfigured, warn};
use crate::spin::outgoing::forward;
use crate::spin::reply::Reply;
use crate::spin::store::Store;
use crate::spin::{self, variables};

/// The component that lists stored events and webhook requests.
const QUERY: &str = "query";

/// Answers a request.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    let ours = |path: &[&str]| matches!(path, [_, _, _] | ["j", _] | ["events" | "deliveries"]);
    spin::answer(request, ours, serve).await
}

async fn serve(request: &Inbound) -> Result<Reply, ApiError> {
    match request.path()[..] {
        ["in", key, _] => {
            let accounts = Accounts::read().await?;
            let (id, config) = accounts.ingest(key)?.ok_or(ApiError::NotFound("address"))?;
            forward(request, &component(&id, config).await?).await
        }
        ["j", link] => match request.method.as_str() {
            "GET" | "HEAD" => links::follow(link).await,
            _ => Err(ApiError::MethodNotAllowed(vec!["GET".to_owned(), "HEAD".to_owned()])),
        },
        ["events" | "deliveries"] => forward(request, QUERY).await,
        _ => {
            let crm_request = crm::decode(request).await?;
            match destination(&crm_request).await? {
                Destination::Component(component) => forward(request, &component).await,
                Destination::None(outcome) => crm_request.encode(&outcome),
            }
        }
    }
}

/// The destination of a command.
enum Destination {
    /// The plug's component, which has the plug's name.
    Component(String),
    /// No plug serves it; this is the outcome.
    None(Outcome),
}

async fn destination(crm_request: &CrmRequest<'_>) -> Result<Destination, ApiError> {
    let accounts = Accounts::read().await?;
    match crm_request.addressee() {
        Addressee::Account(account, role) => {
            let account = crm::account(account)?;
            if let Some((id, config)) = accounts.connection(&account, role)? {
                return component(&id, config).await.map(Destination::Component);
            }
            warn(&format!("account {account} has no connection for `{}`: name one in `accounts`", role.word()));
            Ok(Destination::None(Outcome::Failed(Failure::Unsupported)))
        }
        Addressee::Conference(id) => {
            let store = Store::open().await?;
            let conference = find(&store, &crm_request.app.id, id).await?;
            match accounts.named(&conference.connection) {
                Some(config) => component(&conference.connection, config).await.map(Destination::Component),
                None => orphaned(crm_request, &store, &conference).await.map(Destination::None),
            }
        }
    }
}

/// Returns the component of a connection's plug. Checks that it exists, because Spin terminates a component that calls
/// a missing one.
async fn component(id: &ConnectionId, config: &ConnectionConfig) -> Result<String, ApiError> {
    let plugs = variables::required("plugs").await?;
    if plugs.split_whitespace().any(|plug| plug == config.plug) {
        return Ok(config.plug.clone());
    }
    Err(misconfigured(&format!(
        "connection `{}` of account {} has the plug `{}`, but spin.toml has {plugs}: correct the name, or add a \
         component for the plug and append its name to the front component's `plugs`",
        id.name, id.account, config.plug
    )))
}
