//! A provider plug with mistakes, which the conformance tests must find.
//!
//! It must not depend on the conformance tests, which know it only as a file.
//!
//! One mistake is always there: the setting `api-token` is open. The setting `slip` selects another:
//!
//! | slip | mistake |
//! |---|---|
//! | `none` | none |
//! | `unset` | traps without the setting `address` |
//! | `unchecked` | builds a link from any `address` |
//! | `insists` | sends a request again for as long as the answer is 500 |
//! | `elsewhere` | calls a host that it does not declare |
//! | `bearer` | writes its token into a header as text |
//! | `hoards` | stores too much state |
//! | `muddles` | reports refused credentials and too many requests as `unavailable` |
//! | `brittle` | traps if a webhook is not JSON |
//! | `redirects` | answers a webhook with 302 |
//! | `long-key` | returns a dedupe key of 300 bytes |
//! | `new-key` | returns a new dedupe key each time |
//! | `untitled` | traps if a meeting has no title |
//! | `linkless` | returns an invalid link |
//! | `renames` | changes the id in an update |
//! | `keeps` | fails to delete what is already deleted |
//! | `nameless` | returns an empty id for a user |
//! | `unable` | cannot delete, though it declares that it can |

use cordboard_plug::effect::{Method, StateEntry};
use cordboard_plug::http::JsonBody;
use cordboard_plug::manifest::{Authenticity, IfUnset, Route, UpdateMode};
use cordboard_plug::meeting_event::{
    ConferenceRef, EventData, MeetingEvent, Organization, SessionChange, SessionChanged,
};
use cordboard_plug::settings::inbound;
use cordboard_plug::{
    Conference, Context, Description, Document, Failure, Meeting, Provider, Receipt, Rejection, Request, Response,
    Setting, WebhookRequest, WebhookResponse,
};

const ADDRESS: Setting<String> = Setting::new("address", "The server").required();
const TOKEN: Setting<String> = Setting::new("api-token", "What proves us").or("token");
const SLIP: Setting<String> = Setting::new("slip", "What is wrong").or("none");

/// The plug.
pub struct Careless;

impl Provider for Careless {
    fn describe() -> Description {
        let mut description = cordboard_plug::describe("careless", "Has mistakes", env!("CARGO_PKG_VERSION"));
        description.settings = vec![
            ADDRESS.declared(),
            TOKEN.declared(),
            SLIP.declared(),
            inbound("hook-token", "What senders prove themselves with", false),
        ];
        description.routes = vec![Route {
            name: "events".to_owned(),
            summary: "A room was opened".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: Vec::new(),
            authenticity: Authenticity::SharedSecret("x-token".to_owned()),
            secrets: vec!["hook-token".to_owned()],
            if_unset: IfUnset::Refuse,
            headers: Vec::new(),
        }];
        description.capabilities.creates = true;
        description.capabilities.updates = UpdateMode::InPlace;
        description.capabilities.deletes = true;
        description.outbound_hosts = vec!["{address}".to_owned()];
        description
    }

    async fn create(context: &Context<'_>, meeting: Meeting) -> Result<Conference, Failure> {
        let address = address(context)?;
        if has(context, "untitled") && meeting.topic.is_empty() {
            trap();
        }
        if has(context, "hoards") {
            let entry = |number: u32| StateEntry { key: number.to_string(), value: String::new(), expires_at: None };
            context.state.set((0..200).map(entry).collect()).await;
        }
        let url = if has(context, "elsewhere") { "https://elsewhere.example.net" } else { &address };
        let mut request = Request::post(format!("{url}/rooms")).json(JsonBody::new().member("title", meeting.topic));
        if has(context, "bearer") {
            request = request.header("authorization", format!("Bearer {}", context.settings.get(&TOKEN)?));
        }
        send(context, request).await?;
        let join_url = if has(context, "linkless") { "rooms/7".to_owned() } else { format!("{address}/7") };
        Ok(Conference { id: "7".to_owned(), join_url, details: String::new() })
    }

    async fn update(context: &Context<'_>, current: Conference, _meeting: Meeting) -> Result<Conference, Failure> {
        send(context, Request::new(Method::Put, format!("{}/rooms/7", address(context)?))).await?;
        let id = if has(context, "renames") { format!("{}-2", current.id) } else { current.id };
        Ok(Conference { id, ..current })
    }

    async fn delete(context: &Context<'_>, _current: Conference) -> Result<(), Failure> {
        if has(context, "unable") {
            return Err(Failure::Unsupported);
        }
        let request = Request::new(Method::Delete, format!("{}/rooms/7", address(context)?));
        match send(context, request).await {
            Err(Failure::NotFound) if !has(context, "keeps") => Ok(()),
            Err(Failure::NotFound) => Err(Failure::Unavailable("the room is gone".to_owned())),
            other => other.map(drop),
        }
    }

    async fn verify_user(context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        Ok(Some(if has(context, "nameless") { String::new() } else { email }))
    }

    async fn receive(context: &Context<'_>, request: WebhookRequest) -> Result<Receipt, Rejection> {
        let mut body = match Document::parse(&request.body) {
            Err(_) if has(context, "brittle") => trap(),
            parsed => parsed?,
        };
        let room = body.id("/room").ok_or_else(|| Rejection::Malformed("`room` is missing: send it".to_owned()))?;
        let dedupe_key = match () {
            () if has(context, "long-key") => Some("k".repeat(300)),
            () if has(context, "new-key") => Some(context.random.hex()),
            () => None,
        };
        let event = MeetingEvent {
            source_event: "opened".to_owned(),
            occurred_at: None,
            conference: Some(ConferenceRef { id: room, code: None }),
            organization: Organization { company: None, host: None },
            data: EventData::Session(SessionChanged { change: SessionChange::Started, snapshot: None }),
            dedupe_key,
            extras: body.into_extras(),
        };
        let status = if has(context, "redirects") { 302 } else { 204 };
        let response = WebhookResponse { status, headers: Vec::new(), body: Vec::new() };
        Ok(Receipt { response, events: vec![event] })
    }
}

fn has(context: &Context<'_>, slip: &str) -> bool {
    context.settings.all(SLIP.key()).any(|one| one == slip)
}

fn address(context: &Context<'_>) -> Result<String, Failure> {
    let address = match context.settings.find(&ADDRESS)? {
        None if has(context, "unset") => trap(),
        _ => context.settings.get(&ADDRESS)?,
    };
    let host = address.strip_prefix("https://").unwrap_or_default();
    let is_host = host.starts_with(|char: char| char.is_ascii_alphabetic())
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    if is_host || has(context, "unchecked") {
        return Ok(address);
    }
    Err(Failure::Invalid("the setting `address` is no address: correct it".to_owned()))
}

async fn send(context: &Context<'_>, request: Request) -> Result<Response, Failure> {
    let mut response = context.http.send(request.clone()).await?;
    while has(context, "insists") && response.status() == 500 {
        response = context.http.send(request.clone()).await?;
    }
    match response.status() {
        200..300 => Ok(response),
        404 => Err(Failure::NotFound),
        status if has(context, "muddles") => Err(Failure::Unavailable(format!("the server answered {status}"))),
        401 | 403 => Err(Failure::CredentialsRejected),
        429 => Err(Failure::RateLimited(response.retry_after())),
        status => Err(Failure::Unavailable(format!("the server answered {status}"))),
    }
}

fn trap() -> ! {
    std::process::abort()
}

cordboard_plug::export!(provider: Careless);
