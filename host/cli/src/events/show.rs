//! `cordboard events show`

use std::process::ExitCode;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use serde_json::{Value, json};

use crate::terminal::{Output, excerpt, labeled, plain, plain_lines};
use crate::{CliError, ConfigFile};
use cordboard::events::{json, kind, rfc3339};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{EventFilter, InboundRequest, OwnerId, Store, StoredEvent};

use super::open;

/// Bytes of a body in the text output; `--json` prints all of it.
const SHOWN_TEXT: usize = 16 << 10;
const SHOWN_BYTES: usize = 256;
/// Events read at a time when searching for those of a request.
const PAGE: usize = 1000;

#[derive(Debug, Args)]
#[command(after_help = "\
Prints the event with the raw webhook request that reported it, and what became
of that request. One request can report several events, or none.

Examples:
  cordboard events show 12
  cordboard events show 0f1e2d3c4b5a69788796a5b4c3d2e1f0 --json")]
pub struct Show {
    #[command(flatten)]
    config: ConfigFile,
    /// Sequence number of an event, or ID of a webhook request (32 hexadecimal digits).
    #[arg(value_name = "SEQUENCE|REQUEST")]
    which: String,
    /// Print a JSON object with the members `events` and `request`.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Show) -> Result<ExitCode, CliError> {
    let store = open(&args.config)?;
    let (events, request) = find(&store, &args.which).await?;
    Output { json: args.json }.print(
        || {
            let events: Vec<_> = events.iter().map(json::event).collect();
            json!({ "events": events, "request": request.as_ref().map(request_json) })
        },
        || {
            let event = |event: &StoredEvent| {
                let pretty = plain_lines(&format!("{:#}", json::event(event)));
                format!("Event {}: {}\n{pretty}\n", event.sequence, kind(&event.event.event.data))
            };
            let lost = || "Its webhook request is no longer stored.\n".to_owned();
            events.iter().map(event).collect::<String>() + &request.as_ref().map_or_else(lost, request_text)
        },
    )
}

/// Finds an event with its webhook request, or a request with its events.
async fn find(store: &Sqlite, which: &str) -> Result<(Vec<StoredEvent>, Option<InboundRequest>), CliError> {
    if which.len() == 32 && which.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let id = which.to_ascii_lowercase();
        let request = store.inbound_request(&id).await?.ok_or_else(|| {
            CliError::new(format!(
                "no webhook request {id}: use the `requestId` of an event from `cordboard events list --json`"
            ))
        })?;
        return Ok((reported_by(store, &request).await?, Some(request)));
    }
    let sequence = which.parse::<u64>().map_err(|_| {
        CliError::new(format!(
            "`{}` is neither a sequence number nor the ID of a request (32 hexadecimal digits): use one from \
             `cordboard events list`",
            excerpt(which)
        ))
    })?;
    let filter = EventFilter { after: sequence.saturating_sub(1), limit: 1, ..EventFilter::default() };
    let found = store.events(&filter).await?.into_iter().next().filter(|event| event.sequence == sequence);
    let event = found.ok_or_else(|| {
        CliError::new(format!("no event {sequence}: use a sequence number from `cordboard events list`"))
    })?;
    let request = store.inbound_request(&event.event.inbound_request).await?;
    Ok((vec![event], request))
}

/// Finds the events that a request reported.
async fn reported_by(store: &Sqlite, request: &InboundRequest) -> Result<Vec<StoredEvent>, CliError> {
    let mut found = Vec::new();
    let mut filter = EventFilter { account: request.owner.account().cloned(), limit: PAGE, ..EventFilter::default() };
    loop {
        let page = store.events(&filter).await?;
        let Some(last) = page.last() else { return Ok(found) };
        filter.after = last.sequence;
        found.extend(page.into_iter().filter(|event| event.event.inbound_request == request.id));
    }
}

