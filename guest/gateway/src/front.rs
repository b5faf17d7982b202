//! What the world calls. A request is passed on, as it came, to the component of the plug that is to serve it.

use cordboard_core::refusal::Refusal;
use cordboard_core::types::effect::Failure;
use http::Response;
use spin_sdk::http::{FullBody, Request};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::conference::find;
use crate::crm::{self, Asked};
use crate::owner::{Accounts, Role};
use crate::plugs::crm::{Command, Outcome};
use crate::spin::incoming::Inbound;
use crate::spin::outgoing::pass_on;
use crate::spin::reply::Reply;
use crate::spin::store::Store;
use crate::spin::{log, variables};
use crate::{deliveries, events, links};

const MOST_LISTED: usize = 1000;
const USUALLY_LISTED: usize = 100;

/// Answers a request.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    let reply = match Inbound::read(request).await {
        Ok(request) => serve(request).await,
        Err(refusal) => Err(refusal),
    };
    told(reply).response()
}

/// A reply, or the refusal as one: what its owner can do nothing about is not logged.
pub(crate) fn told(reply: Result<Reply, Refusal>) -> Reply {
    reply.unwrap_or_else(|refusal| {
        log::say(&format!("refused with {} ({}): {}", refusal.status(), refusal.reason(), refusal.detail()));
        Reply::from(refusal)
    })
}

async fn serve(request: Inbound) -> Result<Reply, Refusal> {
    match request.path()[..] {
        ["in", key, _] => {
            let accounts = Accounts::read().await?;
            let (_, _, plugged) = accounts.ingest(key).ok_or(Refusal::Unknown("address"))?;
            pass_on(request, &plugged.plug).await
        }
        ["j", link] => match request.method.as_str() {
            "GET" | "HEAD" => links::follow(link).await,
            _ => Err(Refusal::Method(vec!["GET".to_owned(), "HEAD".to_owned()])),
        },
        ["events"] => owner(&request, &["GET", "DELETE"]).await,
        ["deliveries"] => owner(&request, &["GET"]).await,
        [_, _, _] => {
            let asked = crm::decode(&request).await?;
            match destination(&asked).await? {
                Some(component) => pass_on(request, &component).await,
                None => crm::encode(&asked, &Outcome::Failed(Failure::Unsupported)),
            }
        }
        _ => Err(Refusal::Unknown("address")),
    }
}

/// The component that serves a command: it is called as its plug. None where the account has none for it.
async fn destination(asked: &Asked) -> Result<Option<String>, Refusal> {
    let accounts = Accounts::read().await?;
    let (account, role) = match &asked.command {
        Command::Create(meeting) => (meeting.account_id, Role::Conferencing),
        Command::Update(change) => (change.meeting.account_id, Role::Conferencing),
        Command::VerifyUser(query) => (query.account_id, Role::Conferencing),
        Command::PhoneNumbers(query) => (query.account_id, Role::Telephony),
        Command::Delete(id) => {
            let conference = find(&Store::open().await?, asked.app.id, id).await?;
            let by_name = accounts.named(conference.account, &conference.connection);
            if let Some(plugged) = by_name {
                return Ok(Some(plugged.plug.clone()));
            }
            // Its connection is gone; whoever serves the account can say so to its owner.
            (conference.account, Role::Conferencing)
        }
    };
    Ok(accounts.connection(account, role)?.map(|(_, plugged)| plugged.plug.clone()))
}

/// What is kept, for whoever has the token.
async fn owner(request: &Inbound, methods: &[&str]) -> Result<Reply, Refusal> {
    let token = variables::required("admin_token").await?;
    let given = request.header("authorization").and_then(|value| value.strip_prefix(b"Bearer ")).unwrap_or_default();
    if !bool::from(given.ct_eq(token.trim().as_bytes())) {
        return Ok(Reply::stranger());
    }
    if !methods.contains(&request.method.as_str()) {
        return Err(Refusal::Method(methods.iter().map(|method| (*method).to_owned()).collect()));
    }
    let query: Vec<_> = form_urlencoded::parse(request.query().as_bytes()).collect();
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
    let number = |name: &str, default: u64| value(name).map_or(Some(default), |text| text.parse().ok());
    let limit = number("limit", USUALLY_LISTED as u64).filter(|limit| (1..=MOST_LISTED as u64).contains(limit));
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.ok_or_else(|| Refusal::Malformed(format!("`limit` is a number from 1 to {MOST_LISTED}")))?;
    let store = Store::open().await?;
    let after = value("after").unwrap_or_default();
    let listed = match (request.path()[..].first(), request.method.as_str()) {
        (Some(&"deliveries"), _) => deliveries::list(&store, after, limit).await?,
        (_, "DELETE") => {
            let before = value("before").and_then(|text| text.parse().ok());
            let wanted = "`before` is a time in epoch milliseconds: events that came before it are forgotten";
            let before = before.ok_or_else(|| Refusal::Malformed(wanted.to_owned()))?;
            events::forget(&store, before, limit).await?
        }
        _ => events::list(&store, after, limit).await?,
    };
    Ok(Reply::json(&listed))
}
