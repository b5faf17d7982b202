//! Tests the plug with a script in place of the host. The script also runs the operation again after each answer, as a
//! host does after a crash, and fails if it then requests another effect.

use cordboard_plug::effect::OutboundFailure;
use cordboard_plug::testing::{Script, ScriptRun};
use cordboard_plug::{Conference, Failure, Meeting, Person, Provider, Rejection, WebhookRequest};
use desk::Desk;

fn meeting() -> Meeting {
    Meeting {
        topic: "Plans \"A\"".to_owned(),
        start: 1_767_326_400_000,
        end: 1_767_330_000_000,
        user_id: "123".to_owned(),
        user: Person::Email("ada@acme.example".to_owned()),
        account_id: "123123".to_owned(),
        source: None,
    }
}

fn current() -> Conference {
    Conference { id: "a/7".to_owned(), join_url: "https://rooms.example.org/7".to_owned(), details: String::new() }
}

fn script() -> Script {
    Script::new().setting("address", "https://rooms.example.org/").secret("api-key")
}

fn create(script: Script) -> ScriptRun<Conference, Failure> {
    script.run(async |context| Desk::create(context, meeting()).await).unwrap()
}

#[test]
fn a_meeting_gets_a_room() {
    let run = create(script().answer(201, r#"{"id":"7","link":"https://rooms.example.org/7"}"#));
    assert_eq!(
        run.wire(),
        ["POST https://rooms.example.org/rooms\n\
          authorization: Bearer {secret:api-key}\n\
          content-type: application/json\n\n\
          {\"title\":\"Plans \\\"A\\\"\",\"start\":1767326400000,\"end\":1767330000000}"]
    );
    let made = run.result.unwrap();
    assert_eq!((made.id.as_str(), made.join_url.as_str()), ("7", "https://rooms.example.org/7"));
}

#[test]
fn a_room_is_updated_and_deleted() {
    let update = script().answer(200, "{}").run(async |context| Desk::update(context, current(), meeting()).await);
    let run = update.unwrap();
    assert!(run.wire()[0].starts_with("PUT https://rooms.example.org/rooms/a%2F7\n"));
    assert_eq!(run.result, Ok(current()));
    for status in [204, 404] {
        let delete = script().answer(status, "").run(async |context| Desk::delete(context, current()).await);
        assert_eq!(delete.unwrap().result, Ok(()));
    }
}

#[test]
fn each_error_has_its_failure() {
    assert_eq!(create(script().answer(401, "")).result, Err(Failure::CredentialsRejected));
    let later = script().answer_with(429, &[("retry-after", "17")], "");
    assert_eq!(create(later).result, Err(Failure::RateLimited(Some(17))));
    let odd = script().answer(200, r#"{"id":"7","link":"javascript:alert(1)"}"#);
    assert!(matches!(create(odd).result, Err(Failure::Unavailable(_))));
    let late = create(script().fail(OutboundFailure::TimedOut)).result;
    assert_eq!(late, Err(Failure::Unavailable("the provider did not answer in time".to_owned())));
}

#[test]
fn a_webhook_becomes_an_event() {
    let receive = |body: &[u8]| {
        let request = WebhookRequest {
            route: "events".to_owned(),
            method: "POST".to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: body.to_vec(),
            received_at: 0,
        };
        Script::new().run(async |context| Desk::receive(context, request.clone()).await).unwrap().result
    };
    let body = r#"{"what":"opened","room":7,"at":1767326400000,"number":"12","by/whom":{"name":"Ada"},"tags":[]}"#;
    let receipt = receive(body.as_bytes()).unwrap();
    let event = &receipt.events[0];
    assert_eq!(event.conference.as_ref().map(|conference| conference.id.as_str()), Some("7"));
    assert_eq!((event.occurred_at, event.dedupe_key.as_deref()), (Some(1_767_326_400_000), Some("[\"12\"]")));
    let extras = [("/by~1whom/name", "\"Ada\""), ("/tags", "[]")];
    assert_eq!(event.extras, extras.map(|(pointer, text)| (pointer.to_owned(), text.to_owned())));
    assert!(matches!(receive(b"{"), Err(Rejection::Malformed(_))));
}