fn request_json(request: &InboundRequest) -> Value {
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| json!([name, String::from_utf8_lossy(value)])).collect();
    let text = std::str::from_utf8(&request.body).ok();
    let (app, connection) = match &request.owner {
        OwnerId::App(app) => (Some(app), None),
        OwnerId::Connection(connection) => (None, Some(connection)),
    };
    json!({
        "id": request.id,
        "app": app,
        "account": connection.map(|connection| &connection.account),
        "connection": connection.map(|connection| &connection.name),
        "route": request.route,
        "method": request.method,
        "query": request.query,
        "headers": headers,
        "receivedAt": rfc3339(request.received_at),
        "verdict": request.verdict.word(),
        "detail": request.detail,
        "plug": request.plug,
        "body": text,
        "bodyBase64": text.is_none().then(|| BASE64_STANDARD.encode(&request.body)),
    })
}

fn request_text(request: &InboundRequest) -> String {
    let mut text = format!("Webhook request {} to {}\n", request.id, plain(&request.owner.to_string()));
    text += &labeled("request", &format!("{} {}", request.method, request.route));
    text += &labeled("received", &rfc3339(request.received_at).unwrap_or_default());
    text += &labeled("verdict", request.verdict.word());
    if !request.detail.is_empty() {
        text += &labeled("why", &request.detail);
    }
    text += &labeled("plug", &request.plug);
    if !request.query.is_empty() {
        text += &labeled("query", &request.query);
    }
    for (name, value) in &request.headers {
        text += &labeled("header", &format!("{name}: {}", String::from_utf8_lossy(value)));
    }
    text += &labeled("body", &format!("{} bytes", request.body.len()));
    text + &body(&request.body)
}

