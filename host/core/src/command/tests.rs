//! How commands end.

use super::*;
use crate::types::conference::{Conference as AtProvider, Meeting, Person};
use crate::types::crm::NumbersQuery;
use crate::types::manifest::{Capabilities, UpdateMode};
use crate::types::telephone::PhoneNumber;

const URL: &str = "https://bridge.example";

fn meeting() -> Meeting {
    Meeting {
        topic: "Plans".to_owned(),
        start: 3,
        end: 4,
        user_id: "7".to_owned(),
        user: Person::Email("ada@example.com".to_owned()),
        account_id: "123".to_owned(),
        source: None,
    }
}

fn made(id: &str) -> AtProvider {
    let join_url = format!("https://rooms.example/{id}");
    AtProvider { id: id.to_owned(), details: format!("Join at {join_url}."), join_url }
}

fn end<C: PlugCommand>(command: &C, updates: UpdateMode, result: Result<C::Output, Failure>) -> Result<Ended, String> {
    let capabilities =
        Capabilities { creates: true, creates_with: Vec::new(), updates, deletes: true, knows_users: true };
    let plug = Description {
        name: "rooms".to_owned(),
        summary: String::new(),
        version: "1.0.0".to_owned(),
        routes: Vec::new(),
        settings: Vec::new(),
        capabilities,
        outbound_hosts: Vec::new(),
    };
    let (app, connection) = (AppId::from(54_321), ConnectionId::new(123_u64, "rooms"));
    let (app, connection, plug) = (&app, &connection, &plug);
    command.end(&Target { app, connection, plug, public_url: URL, conference: "c1", created_at: 9 }, result)
}

#[test]
fn a_created_conference_is_recorded_and_the_crm_gets_a_link_that_stays() {
    let ended = end(&Create(meeting()), UpdateMode::MayChangeLink, Ok(made("a"))).unwrap();
    let (Some(Change::Created(record)), Outcome::Created(created)) = (&ended.change, &ended.outcome) else { panic!() };
    assert_eq!((record.id.as_str(), record.provider_id.as_str(), record.created_at), ("c1", "a", 9));
    assert_eq!(record.connection, ConnectionId::new(123_u64, "rooms"));
    assert_eq!((record.user_id.as_str(), record.user.as_str()), ("7", "ada@example.com"));
    let ours = format!("{URL}/j/{}", record.link());
    assert_eq!((created.id.as_str(), &created.conference.join_url), ("c1", &ours));
    assert_eq!(created.conference.details, format!("Join at {ours}."));
    assert_eq!(record.at_provider(), made("a"));

    let ended = end(&Create(meeting()), UpdateMode::InPlace, Ok(made("a"))).unwrap();
    assert!(matches!(ended.outcome, Outcome::Created(created) if created.conference == made("a")));
    let unusable = AtProvider { join_url: "javascript:".to_owned(), ..made("a") };
    assert!(end(&Create(meeting()), UpdateMode::InPlace, Ok(unusable)).is_err());
}

#[test]
fn what_a_plug_cannot_do_succeeds_for_the_crm_and_is_left_to_the_operator() {
    let update = Update { current: made("a"), meeting: meeting() };
    let ended = end(&update, UpdateMode::None, Err(Failure::Unsupported)).unwrap();
    assert!(matches!(&ended.change, Some(Change::Updated(record)) if record.at_provider() == made("a")));
    assert!(ended.outcome == Outcome::Updated && ended.leftover.is_some());
    let ended = end(&Delete(made("a")), UpdateMode::None, Err(Failure::Unsupported)).unwrap();
    assert_eq!((ended.outcome, ended.change), (Outcome::Deleted, Some(Change::Deleted)));
    assert!(ended.leftover.is_some());
}

#[test]
fn a_conference_that_is_gone_at_the_provider_is_deleted() {
    for result in [Ok(()), Err(Failure::NotFound)] {
        let ended = end(&Delete(made("a")), UpdateMode::None, result).unwrap();
        assert_eq!((ended.change, ended.leftover), (Some(Change::Deleted), None));
    }
}

#[test]
fn other_failures_change_nothing() {
    let failure = || Failure::Invalid("too long".to_owned());
    let update = Update { current: made("a"), meeting: meeting() };
    let ends = [
        end(&Create(meeting()), UpdateMode::None, Err(failure())),
        end(&update, UpdateMode::None, Err(failure())),
        end(&Delete(made("a")), UpdateMode::None, Err(failure())),
        end(&VerifyUser("ada@example.com".to_owned()), UpdateMode::None, Err(failure())),
        end(&PhoneNumbers("7".to_owned()), UpdateMode::None, Err(failure())),
    ];
    for ended in ends.map(Result::unwrap) {
        assert_eq!((ended.outcome, ended.change, ended.leftover), (Outcome::Failed(failure()), None, None));
    }
}

#[test]
fn only_an_id_that_the_crm_does_not_know_yet_is_recorded() {
    let verify = VerifyUser("ada@example.com".to_owned());
    let user = |text: &str| Some(text.to_owned());
    let ended = end(&verify, UpdateMode::None, Ok(user("u1"))).unwrap();
    assert_eq!((ended.outcome, ended.change), (Outcome::User(user("u1")), Some(Change::UserVerified("u1".to_owned()))));
    for (result, outcome) in [
        (Ok(user("ada@example.com")), user("ada@example.com")),
        (Ok(None), None),
        (Err(Failure::Unsupported), user("ada@example.com")),
    ] {
        let ended = end(&verify, UpdateMode::None, result).unwrap();
        assert_eq!((ended.outcome, ended.change), (Outcome::User(outcome), None));
    }
    assert!(end(&verify, UpdateMode::None, Ok(user(""))).is_err());
}

#[test]
fn numbers_are_checked_and_belong_to_the_app_of_the_request() {
    let number = PhoneNumber { e164: "+18001231234".to_owned(), extension: None, friendly_name: String::new() };
    let numbers = PhoneNumbers("7".to_owned());
    let ended = end(&numbers, UpdateMode::None, Ok(vec![number.clone()])).unwrap();
    assert_eq!(ended.outcome, Outcome::PhoneNumbers(vec![number.clone()]));
    assert!(end(&numbers, UpdateMode::None, Ok(vec![number; 1001])).is_err());

    let [app_id, account_id, user_id] = ["1", "2", "3"].map(str::to_owned);
    let command = Command::PhoneNumbers(NumbersQuery { app_id, account_id, user_id });
    assert_eq!(check_app(&command, &AppId::from(1)), Ok(()));
    assert_eq!(check_app(&command, &AppId::from(2)), Err(ApiError::NotFound("app")));
}
