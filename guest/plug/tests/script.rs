//! Scripts find mistakes that a host would encounter only after a crash.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::cell::Cell;
use std::future::pending;

use cordboard_plug::effect::{Algorithm, Effect, Encoding, Escape, Method, OutboundFailure, Signature, StateEntry};
use cordboard_plug::http::{JsonBody, secret};
use cordboard_plug::testing::{Script, ScriptError};
use cordboard_plug::{Context, Failure, Piece, Request};

/// Signs in and creates a room.
async fn create(context: &Context<'_>) -> Result<u16, Failure> {
    if context.state.get("token").is_none() {
        let body = JsonBody::new().member("user", "zoe").secret("password", "password");
        let sign_in = Request::post("https://a.example/token").json(body).idempotent();
        context.http.send(sign_in.capture_expiring("/token", "token", "/expires_in")).await?;
    }
    let bearer = vec![Piece::Text("Bearer ".to_owned()), secret("token", Escape::None)];
    let response = context.http.send(Request::post("https://a.example/rooms").header_pieces("authorization", bearer));
    let status = response.await?.status();
    context.state.set(vec![StateEntry { key: "room".to_owned(), value: "1".to_owned(), expires_at: None }]).await;
    Ok(status)
}

#[test]
fn a_script_runs_an_operation_to_completion() {
    let run = Script::new().answer(200, r#"{"token":""}"#).answer(201, "").run(create).unwrap();
    assert_eq!(run.result, Ok(201));
    assert_eq!(
        run.wire(),
        [
            "POST https://a.example/token\ncontent-type: application/json\ncapture /token -> token\nidempotent\n\n\
             {\"user\":\"zoe\",\"password\":\"{secret:password}\"}",
            "POST https://a.example/rooms\nauthorization: Bearer {secret:token}\n\n",
        ]
    );
    assert_eq!(run.effects.len(), 3);
    assert!(matches!(&run.effects[2], Effect::SetState(entries) if entries[0].key == "room"));
}

#[test]
fn an_operation_reads_the_context_of_the_script() {
    let script = Script::new().setting("host", "a.example").secret("password").state("token", "");
    let run = script
        .answer_with(429, &[("retry-after", " 7 ")], "")
        .run(async |context| {
            assert_eq!(context.settings.all("host").collect::<Vec<_>>(), ["a.example"]);
            assert!(context.settings.has_secret("password") && !context.settings.has_secret("host"));
            assert_eq!(context.state.get("token"), Some(""));
            assert_eq!(context.now, 1_767_323_045_000);
            assert_eq!(context.random.hex(), "000102030405060708090a0b0c0d0e0f");
            let response = context.http.send(Request::get("https://a.example")).await?;
            Err::<(), _>(Failure::RateLimited(response.retry_after()))
        })
        .unwrap();
    assert_eq!(run.result, Err(Failure::RateLimited(Some(7))));
}

#[test]
fn a_failing_call_fails_the_operation() {
    let run = Script::new().fail(OutboundFailure::TimedOut).run(create).unwrap();
    assert_eq!(run.result, Err(Failure::Unavailable("the provider did not answer in time".to_owned())));
}

#[test]
fn missing_responses_are_reported() {
    let error = Script::new().answer(200, "{}").run(create).unwrap_err();
    assert!(matches!(error, ScriptError::MissingAnswer(Effect::Call(call)) if call.method == Method::Post));
}

#[test]
fn unused_responses_are_reported() {
    let script = Script::new().state("token", "").answer(201, "").answer(200, "").fail(OutboundFailure::TooLarge);
    assert_eq!(script.run(create).unwrap_err(), ScriptError::UnusedAnswers(2));
}

#[test]
fn awaiting_anything_but_an_effect_is_reported() {
    let stuck = async |_: &Context<'_>| Ok::<u8, Failure>(pending().await);
    assert_eq!(Script::new().run(stuck).unwrap_err(), ScriptError::Stuck);
    let later = async |context: &Context<'_>| {
        context.http.send(Request::get("https://a.example")).await?;
        Ok::<u8, Failure>(pending().await)
    };
    assert_eq!(Script::new().answer(200, "").run(later).unwrap_err(), ScriptError::Stuck);
}

#[test]
fn an_operation_that_varies_its_requests_is_not_deterministic() {
    let runs = Cell::new(0);
    let counting = async |context: &Context<'_>| {
        runs.set(runs.get() + 1);
        context.http.send(Request::get(format!("https://a.example/{}", runs.get()))).await?;
        Ok::<_, Failure>(())
    };
    let error = Script::new().answer(200, "").run(counting).unwrap_err();
    assert!(matches!(error, ScriptError::NotDeterministic(Effect::Call(_))), "{error:?}");
}

#[test]
fn an_operation_that_caches_a_response_is_not_deterministic() {
    let kept = Cell::new(false);
    let caching = async |context: &Context<'_>| {
        if !kept.get() {
            context.http.send(Request::get("https://a.example/token")).await?;
            kept.set(true);
        }
        Ok::<_, Failure>(())
    };
    let error = Script::new().answer(200, "").run(caching).unwrap_err();
    assert!(matches!(error, ScriptError::NotDeterministic(Effect::Call(_))), "{error:?}");
}

#[test]
fn wire_shows_all_pieces_but_no_secrets() {
    let digest = Signature {
        algorithm: Algorithm::HmacSha256,
        key: "key".to_owned(),
        text: "now".to_owned(),
        encoding: Encoding::Hex,
    };
    let run = Script::new()
        .answer(204, "")
        .run(async |context| {
            let request = Request::new(Method::Delete, "https://a.example/METHOD::x").basic("user", "password");
            let request =
                request.header_pieces("x-signature", vec![Piece::Signature(digest.clone())]).capture("/a", "b");
            Ok::<_, Failure>(context.http.send(request).await?.is_success())
        })
        .unwrap();
    assert_eq!(run.result, Ok(true));
    assert_eq!(
        run.wire(),
        [
            "DELETE https://a.example/METHOD::x\nbasic user password\nx-signature: {signature:key:now}\ncapture /a -> b\n\n"
        ]
    );
}
