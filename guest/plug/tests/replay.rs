//! Runs an `async fn` as a pure function, with one more exchange each time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::result_large_err, reason = "the contract's own types")]

use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::task::Poll;

use cordboard_plug::contract::provider::{Guest, ReceivePause};
use cordboard_plug::effect::{self, Effect, Exchange, OutboundFailure, OutboundResponse, StateEntry};
use cordboard_plug::replay::{Pause, run};
use cordboard_plug::testing::Script;
use cordboard_plug::{
    Conference, Context, Description, Failure, HttpFailure, Meeting, Person, Provider, Rejection, Request,
    WebhookRequest,
};

fn context(exchanges: Vec<Exchange>) -> effect::Context {
    effect::Context { exchanges, ..Script::new().context().clone() }
}

fn answered(body: &str) -> Exchange {
    Exchange::Answered(OutboundResponse { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

fn call(url: &str) -> Effect {
    Effect::Call(Request::get(url).into_outbound())
}

async fn fetch(context: &Context<'_>, url: &str) -> Result<String, HttpFailure> {
    let response = context.http.send(Request::get(url)).await?;
    Ok(String::from_utf8(response.body().to_vec()).unwrap())
}

/// The URL of the second request is the response to the first.
async fn two_steps(context: &Context<'_>) -> Result<String, HttpFailure> {
    let next = fetch(context, "https://a.example").await?;
    fetch(context, &next).await
}

#[test]
fn each_exchange_advances_an_operation_by_one_effect() {
    let mut exchanges = Vec::new();
    assert_eq!(run(&context(exchanges.clone()), two_steps), Err(Pause::Effect(call("https://a.example"))));
    exchanges.push(answered("https://b.example"));
    assert_eq!(run(&context(exchanges.clone()), two_steps), Err(Pause::Effect(call("https://b.example"))));
    exchanges.push(answered("done"));
    assert_eq!(run(&context(exchanges), two_steps), Ok("done".to_owned()));
}

#[test]
fn the_same_context_has_the_same_result() {
    for exchanges in [vec![], vec![answered("https://b.example")], vec![answered("x"), answered("y")]] {
        let context = context(exchanges);
        assert_eq!(run(&context, two_steps), run(&context, two_steps));
    }
}

#[test]
fn operations_handle_failed_calls() {
    let failed = |failure| run(&context(vec![Exchange::Failed(failure)]), two_steps);
    for failure in [
        OutboundFailure::RefusedByPolicy,
        OutboundFailure::Unreachable,
        OutboundFailure::TimedOut,
        OutboundFailure::TooLarge,
    ] {
        let Err(Pause::Failed(stopped)) = failed(failure) else { panic!("{failure:?}") };
        assert_eq!(stopped.kind(), Some(failure));
    }
}

#[test]
fn a_call_with_the_exchange_of_another_effect_fails() {
    let Err(Pause::Failed(failure)) = run(&context(vec![Exchange::Done]), two_steps) else { panic!("no failure") };
    assert_eq!(failure.kind(), None);
    assert_eq!(failure.to_string(), "the operation requested a different effect when it was run again");
}

#[test]
fn storing_and_deleting_state_are_effects() {
    let entry = StateEntry { key: "room".to_owned(), value: "7".to_owned(), expires_at: Some(5) };
    let operation = async |context: &Context<'_>| -> Result<(), Failure> {
        let room = StateEntry { key: "room".to_owned(), value: "7".to_owned(), expires_at: Some(5) };
        context.state.set(vec![room]).await;
        context.state.delete(&["old", "older"]).await;
        Ok(())
    };
    let keys = vec!["old".to_owned(), "older".to_owned()];
    assert_eq!(run(&context(Vec::new()), operation), Err(Pause::Effect(Effect::SetState(vec![entry]))));
    assert_eq!(run(&context(vec![Exchange::Done]), operation), Err(Pause::Effect(Effect::DeleteState(keys))));
    assert_eq!(run(&context(vec![Exchange::Done, Exchange::Done]), operation), Ok(()));
}

/// Awaits two futures together, polling the first one first.
async fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let (mut a, mut b) = (None, None);
    poll_fn(move |waker| {
        if a.is_none()
            && let Poll::Ready(value) = first.as_mut().poll(waker)
        {
            a = Some(value);
        }
        if b.is_none()
            && let Poll::Ready(value) = second.as_mut().poll(waker)
        {
            b = Some(value);
        }
        match (a.take(), b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (left, right) => {
                (a, b) = (left, right);
                Poll::Pending
            }
        }
    })
    .await
}

#[test]
fn effects_awaited_together_are_requested_in_order() {
    let operation = async |context: &Context<'_>| {
        let (a, b) = both(two_steps(context), fetch(context, "https://c.example")).await;
        Ok::<_, HttpFailure>(a? + &b?)
    };
    let mut exchanges = Vec::new();
    for (url, body) in
        [("https://a.example", "https://b.example"), ("https://b.example", "1"), ("https://c.example", "2")]
    {
        assert_eq!(run(&context(exchanges.clone()), operation), Err(Pause::Effect(call(url))));
        exchanges.push(answered(body));
    }
    assert_eq!(run(&context(exchanges), operation), Ok("12".to_owned()));
}

