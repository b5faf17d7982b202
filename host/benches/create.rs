//! What a create costs: verify, decode, plug, encode, and the commit apart; then the whole flow with everything in it.
//!
//! `cargo bench -p cordboard` prints times of this machine; compare them with each other, not with those of another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench"
)]

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use cordboard::clock::now;
use cordboard::contract::crm::{Command, Created, Outcome};
use cordboard::contract::effect::Context;
use cordboard::contract::http::WebhookRequest;
use cordboard::flow::{Head, RawRequest};
use cordboard::plug::{Engine, Options, Plug, builtin};
use cordboard::store::sqlite::Sqlite;
use cordboard::store::{Change, Conference, ConnectionId, Ending, Operation, OperationKind, Store};
use cordboard::{Bridge, Config};
use cordboard_core::signature_scheme::{self, Incoming};
use cordboard_emulator::hubspot::webhooks::sign;
use criterion::{Criterion, criterion_group, criterion_main};

const SECRET: &str = "3f1c2f0e-7a7b-4c43-9a51-0d6a7a0c9b11";
const URL: &str = "http://127.0.0.1:8080/hubspot/54321/create-meeting";

fn body(number: u64) -> String {
    format!(
        r#"{{"portalId":123123,"userId":123,"userEmail":"test.user@example.com","topic":"A Test Meeting","source":"MEETINGS","startTime":{},"endTime":1534201200000}}"#,
        1_534_197_600_000 + number
    )
}

fn signed(body: &str, at: u64) -> Vec<(String, Vec<u8>)> {
    let signature = sign::v3(SECRET, "POST", URL, body.as_bytes(), at);
    vec![
        ("content-type".to_owned(), b"application/json".to_vec()),
        ("x-hubspot-signature-v3".to_owned(), signature.into_bytes()),
        ("x-hubspot-request-timestamp".to_owned(), at.to_string().into_bytes()),
    ]
}

fn load(engine: &Engine, name: &str) -> Plug {
    engine.load(builtin::find(name).unwrap()).unwrap()
}

fn context() -> Context {
    Context {
        settings: vec![
            ("host".to_owned(), "https://meet.example.org".to_owned()),
            ("room-pattern".to_owned(), "{random}".to_owned()),
        ],
        secrets: Vec::new(),
        state: Vec::new(),
        now: now(),
        random: vec![7; 16],
        exchanges: Vec::new(),
    }
}

fn parts(criterion: &mut Criterion) {
    let engine = Engine::new(&Options::default()).unwrap();
    let (crm, provider) = (load(&engine, "hubspot"), load(&engine, "jitsi"));
    let mut group = criterion.benchmark_group("create");

    let text = body(0);
    let at = now();
    let headers = signed(&text, at);
    let borrowed: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let incoming = Incoming { method: "POST", url: URL, headers: &borrowed, body: text.as_bytes() };
    let secrets = [("client-secret", vec![SECRET.to_owned()])];
    let route = crm.routes().iter().find(|route| route.name == "create-meeting").unwrap();
    group.bench_function("verify", |bencher| {
        bencher.iter(|| signature_scheme::verify(route, secrets.as_slice(), None, black_box(&incoming), at).unwrap());
    });

    let request = WebhookRequest {
        route: "create-meeting".to_owned(),
        method: "POST".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: text.clone().into_bytes(),
        received_at: at,
    };
    let context = context();
    group.bench_function("decode", |bencher| {
        bencher.iter(|| crm.decode(&context, black_box(&request)).unwrap().unwrap());
    });
    let Command::Create(meeting) = crm.decode(&context, &request).unwrap().unwrap() else { panic!("not a create") };
    group.bench_function("plug", |bencher| {
        bencher.iter(|| provider.create(&context, black_box(&meeting)).unwrap().unwrap());
    });
    let conference = provider.create(&context, &meeting).unwrap().unwrap();
    let outcome = Outcome::Created(Created { id: "0".repeat(32), conference });
    group.bench_function("encode", |bencher| {
        bencher.iter(|| crm.encode(&context, black_box(&outcome)).unwrap());
    });
    group.finish();
}

