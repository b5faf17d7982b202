//! Answers and failures of providers, and what the bridge journals and shows of them.

use std::time::Duration;

use cordboard::contract::effect::{Effect, Exchange};
use cordboard::flow::Limits;
use cordboard::server::ServeLimits;
use cordboard::store::{Change, JournaledEffect, OperationKind};
use cordboard_tests::bridge::{Bridge, Installation};
use cordboard_tests::hubspot::{self, create, created, delete, meeting, update, verify};
use cordboard_tests::provider::{CREATE, Provider, USER};
use cordboard_tests::served::Served;
use cordboard_tests::shared_scenarios::{self, failures, numbers};

async fn setup() -> (Installation, Provider, Bridge) {
    let (installation, provider) = (Installation::new(), Provider::start().await);
    // A short limit for a provider that never answers.
    let limits = Limits { call: Duration::from_secs(1), ..Limits::default() };
    let bridge = installation.open_with(&shared_scenarios::config(&provider), limits, ServeLimits::default()).await;
    (installation, provider, bridge)
}

/// Takes the committed changes of an operation, and returns whether it succeeded.
fn journal(bridge: &Bridge) -> (Vec<Change>, bool) {
    let committed = bridge.store.committed();
    let succeeded = committed.iter().find_map(|change| match change {
        Change::Finish { ending, .. } => Some(ending.succeeded),
        _ => None,
    });
    (committed, succeeded.expect("an ending"))
}

/// Returns the number of leftovers that are not unacknowledged creates.
async fn left_behind(bridge: &Bridge) -> usize {
    bridge.leftovers().await.iter().filter(|left| !left.unacknowledged_create).count()
}

/// Each operation is journaled with all its effects and their results.
#[tokio::test]
async fn maps_each_provider_failure_to_a_status() {
    let (_installation, provider, bridge) = setup().await;
    let elsewhere = Provider::start().await;
    let known = created(&bridge, &meeting("Known")).await;
    for failing in failures::failures(&elsewhere).into_iter().chain(failures::silences()) {
        let case = format!("{} {:?}", failing.endpoint, failing.fault);
        let leftovers = left_behind(&bridge).await;
        bridge.store.committed();
        failing.assert_reported(&bridge, &provider, &known).await;
        let (committed, succeeded) = journal(&bridge);
        assert!(!succeeded, "{case}");
        let effects = committed
            .iter()
            .filter(|change| matches!(change, Change::RecordEffect { effect: JournaledEffect::Whole(_), .. }))
            .count();
        let results = committed.iter().filter(|change| matches!(change, Change::RecordExchange { .. })).count();
        assert!(effects > 0 && effects == results, "{case}: {committed:?}");
        assert!(committed.iter().any(|change| matches!(change, Change::Begin(_))), "{case}");
        assert_eq!(left_behind(&bridge).await - leftovers, usize::from(failing.left), "{case}");
    }
    assert_eq!(elsewhere.connections(), 0, "no redirect is followed");
    // Later requests succeed.
    assert_eq!(create(&bridge, &meeting("After all")).await.status, 200);
}

#[tokio::test]
async fn rejected_credentials_are_reported_and_expired_tokens_renewed() {
    let (_installation, provider, bridge) = setup().await;
    failures::rejected_credentials_are_reported_and_expired_tokens_renewed(&bridge, &provider).await;
}

#[tokio::test]
async fn users_are_neither_known_nor_unknown_while_the_provider_fails() {
    let (_installation, provider, bridge) = setup().await;
    failures::users_are_neither_known_nor_unknown_while_the_provider_fails(&bridge, &provider).await;
}

#[tokio::test]
async fn unknown_conferences_are_not_found() {
    let (_installation, provider, bridge) = setup().await;
    failures::unknown_conferences_are_not_found(&bridge, &provider).await;
}