#[test]
fn only_effects_and_ready_futures_can_be_awaited() {
    let ready = async |_: &Context<'_>| Ok::<_, Failure>(ready(7).await);
    assert_eq!(run(&context(Vec::new()), ready), Ok(7));
    let stuck = async |_: &Context<'_>| Ok::<u8, Failure>(pending().await);
    assert_eq!(run(&context(Vec::new()), stuck), Err(Pause::Stuck));
}

struct Rooms;

impl Provider for Rooms {
    fn describe() -> Description {
        cordboard_plug::describe("rooms", "Rooms", "0.1.0")
    }

    async fn verify_user(context: &Context<'_>, email: String) -> Result<Option<String>, Failure> {
        if email == "stuck" {
            pending::<()>().await;
        }
        Ok(Some(fetch(context, &format!("https://rooms.example/{email}")).await?))
    }

    async fn receive(_context: &Context<'_>, request: WebhookRequest) -> Result<cordboard_plug::Receipt, Rejection> {
        match request.route.as_str() {
            "stuck" => pending().await,
            route => Err(Rejection::Malformed(route.to_owned())),
        }
    }
}

#[test]
fn a_plug_returns_an_effect_and_then_a_result() {
    let verify = |exchanges| <Rooms as Guest>::verify_user(context(exchanges), "zoe".to_owned());
    assert_eq!(verify(Vec::new()), Err(effect::Pause::Effect(call("https://rooms.example/zoe"))));
    assert_eq!(verify(vec![answered("u-7")]), Ok(Some("u-7".to_owned())));
    let down = verify(vec![Exchange::Failed(OutboundFailure::Unreachable)]);
    assert_eq!(down, Err(effect::Pause::Failed(Failure::Unavailable("the provider cannot be reached".to_owned()))));
}

#[test]
fn a_stuck_plug_reports_it() {
    let stuck = <Rooms as Guest>::verify_user(context(Vec::new()), "stuck".to_owned());
    assert!(
        matches!(&stuck, Err(effect::Pause::Failed(Failure::Unavailable(why))) if why.contains("await only `http` and `state`")),
        "{stuck:?}"
    );
    let receive = |route: &str| {
        let request = WebhookRequest {
            route: route.to_owned(),
            method: "POST".to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            received_at: 0,
        };
        <Rooms as Guest>::receive(context(Vec::new()), request)
    };
    assert!(matches!(receive("stuck"), Err(ReceivePause::Rejected(Rejection::Unsupported(_)))));
    assert_eq!(receive("x"), Err(ReceivePause::Rejected(Rejection::Malformed("x".to_owned()))));
}

#[test]
fn unimplemented_operations_are_unsupported() {
    let meeting = Meeting {
        topic: String::new(),
        start: 0,
        end: 0,
        user_id: "1".to_owned(),
        user: Person::Email(String::new()),
        account_id: "1".to_owned(),
        source: None,
    };
    let conference = Conference { id: String::new(), join_url: String::new(), details: String::new() };
    let unsupported = effect::Pause::Failed(Failure::Unsupported);
    assert_eq!(<Rooms as Guest>::create(context(Vec::new()), meeting.clone()), Err(unsupported.clone()));
    assert_eq!(<Rooms as Guest>::update(context(Vec::new()), conference.clone(), meeting), Err(unsupported.clone()));
    assert_eq!(<Rooms as Guest>::delete(context(Vec::new()), conference), Err(unsupported));
}
