//! A plug that does what no plug should. Its open setting `mode` says what, for every operation:
//!
//! | mode | what it does |
//! |---|---|
//! | `ok`, or none | answers |
//! | `event` | answers, and tells of one event: it behaves |
//! | `loop` | runs for ever |
//! | `memory` | takes all memory that there is |
//! | `recursion` | calls itself for ever |
//! | `trap` | breaks off |
//! | `flood` | gives a result of 12 MiB |
//! | `unreadable` | gives a text that is not UTF-8 |
//! | `rubbish` | gives what the contract's types allow and its words do not: status 999, a link that is none |
//! | `endless` | asks for another effect whenever it has had one |
//! | `differently` | asks for another address in each run of one operation |
//! | `host:URL` | asks to call any address |
//! | `redirect:URL` | likewise, and then where the answer points to |
//! | `crlf` | asks for a header with a line break, to the setting `url` |
//! | `steal` | asks to put its inbound secret `token` into a request to the setting `url` |
//! | `spend` | likewise its outbound secret `key`, which is in order |
//!
//! Where its effects were done it answers with what it saw of the last, so that a test can see the same. It implements
//! the contract without the kit's traits, which would keep it from much of this.

#![allow(clippy::result_large_err, reason = "the contract's own type")]

mod harm;

use cordboard_plug::contract::provider::{Guest, ReceivePause};
use cordboard_plug::effect::{Context, Effect, Escape, Exchange, Method, OutboundRequest, Pause, Piece, Secret};
use cordboard_plug::manifest::{Authenticity, IfUnset, Route, UpdateMode};
use cordboard_plug::meeting_event::{Happening, MeetingEvent, Organization, SessionChange, SessionChanged};
use cordboard_plug::settings::{inbound, outbound};
use cordboard_plug::{
    Conference, Description, Failure, Header, Meeting, Receipt, Rejection, Setting, WebhookRequest, WebhookResponse,
};

const MODE: Setting<String> = Setting::new("mode", "What to do").or("ok");
const URL: Setting<String> = Setting::new("url", "The host that may be called, as host:port").or("localhost");

/// A plug that does what no plug should.
pub struct Hostile;

impl Guest for Hostile {
    fn describe() -> Description {
        let mut description =
            cordboard_plug::describe("hostile", "Does what no plug should", env!("CARGO_PKG_VERSION"));
        description.settings = vec![
            MODE.declared(),
            URL.declared(),
            inbound("token", "What senders prove themselves with", false),
            outbound("key", "What proves us to the host that may be called", false),
        ];
        description.routes = vec![Route {
            name: "hook".to_owned(),
            summary: "Whenever a test wants".to_owned(),
            methods: vec!["POST".to_owned()],
            media_types: Vec::new(),
            authenticity: Authenticity::SharedSecret("x-token".to_owned()),
            secrets: vec!["token".to_owned()],
            if_unset: IfUnset::Refuse,
            headers: Vec::new(),
        }];
        description.capabilities.creates = true;
        description.capabilities.updates = UpdateMode::MayChangeLink;
        description.capabilities.deletes = true;
        description.capabilities.knows_users = true;
        description.outbound_hosts = vec!["{url}".to_owned()];
        description
    }

    fn create(context: Context, _meeting: Meeting) -> Result<Conference, Pause> {
        conference(&context)
    }

    fn update(context: Context, _current: Conference, _meeting: Meeting) -> Result<Conference, Pause> {
        conference(&context)
    }

    fn delete(context: Context, _current: Conference) -> Result<(), Pause> {
        conference(&context).map(|_| ())
    }

    fn verify_user(context: Context, _email: String) -> Result<Option<String>, Pause> {
        conference(&context).map(|conference| Some(conference.id))
    }

    fn receive(context: Context, _request: WebhookRequest) -> Result<Receipt, ReceivePause> {
        let (status, name) = match mode(&context) {
            "rubbish" => (999, "content-type\r\nx-injected"),
            _ => (202, "content-type"),
        };
        let header = Header { name: name.to_owned(), value: b"text/plain".to_vec() };
        let text = act(&context).map_err(|stop| match stop {
            Stop::Wanted(effect) => ReceivePause::Effect(effect),
            Stop::Unknown => ReceivePause::Rejected(Rejection::Unsupported(UNKNOWN.to_owned())),
        })?;
        let response = WebhookResponse { status, headers: vec![header], body: vec![Piece::Text(text)] };
        let events = if mode(&context) == "event" { vec![event()] } else { Vec::new() };
        Ok(Receipt { response, events })
    }
}

