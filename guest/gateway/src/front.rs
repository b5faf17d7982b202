//! What the world calls. A request is passed on, as it came, to the component of the plug that is to serve it.

use cordboard_core::refusal::Refusal;
use cordboard_core::types::effect::Failure;
use http::Response;
use spin_sdk::http::{FullBody, Request};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use crate::conference::{find, orphaned};
use crate::crm::{self, Asked};
use crate::owner::{Accounts, Role};
use crate::plugs::crm::{Change, Command, Outcome};
use crate::spin::incoming::Inbound;
use crate::spin::outgoing::pass_on;
use crate::spin::reply::Reply;
use crate::spin::store::Store;
use crate::spin::{self, log, variables};
use crate::{deliveries, events, links};

const MOST_LISTED: usize = 1000;
const USUALLY_LISTED: usize = 100;

/// Answers a request.
pub async fn answer(request: Request) -> Response<FullBody<bytes::Bytes>> {
    spin::answer(request, serve).await
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
                Destination::Component(component) => pass_on(request, &component).await,
                Destination::None(outcome) => crm::encode(&asked, &outcome),
            }
        }
        _ => Err(Refusal::Unknown("address")),
    }
}

/// Where a command goes.
enum Destination {
    /// To the component of the plug, which is called as the plug.
    Component(String),
    /// Nowhere: there is no plug for it, and this is what comes of that.
    None(Outcome),
}

async fn destination(asked: &Asked) -> Result<Destination, Refusal> {
    let accounts = Accounts::read().await?;
    let (account, role) = match &asked.command {
        Command::Create(meeting) => (meeting.account_id, Role::Conferencing),
        Command::VerifyUser(query) => (query.account_id, Role::Conferencing),
        Command::PhoneNumbers(query) => (query.account_id, Role::Telephony),
        Command::Update(Change { conference_id: id, .. }) | Command::Delete(id) => {
            let store = Store::open().await?;
            let conference = find(&store, asked.app.id, id).await?;
            return match accounts.named(conference.account, &conference.connection) {
                Some(plugged) => Ok(Destination::Component(plugged.plug.clone())),
                None => orphaned(asked, &store, conference).await.map(Destination::None),
            };
        }
    };
    let found = accounts.connection(account, role)?;
    Ok(found.map_or_else(|| lacks(account, role), |(_, plugged)| Destination::Component(plugged.plug.clone())))
}

fn lacks(account: u64, role: Role) -> Destination {
    log::say(&format!("the account {account} has no connection for `{}`: name one in `accounts`", role.word()));
    Destination::None(Outcome::Failed(Failure::Unsupported))
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
    if !after.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') {
        return Err(Refusal::Malformed("`after` is a `cursor` or `next` of an answer before".to_owned()));
    }
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
