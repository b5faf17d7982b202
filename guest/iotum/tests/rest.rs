//! Tests the exact requests to iotum and the results of its answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use cordboard_iotum::Iotum;
use cordboard_plug::testing::Script;
use cordboard_plug::{Failure, Provider};
use support::api::*;

#[test]
fn create_signs_in_first() {
    let run = create(new().answer(200, SIGNED_IN).answer(200, MADE), verified());
    sent(&run, "sign-in-and-create");
    assert_eq!(run.result, Ok(made()));
}

#[test]
fn create_uses_the_stored_token() {
    let run = create(signed_in().answer(200, MADE), verified());
    sent(&run, "create");
    let conference = run.result.unwrap();
    assert_eq!(conference, made());
    assert!(!format!("{conference:?}").contains("MODERATOR-TOKEN"));
}

#[test]
fn create_for_an_email_finds_the_host_first() {
    let run = create(signed_in().answer(200, HOSTS).answer(200, MADE), with_email("ada@example.com"));
    sent(&run, "create-for-email");
    assert_eq!(run.result, Ok(made()));
}

#[test]
fn create_for_a_user_who_is_not_a_host_is_invalid_or_falls_back() {
    let run = create(signed_in().answer(200, HOSTS), with_email("eve@example.com"));
    sent(&run, "hosts");
    assert!(matches!(run.result, Err(Failure::Invalid(why)) if why.contains("eve@example.com is not a host")));

    let fallback = signed_in().setting("host-id", "61803").answer(200, HOSTS).answer(200, MADE);
    let run = create(fallback, with_email("eve@example.com"));
    sent(&run, "create-for-email");
    assert_eq!(run.result, Ok(made()));
}

#[test]
fn a_list_without_email_addresses_is_reported() {
    let list = r#"[{"host_id":1,"name":"Ada","role":"HOST"}]"#;
    let no_addresses =
        |failure: &Failure| matches!(failure, Failure::Invalid(why) if why.contains("no email addresses"));
    let run = create(signed_in().answer(200, list), with_email("ada@example.com"));
    assert!(no_addresses(&run.result.unwrap_err()));
    let run = verify(signed_in().answer(200, list), "ada@example.com");
    assert!(no_addresses(&run.result.unwrap_err()));
    let fallback = signed_in().setting("host-id", "61803").answer(200, list).answer(200, MADE);
    assert_eq!(create(fallback, with_email("ada@example.com")).result, Ok(made()));
}

#[test]
fn an_expired_token_is_replaced_once() {
    let script = signed_in().answer(401, EXPIRED).answer(200, SIGNED_IN).answer(200, MADE);
    let run = create(script, verified());
    sent(&run, "renew-and-create");
    assert_eq!(run.result, Ok(made()));
    assert_eq!(deleted(&run), Vec::<String>::new());
}

#[test]
fn a_second_401_means_rejected_credentials() {
    let script = signed_in().answer(401, EXPIRED).answer(200, SIGNED_IN).answer(401, EXPIRED);
    let run = create(script, verified());
    sent(&run, "renew-and-create");
    assert_eq!(run.result, Err(Failure::CredentialsRejected));
    assert_eq!(deleted(&run), ["auth-token"]);
}

#[test]
fn rejected_credentials_delete_the_token() {
    for status in [401, 403] {
        let run = create(new().answer(status, "{}"), verified());
        sent(&run, "sign-in");
        assert_eq!(run.result, Err(Failure::CredentialsRejected));

        let run = create(signed_in().answer(401, EXPIRED).answer(status, "{}"), verified());
        sent(&run, "renew-refused");
        assert_eq!(run.result, Err(Failure::CredentialsRejected));
        assert_eq!(deleted(&run), ["auth-token"]);
    }
}

#[test]
fn update_keeps_the_link_unless_the_answer_has_another() {
    for answer in ["", "{}", r#"{"room_url":null}"#, MADE] {
        let run = update(signed_in().answer(200, answer));
        sent(&run, "update");
        assert_eq!(run.result, Ok(made()), "{answer}");
    }
    let moved = r#"{"conference_id":1258835,"room_url":"https://app.portal.example.com/conf/call/9"}"#;
    let conference = update(signed_in().answer(200, moved)).result.unwrap();
    assert_eq!(conference.join_url, "https://app.portal.example.com/conf/call/9");
    assert_eq!(conference.details, "Join: https://app.portal.example.com/conf/call/9");
}

#[test]
fn delete_is_not_supported_and_sends_nothing() {
    let run = signed_in().run(async |context| Iotum::delete(context, made()).await).unwrap();
    assert_eq!((run.result, run.effects), (Err(Failure::Unsupported), vec![]));
}

#[test]
fn verify_user_ignores_case() {
    for (email, id) in [
        ("ada@example.com", Some("61803")),
        (" ADA@EXAMPLE.COM ", Some("61803")),
        ("bo@example.com", Some("h-2")),
        ("eve@example.com", None),
        ("", None),
    ] {
        let run = verify(signed_in().answer(200, HOSTS), email);
        sent(&run, "hosts");
        assert_eq!(run.result, Ok(id.map(str::to_owned)), "{email}");
    }
    assert_eq!(verify(signed_in().answer(200, "[]"), "ada@example.com").result, Ok(None));
    let run = verify(signed_in().setting("company-id", "7012").answer(200, HOSTS), "eve@example.com");
    sent(&run, "hosts-of-company");
}

#[test]
fn details_have_an_access_code_only_if_it_is_a_number() {
    for code in ["false", "true", "null", "\"x\\nModerator: 1\"", "-1", "1.5"] {
        let answer = MADE.replace("5551234,", &format!("{code},"));
        let conference = create(signed_in().answer(200, &answer), verified()).result.unwrap();
        assert_eq!(conference.details, "Join: https://app.portal.example.com/conf/call/5551234", "{code}");
    }
}

#[test]
fn a_site_may_have_scheme_and_port() {
    let script = |host| Script::new().setting("host", host).secret("email").secret("password").state("auth-token", "");
    for (host, start) in [
        ("http://127.0.0.1:9000", "POST http://127.0.0.1:9000/enterprise_api/conference/create\n"),
        ("https://a.example:8443/", "POST https://a.example:8443/enterprise_api/conference/create\n"),
    ] {
        let run = create(script(host).answer(200, MADE), verified());
        assert!(run.wire()[0].starts_with(start), "{}", run.wire()[0]);
    }
    for host in ["a.example/enterprise_api", "x@a.example", "a.example\r\nx: y", "ftp://a.example"] {
        let run = create(script(host), verified());
        assert!(matches!(run.result, Err(Failure::Invalid(why)) if why.contains("`host`")), "{host}");
    }
}