/// The journal contains neither the token nor the password.
#[tokio::test]
async fn the_journal_contains_no_secret() {
    let (_installation, provider, bridge) = setup().await;
    created(&bridge, &meeting("Talk")).await;
    let committed = bridge.store.committed();
    let exchanged = committed.iter().filter_map(|change| match change {
        Change::RecordEffect { effect: JournaledEffect::Whole(Effect::Call(request)), .. } => {
            Some(format!("{request:?}"))
        }
        Change::RecordExchange { exchange: Exchange::Answered(answer), .. } => {
            Some(String::from_utf8_lossy(&answer.body).into_owned())
        }
        _ => None,
    });
    let exchanged: Vec<String> = exchanged.collect();
    assert_eq!(exchanged.len(), 6, "three calls and their answers");
    let sent = provider.bodies("authenticate");
    assert_eq!(sent[0]["password"], cordboard_tests::provider::PASSWORD, "it was sent");
    let token = provider.bodies(CREATE)[0]["auth_token"].as_str().unwrap().to_owned();
    for text in exchanged {
        assert!(!text.contains(&token) && !text.contains("pass \\\"word") && !text.contains("pass \"word"), "{text}");
    }
}

/// If the provider cannot delete a conference, the operator gets a leftover: HubSpot could do nothing about it.
#[tokio::test]
async fn failed_provider_deletes_are_left_to_the_operator() {
    let (installation, provider, bridge) = setup().await;
    let conference = failures::deletes_succeed_if_the_provider_cannot_delete(&bridge, &provider).await;
    let leftovers: Vec<_> = bridge.leftovers().await.into_iter().filter(|left| !left.unacknowledged_create).collect();
    assert_eq!(leftovers.len(), 1, "a second delete leaves no other leftover");
    assert_eq!(leftovers[0].kind, OperationKind::Delete);
    assert!(leftovers[0].why.contains("delete it there by hand"), "{}", leftovers[0].why);
    let left = leftovers[0].conference.as_ref().expect("the conference");
    assert_eq!((left.id.as_str(), left.provider_id.as_str()), (conference.as_str(), "4001"));
    assert_eq!(bridge.leftovers().await.len(), 1);
    bridge.close().await;

    // A Veeting connection without its room URL can no longer update conferences.
    let room = |settings: &str| {
        let connection = format!("[account.{}.connection.room]\nplug = \"veeting\"\n{settings}\n", hubspot::ACCOUNT);
        hubspot::config(if settings.is_empty() { "" } else { "conferencing = \"room\"" }, &connection)
    };
    let bridge = installation.open(&room("settings = { room-url = \"https://rooms.example/{random}\" }")).await;
    let conference = created(&bridge, &meeting("Room")).await;
    bridge.close().await;
    let bridge = installation.open(&room("")).await;
    assert_eq!(update(&bridge, &conference, meeting("Room, changed")).await.status, 204);
    let leftovers = bridge.leftovers().await;
    let left = leftovers.iter().find(|left| left.kind == OperationKind::Update).expect("a leftover");
    assert!(left.why.contains("change it there by hand"), "{}", left.why);
    assert_eq!(left.conference.as_ref().map(|conference| conference.topic.as_str()), Some("Room, changed"));
    bridge.close().await;
}

#[tokio::test]
async fn commands_without_a_plug_are_not_implemented_and_warned_about() {
    let installation = Installation::new();
    let bridge = installation.open(&hubspot::config("", "")).await;
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 501);
    assert_eq!(verify(&bridge, USER).await.status, 501);
    assert_eq!(numbers::ask(&bridge, hubspot::APP, hubspot::ACCOUNT, 7).await.status, 501);
    bridge.close().await;

    let refused = |account: &str, connection: &str| {
        let connection = format!("[account.{}.connection.rooms]\n{connection}", hubspot::ACCOUNT);
        let config = installation.config(&hubspot::config(account, &connection));
        let report = cordboard::check(&config).unwrap();
        report.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let conferencing = "conferencing = \"rooms\"";
    assert!(refused(conferencing, "plug = \"veeting\"").contains("`room-url`"));
    assert!(refused(conferencing, "plug = \"phonebook\"").contains("cannot create conferences"));
    let no_credentials = "plug = \"iotum\"\nsettings = { host = \"api.example.com\" }";
    assert!(refused(conferencing, no_credentials).contains("`email`"));
    assert!(refused("telephony = \"rooms\"", "plug = \"jitsi\"").contains("cannot list telephone numbers"));
    assert_eq!(refused(conferencing, "plug = \"jitsi\""), "");
}

