//! The public component. Forwards each request, unchanged, to the component of the plug that serves it.

use cordboard_core::AccountId;
use cordboard_core::api_error::ApiError;
use cordboard_core::types::effect::Failure;
use http::Response;
use spin_sdk::http::{FullBody, Request};

use crate::conference::{find, orphaned};
use crate::config::{Accounts, ConnectionConfig, Role};
use crate::crm::{self, CrmRequest};
use crate::links;
use crate::plugs::crm::{Change, Command, Outcome};
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
            let (account, name, config) = accounts.ingest(key)?.ok_or(ApiError::NotFound("address"))?;
            forward(request, &component(account, name, config).await?).await
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
                Destination::None(outcome) => crm::encode(&crm_request, &outcome),
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
    let (account, role) = match &crm_request.command {
        Command::Create(meeting) => (&meeting.account_id, Role::Conferencing),
        Command::VerifyUser(query) => (&query.account_id, Role::Conferencing),
        Command::PhoneNumbers(query) => (&query.account_id, Role::Telephony),
        Command::Update(Change { conference_id: id, .. }) | Command::Delete(id) => {
            let store = Store::open().await?;
            let found = find(&store, &crm_request.app.id, id).await?;
            let (account, name) = (&found.record.account, &found.record.connection);
            return match accounts.named(account, name) {
                Some(config) => component(account, name, config).await.map(Destination::Component),
                None => orphaned(crm_request, &store, &found).await.map(Destination::None),
            };
        }
    };
    let account = crm::account(account)?;
    match accounts.connection(&account, role)? {
        Some((name, config)) => component(&account, name, config).await.map(Destination::Component),
        None => {
            warn(&format!("account {account} has no connection for `{}`: name one in `accounts`", role.word()));
            Ok(Destination::None(Outcome::Failed(Failure::Unsupported)))
        }
    }
}

/// Returns the component of a connection's plug. Checks that it exists, because Spin terminates a component that calls
/// a missing one.
async fn component(account: &AccountId, name: &str, config: &ConnectionConfig) -> Result<String, ApiError> {
    let plugs = variables::required("plugs").await?;
    if plugs.split_whitespace().any(|plug| plug == config.plug) {
        return Ok(config.plug.clone());
    }
    Err(misconfigured(&format!(
        "connection `{name}` of account {account} has the plug `{}`, but spin.toml has {plugs}: correct the name, or \
         add a component for the plug and append its name to the front component's `plugs`",
        config.plug
    )))
}
