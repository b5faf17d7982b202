//! The limits of a call: a hostile plug can only waste its own call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use cordboard::contract::conference::{Conference, Meeting, Person};
use cordboard::contract::effect::{Context, Effect, Exchange, OutboundFailure, Pause, Piece};
use cordboard::contract::http::WebhookRequest;
use cordboard::contract::provider::ReceivePause;
use cordboard::plug::{CallError, Class, Engine, Options, Plug, Role};
use cordboard_tests::HOSTILE;
use cordboard_tests::fixtures::with_memories;

static PLUG: LazyLock<Plug> = LazyLock::new(|| Engine::new(&Options::default()).unwrap().load(HOSTILE).unwrap());

fn context(mode: &str) -> Context {
    Context {
        settings: vec![("mode".to_owned(), mode.to_owned()), ("url".to_owned(), "a.example".to_owned())],
        secrets: vec!["token".to_owned(), "key".to_owned()],
        state: Vec::new(),
        now: 0,
        random: vec![0; 16],
        exchanges: Vec::new(),
    }
}

fn after(mode: &str, exchanges: usize) -> Context {
    let failed = Exchange::Failed(OutboundFailure::Unreachable);
    Context { exchanges: vec![failed; exchanges], ..context(mode) }
}

fn create(context: &Context) -> Result<Result<Conference, Pause>, CallError> {
    PLUG.create(context, &meeting())
}

fn meeting() -> Meeting {
    Meeting {
        topic: "Review".to_owned(),
        start: 0,
        end: 1,
        user_id: "7".to_owned(),
        user: Person::Email("ada@example.com".to_owned()),
        account_id: "123".to_owned(),
        source: None,
    }
}

fn receive(context: &Context) -> Result<(u16, usize), CallError> {
    let request = WebhookRequest {
        route: "hook".to_owned(),
        method: "POST".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: Vec::new(),
        received_at: 0,
    };
    Ok(match PLUG.receive(context, &request)? {
        Ok(receipt) => (receipt.response.status, receipt.response.body.len()),
        Err(ReceivePause::Effect(_)) => (0, 0),
        Err(ReceivePause::Rejected(rejection)) => panic!("{rejection:?}"),
    })
}

/// Asserts that both operations fail with the expected error, and that later calls succeed.
#[track_caller]
fn assert_ends(mode: &str, expected: impl Fn(&CallError) -> bool) {
    for error in [create(&context(mode)).unwrap_err(), receive(&context(mode)).unwrap_err()] {
        assert!(expected(&error), "{mode}: {error}");
        assert!(error != CallError::WrongRole && !error.is_transient());
        assert!(error.to_string().len() < 400, "{error}");
        assert_eq!(create(&context("ok")).unwrap().unwrap().details, "ok");
    }
}

/// Returns the URL of the plug's first request.
fn asked(context: &Context) -> String {
    match create(context) {
        Ok(Err(Pause::Effect(Effect::Call(request)))) => match request.url.as_slice() {
            [Piece::Text(url), ..] => url.clone(),
            pieces => panic!("{pieces:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_hostile_plug_is_admitted() {
    assert_eq!(PLUG.role(), Role::Provider);
    assert_eq!(PLUG.class(), Class::Lean);
    assert_eq!(PLUG.routes().len(), 1);
    assert_eq!(receive(&context("ok")), Ok((202, 1)));
}

#[test]
fn an_endless_loop_ends_with_its_time_budget() {
    let budget = Options::default().lean.budget;
    let began = Instant::now();
    assert_ends("endless_loop", |error| *error == CallError::OutOfTime);
    let took = began.elapsed();
    assert!(took >= budget * 2 && took < budget * 2 + Duration::from_secs(5), "{took:?}");
}

#[test]
fn concurrent_endless_loops_do_not_stop_other_calls() {
    std::thread::scope(|scope| {
        let loops: Vec<_> = (0..4).map(|_| scope.spawn(|| create(&context("endless_loop")))).collect();
        while !loops.iter().all(|one| one.is_finished()) {
            assert!(create(&context("ok")).unwrap().is_ok());
        }
        for one in loops {
            assert_eq!(one.join().unwrap().unwrap_err(), CallError::OutOfTime);
        }
    });
}

#[test]
fn memory_is_limited() {
    assert_ends("memory_bomb", |error| *error == CallError::OutOfMemory);
}

#[test]
fn recursion_ends_with_a_stack_overflow() {
    assert_ends("recursion", |error| matches!(error, CallError::Trapped(_)));
}

#[test]
fn a_trap_is_reported() {
    assert_ends("trap", |error| *error == CallError::Trapped("wasm `unreachable` instruction executed".to_owned()));
}

#[test]
fn a_result_is_limited_in_size() {
    assert_ends("oversized_result", |error| *error == CallError::TooMuchData);
}

#[test]
fn invalid_utf_8_violates_the_contract() {
    assert_ends(
        "unreadable_result",
        |error| matches!(error, CallError::ContractBroken(reason) if reason.contains("utf-8")),
    );
}

#[test]
fn well_typed_nonsense_is_returned_unchecked() {
    assert_eq!(receive(&context("senseless_result")), Ok((999, 1)));
    assert_eq!(create(&context("senseless_result")).unwrap().unwrap().join_url, "javascript:alert(1)\r\n");
}

#[test]
fn all_memories_of_a_call_count_towards_the_limit() {
    let plug = Engine::new(&Options::default()).unwrap().load(&with_memories(8)).unwrap();
    assert_eq!(plug.class(), Class::Roomy);
    assert_eq!(plug.create(&context("memory_bomb"), &meeting()).unwrap_err(), CallError::OutOfMemory);
    assert_eq!(plug.create(&context("ok"), &meeting()).unwrap().unwrap().details, "ok");
}

#[test]
fn the_mode_determines_the_requested_effects() {
    assert_eq!(asked(&context("endless_steps")), "https://a.example/");
    assert_eq!(asked(&after("endless_steps", 100)), "https://a.example/");
    for exchanges in [0, 1, 1, 2] {
        assert_eq!(asked(&after("asking_differently", exchanges)), "https://a.example/?0", "it cannot count its runs");
    }
    let mut several = context("forbidden_host");
    several.settings.push(("targets".to_owned(), "http://127.0.0.1:1/x https://b.example/".to_owned()));
    assert_eq!(asked(&several), "http://127.0.0.1:1/x");
    several.exchanges = after("forbidden_host", 1).exchanges;
    assert_eq!(asked(&several), "https://b.example/");
    assert_eq!(asked(&after("inbound_secret", 1)), "https://a.example/");
    assert_eq!(create(&after("inbound_secret", 4)).unwrap().unwrap().details, "failed: OutboundFailure::Unreachable");
}