const UNKNOWN: &str = "the setting `mode` has a value that this plug does not know";

/// Why there is no answer.
enum Stop {
    Wanted(Effect),
    Unknown,
}

fn conference(context: &Context) -> Result<Conference, Pause> {
    let details = act(context).map_err(|stop| match stop {
        Stop::Wanted(effect) => Pause::Effect(effect),
        Stop::Unknown => Pause::Failed(Failure::Invalid(UNKNOWN.to_owned())),
    })?;
    Ok(match mode(context) {
        "rubbish" => Conference { id: String::new(), join_url: "javascript:alert(1)\r\n".to_owned(), details },
        _ => Conference { id: "hostile-1".to_owned(), join_url: "https://hostile.example/1".to_owned(), details },
    })
}

fn event() -> MeetingEvent {
    MeetingEvent {
        source_event: "hook".to_owned(),
        occurred_at: None,
        conference: None,
        organization: Organization { company: None, host: None },
        happening: Happening::Session(SessionChanged { change: SessionChange::Started, snapshot: None }),
        dedupe_key: None,
        extras: Vec::new(),
    }
}

/// Does as the mode says; the answer is what it saw.
fn act(context: &Context) -> Result<String, Stop> {
    let url = || format!("https://{}/", setting(context, URL.key()).unwrap_or("localhost"));
    let done = context.exchanges.len();
    match mode(context) {
        "ok" | "event" => Ok("ok".to_owned()),
        "rubbish" => Ok("\u{1b}[31m\u{0}\r\n".to_owned()),
        "loop" => harm::run_for_ever(),
        "memory" => harm::take_all_memory(),
        "recursion" => Ok(harm::recurse(1).to_string()),
        "trap" => harm::break_off(),
        "flood" => Ok("x".repeat(12 << 20)),
        "unreadable" => Ok(harm::unreadable()),
        "endless" => Err(wanted(get(url()))),
        "differently" if done < 3 => Err(wanted(get(format!("{}{done}", url())))),
        "crlf" if done == 0 => {
            let header = ("x-line".to_owned(), vec![Piece::Text("a\r\nx-injected: b".to_owned())]);
            Err(wanted(OutboundRequest { headers: vec![header], ..get(url()) }))
        }
        "steal" if done == 0 => Err(wanted(get_with(url(), "token"))),
        "spend" if done == 0 => Err(wanted(get_with(url(), "key"))),
        "differently" | "crlf" | "steal" | "spend" => Ok(seen(context)),
        mode => match (mode.split_once(':'), done) {
            (Some(("host" | "redirect", address)), 0) => Err(wanted(get(address.to_owned()))),
            (Some(("redirect", _)), 1) => match location(context) {
                Some(address) => Err(wanted(get(address))),
                None => Ok(seen(context)),
            },
            (Some(("host" | "redirect", _)), _) => Ok(seen(context)),
            _ => Err(Stop::Unknown),
        },
    }
}

fn wanted(request: OutboundRequest) -> Stop {
    Stop::Wanted(Effect::Call(request))
}

fn get(url: String) -> OutboundRequest {
    OutboundRequest {
        method: Method::Get,
        url: vec![Piece::Text(url)],
        headers: Vec::new(),
        basic: None,
        body: Vec::new(),
        seals: Vec::new(),
        repeatable: true,
    }
}

/// With a secret in the header `authorization` and in the address.
fn get_with(url: String, key: &str) -> OutboundRequest {
    let secret = |escape| Piece::Secret(Secret { key: key.to_owned(), escape });
    let mut request = get(format!("{url}?secret="));
    request.url.push(secret(Escape::Url));
    request.headers.push(("authorization".to_owned(), vec![Piece::Text("Bearer ".to_owned()), secret(Escape::None)]));
    request
}

/// What came of the last effect.
fn seen(context: &Context) -> String {
    match context.exchanges.last() {
        Some(Exchange::Answered(answer)) => {
            format!("answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body))
        }
        Some(Exchange::Failed(failure)) => format!("failed: {failure:?}"),
        Some(Exchange::Done) => "done".to_owned(),
        None => "nothing".to_owned(),
    }
}

fn location(context: &Context) -> Option<String> {
    let Some(Exchange::Answered(answer)) = context.exchanges.last() else { return None };
    answer.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone())
}

fn mode(context: &Context) -> &str {
    setting(context, MODE.key()).unwrap_or("ok")
}

fn setting<'a>(context: &'a Context, key: &str) -> Option<&'a str> {
    context.settings.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

cordboard_plug::export!(provider: Hostile);