/// Formats a body as text if it is UTF-8, and otherwise its first bytes in hexadecimal.
fn body(body: &[u8]) -> String {
    let (shown, limit) = match std::str::from_utf8(body) {
        Ok(text) => (plain_lines(text.get(..text.floor_char_boundary(SHOWN_TEXT)).unwrap_or(text)), SHOWN_TEXT),
        Err(_) => {
            let lines = body.get(..SHOWN_BYTES).unwrap_or(body).chunks(24);
            (lines.fold(String::new(), |text, line| text + &hex(line) + "\n"), SHOWN_BYTES)
        }
    };
    let rest = body.len().saturating_sub(limit);
    if rest == 0 { shown } else { format!("{shown}(about {rest} more bytes: use --json to see them)\n") }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x} ")).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use cordboard::contract::meeting_event::{
        ConferenceRef, EventData, MeetingEvent, Organization, SessionChange, SessionChanged,
    };
    use cordboard::store::{Change, Conference, ConnectionId, NewEvent, Verdict};

    const TIME: u64 = 1_661_374_615_000;

    pub(in crate::events) fn stored() -> StoredEvent {
        let conference = Conference {
            id: "c".repeat(32),
            app: 54_321.into(),
            connection: connection(),
            provider_id: "1258835".to_owned(),
            join_url: "https://meet.example.com/1258835".to_owned(),
            details: String::new(),
            user_id: 123.into(),
            user: "ann@example.com".to_owned(),
            topic: "Plans".to_owned(),
            start: TIME,
            end: TIME,
            created_at: TIME,
            deleted_at: None,
        };
        StoredEvent { sequence: 12, event: fresh("d", "key"), conference: Some(conference) }
    }

    fn connection() -> ConnectionId {
        ConnectionId::new(123_123, "portal")
    }

    pub(in crate::events) fn fresh(inbound_request: &str, key: &str) -> NewEvent {
        NewEvent {
            inbound_request: inbound_request.repeat(32),
            connection: connection(),
            route: "events".to_owned(),
            dedupe_key: key.to_owned(),
            dedupe_within: None,
            event: MeetingEvent {
                source_event: "conference_start".to_owned(),
                occurred_at: Some(TIME),
                conference: Some(ConferenceRef { id: "1258835".to_owned(), code: None }),
                organization: Organization { company: None, host: None },
                data: EventData::Session(SessionChanged { change: SessionChange::Started, snapshot: None }),
                dedupe_key: Some(key.to_owned()),
                extras: Vec::new(),
            },
            received_at: TIME,
        }
    }

    fn inbound_request(id: &str) -> InboundRequest {
        InboundRequest {
            id: id.repeat(32),
            owner: connection().into(),
            route: "events".to_owned(),
            method: "POST".to_owned(),
            query: String::new(),
            headers: vec![("x-kind".to_owned(), b"a\x1b[2J".to_vec())],
            body: b"{\"a\": \"\xc2\x9b2J\"}".to_vec(),
            received_at: TIME,
            verdict: Verdict::Accepted,
            detail: String::new(),
            plug: format!("sha256:{}", "a".repeat(64)),
        }
    }

    #[tokio::test]
    async fn events_are_found_by_number_and_requests_by_id() {
        let folder = tempfile::tempdir().unwrap();
        let served = Sqlite::open(folder.path()).unwrap();
        let changes = vec![
            Change::PutInboundRequest(inbound_request("a")),
            Change::AppendEvent(fresh("a", "1")),
            Change::AppendEvent(fresh("a", "2")),
            Change::PutInboundRequest(inbound_request("b")),
            Change::AppendEvent(fresh("b", "3")),
            Change::AppendEvent(fresh("e", "4")),
        ];
        served.commit(changes).await.unwrap();
        let store = Sqlite::open_read_only(folder.path()).unwrap();
        let keys = |events: &[StoredEvent]| events.iter().map(|e| e.event.dedupe_key.clone()).collect::<Vec<_>>();

        let (events, found) = find(&store, "2").await.unwrap();
        assert_eq!((keys(&events), found.unwrap().id), (vec!["2".to_owned()], "a".repeat(32)));
        let (events, found) = find(&store, &"A".repeat(32)).await.unwrap();
        assert_eq!((keys(&events), found.unwrap().id), (vec!["1".to_owned(), "2".to_owned()], "a".repeat(32)));
        let (events, found) = find(&store, "4").await.unwrap();
        assert_eq!((keys(&events), found.is_none()), (vec!["4".to_owned()], true));
        for wrong in ["0", "5", "-1", "x\u{1b}", &"f".repeat(32)] {
            let error = find(&store, wrong).await.unwrap_err().to_string();
            assert!(error.contains("`cordboard events list") && !error.contains('\u{1b}'), "{error}");
        }
    }

    #[test]
    fn requests_are_shown_in_full_with_control_characters_escaped() {
        let text = request_text(&inbound_request("a"));
        assert!(text.contains(r#"{"a": "\u{9b}2J"}"#) && text.contains(r"x-kind: a\u{1b}[2J"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.chars().all(|char| char == '\n' || !char.is_control()));
    }

    #[test]
    fn long_bodies_are_truncated() {
        assert_eq!(body(b"a\r\nb\tc"), "a\nb\\u{9}c\n");
        assert_eq!(body(b"\xff\x00"), "ff 00\n");
        let long = body("é".repeat(SHOWN_TEXT).as_bytes());
        assert!(long.ends_with("(about 16384 more bytes: use --json to see them)\n"));
        let long = body(&[0xff; 300]);
        assert!(long.ends_with("(about 44 more bytes: use --json to see them)\n"), "{long}");
        assert!(long.lines().all(|line| line.chars().count() <= 80));
        let written = request_json(&InboundRequest { body: vec![0xff], ..inbound_request("a") });
        assert_eq!((&written["body"], &written["bodyBase64"]), (&Value::Null, &json!("/w==")));
        assert_eq!(request_json(&inbound_request("a"))["body"], "{\"a\": \"\u{9b}2J\"}");
    }
}