#[tokio::test]
async fn returns_the_telephone_numbers_of_the_user() {
    let (installation, provider, bridge) = setup().await;
    numbers::returns_the_telephone_numbers_of_the_user(&bridge, &provider).await;
    bridge.close().await;

    let several = format!(
        "[account.{}.connection.numbers]\nplug = \"phonebook\"\n\
         settings = {{ 7 = [\"+18001231234 ext 1 Front desk\", \"+41443334455\"], 8 = \"call me\" }}\n",
        hubspot::ACCOUNT
    );
    let bridge = installation.open(&hubspot::config("telephony = \"numbers\"", &several)).await;
    let ask = async |app: u64, user: u64| numbers::ask(&bridge, app, hubspot::ACCOUNT, user).await;
    let answer = ask(hubspot::APP, 7).await;
    assert_eq!(answer.status, 200);
    let first = &answer.json()["phoneNumbers"][0];
    assert_eq!((&first["e164PhoneNumber"], &first["extension"]), (&"+18001231234".into(), &"1".into()));
    assert_eq!(answer.json()["phoneNumbers"][1]["e164PhoneNumber"], "+41443334455");
    assert_eq!(ask(hubspot::APP, 9).await.json(), serde_json::json!({ "phoneNumbers": [] }));
    assert_eq!(ask(hubspot::APP, 8).await.status, 422, "the configured number is invalid");
}

#[tokio::test]
async fn verifies_users_or_accepts_all_without_a_directory() {
    let (installation, provider, bridge) = setup().await;
    failures::verifies_users_and_uses_their_provider_ids(&bridge, &provider).await;
    bridge.close().await;

    let rooms = format!("[account.{}.connection.rooms]\nplug = \"jitsi\"\n", hubspot::ACCOUNT);
    let bridge = installation.open(&hubspot::config("conferencing = \"rooms\"", &rooms)).await;
    let anybody = verify(&bridge, "nobody@example.com").await;
    assert_eq!((anybody.status, anybody.member("id")), (200, "nobody@example.com".to_owned()));
}

/// Although ids are unguessable, requests of another app or account are rejected.
#[tokio::test]
async fn conferences_belong_to_their_app_and_account() {
    let installation = Installation::new();
    let jitsi = |account: u64, app: u64| {
        format!(
            "[account.{account}]\napp = {app}\nconferencing = \"rooms\"\n\
             [account.{account}.connection.rooms]\nplug = \"jitsi\"\n"
        )
    };
    let config = format!(
        "[app.{}]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{}\" }}\n\
         [app.2]\nplug = \"hubspot\"\nsettings = {{ client-secret = \"{}\" }}\n{}{}{}",
        hubspot::APP,
        hubspot::SECRET,
        "other-secret",
        jitsi(hubspot::ACCOUNT, hubspot::APP),
        jitsi(20, 2),
        jitsi(30, hubspot::APP)
    );
    let bridge = installation.open(&config).await;
    let ours = created(&bridge, &meeting("Ours")).await;
    let as_other_app = |route: &str, body: serde_json::Value| {
        let request = cordboard_tests::http::Request::post(&format!("/hubspot/2/{route}"), body.to_string());
        let at = cordboard::clock::now();
        cordboard_tests::sign::v3(request, "other-secret", cordboard_tests::bridge::PUBLIC_URL, at)
    };
    let conference = serde_json::json!({ "conferenceId": ours });
    let change = hubspot::with(hubspot::with(meeting("Theirs"), "conferenceId", ours.as_str()), "portalId", 20);
    assert_eq!(bridge.send(&as_other_app("delete-meeting", conference.clone())).await.status, 404);
    assert_eq!(bridge.send(&as_other_app("update-meeting", change)).await.status, 404);
    // Accounts belong to one app.
    assert_eq!(create(&bridge, &hubspot::with(meeting("Talk"), "portalId", 20)).await.status, 404);
    assert_eq!(bridge.send(&as_other_app("create-meeting", meeting("Talk"))).await.status, 404);
    // Another account of the same app.
    assert_eq!(update(&bridge, &ours, hubspot::with(meeting("Talk"), "portalId", 30)).await.status, 404);
    // Signed by one app for another.
    let mut crossed = hubspot::request("delete-meeting", &conference);
    crossed.target = "/hubspot/2/delete-meeting".to_owned();
    assert_eq!(bridge.send(&hubspot::signed(crossed)).await.status, 401);
    assert_eq!(update(&bridge, &ours, meeting("Still there")).await.status, 204);
    assert_eq!(delete(&bridge, &ours).await.status, 204);
    assert_eq!(delete(&bridge, &ours).await.status, 204);
}
