//! Tests on real files, each in its own directory.

mod commits;
mod conferences;
mod connection_state;
mod encrypted;
mod events;
mod faults;
mod generations;
mod inbound_requests;
mod leftovers;
mod operations;
mod processes;
mod prune;
mod usage;

use cordboard_core::types::effect::{Effect, Exchange, Method, OutboundRequest, OutboundResponse, Piece};
use cordboard_core::types::meeting_event::{
    ConferenceRef, EventData, MeetingEvent, Organization, SessionChange, SessionChanged,
};
use cordboard_store::{
    Change, Committed, Conference, ConnectionId, Ending, EventFilter, InboundRequest, LeftoverFilter, NewEvent,
    Operation, OperationKind, Store, StoreErrorKind, StoredEvent, Verdict,
};
use tempfile::TempDir;

use super::Sqlite;

/// A store in its own directory.
struct Bench {
    directory: TempDir,
    store: Sqlite,
}

impl Bench {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Sqlite::open(directory.path()).unwrap();
        Self { directory, store }
    }

    /// Closes the store and opens its directory again.
    fn reopened(self) -> Self {
        drop(self.store);
        let store = Sqlite::open(self.directory.path()).unwrap();
        Self { directory: self.directory, store }
    }

    async fn commit(&self, changes: impl Into<Vec<Change>>) -> Committed {
        self.store.commit(changes.into()).await.unwrap()
    }

    /// Commits changes that must be rejected, and returns the error.
    async fn refused(&self, changes: impl Into<Vec<Change>>) -> String {
        self.store.commit(changes.into()).await.unwrap_err().to_string()
    }

    async fn events(&self) -> Vec<StoredEvent> {
        self.store.events(&EventFilter { limit: 10_000, ..EventFilter::default() }).await.unwrap()
    }

    /// A connection beside the store's own, to inspect, modify or lock the file.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.directory.path().join("cordboard.db")).unwrap()
    }
}

fn rooms() -> ConnectionId {
    ConnectionId::new(123, "rooms")
}

fn operation(id: &str, kind: OperationKind) -> Operation {
    Operation {
        id: id.to_owned(),
        kind,
        app: Some(54321.into()),
        connection: rooms(),
        plug: "digest".to_owned(),
        conference: None,
        request: None,
        fingerprint: None,
        input: "{\"asked\":1}".to_owned(),
        context: "{}".to_owned(),
        started_at: 1000,
    }
}

fn finish(operation: &str, succeeded: bool) -> Change {
    finish_at(operation, succeeded, 2000)
}

fn finish_at(operation: &str, succeeded: bool, finished_at: u64) -> Change {
    let outcome = format!("outcome of {operation}");
    let ending = Ending { outcome, succeeded, leftover: None, finished_at };
    Change::Finish { operation: operation.to_owned(), ending }
}

fn conference(id: &str, provider_id: &str) -> Conference {
    Conference {
        id: id.to_owned(),
        app: 54321.into(),
        connection: rooms(),
        provider_id: provider_id.to_owned(),
        join_url: "https://meet.example/1".to_owned(),
        details: "Two\nlines".to_owned(),
        user_id: u64::MAX.into(),
        user: "anna@example.com".to_owned(),
        topic: "Überblick".to_owned(),
        start: 0,
        end: u64::MAX,
        created_at: 1500,
        deleted_at: None,
    }
}

fn call(url: &str) -> Effect {
    Effect::Call(OutboundRequest {
        method: Method::Post,
        url: vec![Piece::Text(url.to_owned())],
        headers: vec![("x".to_owned(), vec![])],
        basic: None,
        body: vec![],
        captures: vec![],
        idempotent: false,
    })
}

fn answered(body: &[u8]) -> Exchange {
    Exchange::Answered(OutboundResponse {
        status: 201,
        headers: vec![("location".to_owned(), "/1".to_owned())],
        body: body.to_vec(),
    })
}

fn inbound_request(id: &str, verdict: Verdict, received_at: u64) -> InboundRequest {
    InboundRequest {
        id: id.to_owned(),
        owner: rooms().into(),
        route: "events".to_owned(),
        method: "POST".to_owned(),
        query: "a=b".to_owned(),
        headers: vec![("x-raw".to_owned(), vec![0, 0xff, b'x'])],
        body: vec![0, 159, 146, 150],
        received_at,
        verdict,
        detail: "why".to_owned(),
        plug: "digest".to_owned(),
    }
}

/// An event with this key, about the conference with this provider id.
fn event(key: &str, provider_id: Option<&str>) -> NewEvent {
    NewEvent {
        inbound_request: "delivery".to_owned(),
        connection: rooms(),
        route: "events".to_owned(),
        dedupe_key: key.to_owned(),
        dedupe_within: None,
        event: MeetingEvent {
            source_event: "conference:started".to_owned(),
            occurred_at: Some(1),
            conference: provider_id.map(|id| ConferenceRef { id: id.to_owned(), code: None }),
            organization: Organization { company: None, host: None },
            data: EventData::Session(SessionChanged { change: SessionChange::Started, snapshot: None }),
            dedupe_key: Some(key.to_owned()),
            extras: vec![("/n".to_owned(), "123456789012345678901234567890".to_owned())],
        },
        received_at: 10_000,
    }
}

fn append(key: &str, provider_id: Option<&str>) -> Change {
    Change::AppendEvent(event(key, provider_id))
}

fn alias(provider_id: &str, original: &str) -> Change {
    Change::Alias { connection: rooms(), provider_id: provider_id.to_owned(), original: original.to_owned() }
}