fn changes(number: u64) -> Vec<Change> {
    let connection = ConnectionId::new(123_123, "rooms");
    let operation = Operation {
        id: format!("{number:032x}"),
        kind: OperationKind::Create,
        app: Some(54_321.into()),
        connection: connection.clone(),
        plug: "sha256:".to_owned(),
        conference: Some(format!("{number:032x}")),
        request: Some(format!("{number:064x}")),
        fingerprint: Some(format!("{number:064x}")),
        input: body(number),
        context: "{}".to_owned(),
        started_at: 1,
    };
    let conference = Conference {
        id: format!("{number:032x}"),
        app: 54_321.into(),
        connection,
        provider_id: format!("{number:032x}"),
        join_url: "https://meet.example.org/room".to_owned(),
        details: String::new(),
        user_id: 123.into(),
        user: "test.user@example.com".to_owned(),
        topic: "A Test Meeting".to_owned(),
        start: 1,
        end: 2,
        created_at: 1,
        deleted_at: None,
    };
    let ending = Ending { outcome: "{}".to_owned(), succeeded: true, leftover: None, finished_at: 2 };
    let finish = Change::Finish { operation: operation.id.clone(), ending };
    vec![Change::Begin(operation), Change::PutConference(conference), finish]
}

fn commit(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(folder.path()).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut number = 0;
    let mut group = criterion.benchmark_group("commit");
    group.bench_function("alone", |bencher| {
        bencher.iter(|| {
            number += 1;
            runtime.block_on(store.commit(changes(number))).unwrap()
        });
    });
    // Commits that come at once share one write to the disk.
    group.bench_function("of 64 at once, each", |bencher| {
        bencher.iter_custom(|iterations| {
            let started = std::time::Instant::now();
            let rounds = iterations.div_ceil(64);
            for _ in 0..rounds {
                runtime.block_on(async {
                    let mut tasks = tokio::task::JoinSet::new();
                    for _ in 0..64 {
                        number += 1;
                        let (store, changes) = (Arc::clone(&store), changes(number));
                        tasks.spawn(async move { store.commit(changes).await.unwrap() });
                    }
                    while let Some(done) = tasks.join_next().await {
                        done.unwrap();
                    }
                });
            }
            started.elapsed().mul_f64(iterations as f64 / (rounds * 64) as f64)
        });
    });
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        r#"
        public-url = "http://127.0.0.1:8080"
        data-dir = {:?}
        [app.54321]
        plug = "hubspot"
        settings = {{ client-secret = "{SECRET}" }}
        [account.123123]
        name = "acme"
        app = 54321
        conferencing = "rooms"
        limits.requests-per-second = 1000000
        [account.123123.connection.rooms]
        plug = "jitsi"
        settings = {{ host = "https://meet.example.org" }}
        "#,
        folder.path()
    );
    let config = Config::parse(&config, folder.path(), &|_| None).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bridge = runtime.block_on(Bridge::start(&config)).unwrap();
    let mut number = 0;
    criterion.bench_function("flow, request to reply, commit included", |bencher| {
        bencher.iter(|| {
            number += 1;
            let at = now();
            let text = body(number);
            let head = Head {
                method: "POST".to_owned(),
                route: "create-meeting".to_owned(),
                url: URL.to_owned(),
                query: String::new(),
                headers: signed(&text, at),
                body_length: Some(text.len()),
                received_at: at,
            };
            let to = bridge.crm().for_app("hubspot", "54321", &head, text.len()).unwrap();
            let request = RawRequest { head, body: Bytes::from(text) };
            let reply = runtime.block_on(bridge.crm().answer(&to, request));
            assert_eq!(reply.status, 200);
        });
    });
    runtime.block_on(bridge.stop());
}

criterion_group!(benches, parts, commit, whole);
criterion_main!(benches);
