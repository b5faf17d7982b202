//! What comes of what a provider answers, or does not: iotum's stand-in fails, and HubSpot is told how.

use std::time::Duration;

use cordboard::contract::effect::{Effect, Exchange};
use cordboard::flow::Limits;
use cordboard::ingress::ServeLimits;
use cordboard::store::{Change, OperationKind};
use cordboard_tests::bridge::{Bridge, House};
use cordboard_tests::hubspot::{self, create, created, delete, meeting, update, verify};
use cordboard_tests::provider::{Fault, Provider, USER, USER_ID};

const CREATE: &str = "conference/create";
const UPDATE: &str = "conference/update";
/// An answer whose link is none.
const SCRIPT: &str = r#"{"conference_id":1,"room_url":"javascript:alert(1)"}"#;

async fn scene() -> (House, Provider, Bridge) {
    let (house, provider) = (House::new(), Provider::start().await);
    // Short, for a provider that never answers.
    let limits = Limits { call: Duration::from_secs(1), ..Limits::default() };
    let config = hubspot::config("conferencing = \"rooms\"", &provider.connection());
    let bridge = house.open_with(&config, limits, ServeLimits::default()).await;
    (house, provider, bridge)
}

fn retry_later(seconds: &str) -> Fault {
    Fault::Answer(429, vec![("retry-after", seconds.to_owned())], "{}")
}

fn redirect(to: &Provider) -> Fault {
    Fault::Answer(302, vec![("location", format!("http://{}/enterprise_api/conference/create", to.address))], "{}")
}

/// An operation as it was written down: what it asked for and what came of it, and whether it succeeded.
fn journal(bridge: &Bridge) -> (Vec<Change>, bool) {
    let committed = bridge.store.committed();
    let succeeded = committed.iter().find_map(|change| match change {
        Change::Finish { ending, .. } => Some(ending.succeeded),
        _ => None,
    });
    (committed, succeeded.expect("an ending"))
}

/// How much may be left at the provider.
async fn left_behind(bridge: &Bridge) -> usize {
    bridge.leftovers().await.iter().filter(|left| !left.unclaimed).count()
}

#[tokio::test]
async fn each_failure_of_a_provider_has_its_status() {
    let (_house, provider, bridge) = scene().await;
    let elsewhere = Provider::start().await;
    let known = created(&bridge, &meeting("Known")).await;
    // Endpoint, fault, status, retry-after, whether something may be left at the provider.
    let cases = [
        (CREATE, Fault::status(404), 503, Some("1"), false),
        (CREATE, Fault::status(422), 422, None, false),
        (CREATE, Fault::Answer(400, Vec::new(), r#"{"message":"no \"room\"\n"}"#), 422, None, false),
        (CREATE, Fault::status(401), 502, None, false),
        (CREATE, Fault::status(403), 502, None, false),
        (CREATE, retry_later("17"), 429, Some("17"), false),
        (CREATE, Fault::status(429), 429, Some("1"), false),
        (CREATE, Fault::status(500), 503, Some("1"), false),
        (CREATE, Fault::status(503), 503, Some("1"), false),
        (CREATE, redirect(&elsewhere), 503, Some("1"), false),
        (CREATE, Fault::Silence, 503, Some("1"), true),
        (CREATE, Fault::Close, 503, Some("1"), true),
        (CREATE, Fault::CloseAfterwards, 503, Some("1"), true),
        (CREATE, Fault::Garbage, 503, Some("1"), true),
        (CREATE, Fault::Torn, 503, Some("1"), true),
        (CREATE, Fault::Answer(200, Vec::new(), "<html>"), 503, Some("1"), true),
        (CREATE, Fault::Answer(200, Vec::new(), "{}"), 503, Some("1"), true),
        (CREATE, Fault::Answer(200, Vec::new(), SCRIPT), 503, Some("1"), true),
        (UPDATE, Fault::status(404), 404, None, false),
        (UPDATE, Fault::status(422), 422, None, false),
        (UPDATE, Fault::status(500), 503, Some("1"), false),
        (UPDATE, Fault::Silence, 503, Some("1"), false),
        ("host/fetch_all", Fault::status(500), 503, Some("1"), false),
        ("host/fetch_all", Fault::Garbage, 503, Some("1"), false),
    ];
    for (number, (endpoint, fault, status, retry_after, left)) in cases.into_iter().enumerate() {
        let case = format!("{endpoint} {fault:?}");
        let leftovers = left_behind(&bridge).await;
        bridge.store.committed();
        provider.fail(endpoint, fault);
        let answer = match endpoint {
            UPDATE => update(&bridge, &known, meeting("Changed")).await,
            _ => create(&bridge, &meeting(&format!("Talk {number}"))).await,
        };
        provider.mend(endpoint);
        assert_eq!(answer.status, status, "{case}: {}", answer.text());
        assert_eq!(answer.header("retry-after"), retry_after, "{case}");
        assert!(answer.problem().contains(' '), "{case}");
        // The operation is kept with all its exchanges, each effect with what came of it.
        let (committed, succeeded) = journal(&bridge);
        assert!(!succeeded, "{case}");
        let asked = committed.iter().filter(|change| matches!(change, Change::Ask { .. })).count();
        let had = committed.iter().filter(|change| matches!(change, Change::Record { .. })).count();
        assert!(asked > 0 && asked == had, "{case}: {committed:?}");
        assert!(committed.iter().any(|change| matches!(change, Change::Begin(_))), "{case}");
        assert_eq!(left_behind(&bridge).await - leftovers, usize::from(left), "{case}");
    }
    assert_eq!(elsewhere.connections(), 0, "no redirect is followed");
    // All is well again, and nothing of the failures sticks.
    assert_eq!(create(&bridge, &meeting("After all")).await.status, 200);
}

/// Where signing in fails, nothing is asked for behind it.
#[tokio::test]
async fn an_operator_must_renew_refused_credentials() {
    let (_house, provider, bridge) = scene().await;
    provider.fail("authenticate", Fault::status(401));
    let answer = create(&bridge, &meeting("Talk")).await;
    assert_eq!((answer.status, provider.calls(CREATE)), (502, 0), "{}", answer.text());
    provider.mend("authenticate");
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 200);
    // A token that expired is renewed unasked, once.
    provider.revoke();
    assert_eq!(create(&bridge, &meeting("Next")).await.status, 200);
    assert_eq!(provider.calls("authenticate"), 3);
}

/// Neither token nor password stands in what is kept.
#[tokio::test]
async fn the_journal_holds_no_secret() {
    let (_house, provider, bridge) = scene().await;
    created(&bridge, &meeting("Talk")).await;
    let committed = bridge.store.committed();
    let exchanged = committed.iter().filter_map(|change| match change {
        Change::Ask { effect: Effect::Call(request), .. } => Some(format!("{request:?}")),
        Change::Record { exchange: Exchange::Answered(answer), .. } => {
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

/// What a provider cannot do is told to the owner, who can; HubSpot could do nothing about it.
#[tokio::test]
async fn what_cannot_be_done_at_the_provider_is_left_to_its_owner() {
    let (house, provider, bridge) = scene().await;
    let conference = created(&bridge, &meeting("Talk")).await;
    let answer = delete(&bridge, &conference).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let leftovers: Vec<_> = bridge.leftovers().await.into_iter().filter(|left| !left.unclaimed).collect();
    assert_eq!(leftovers.len(), 1);
    assert_eq!(leftovers[0].kind, OperationKind::Delete);
    assert!(leftovers[0].why.contains("delete it there by hand"), "{}", leftovers[0].why);
    let left = leftovers[0].conference.as_ref().expect("the conference");
    assert_eq!((left.id.as_str(), left.provider_id.as_str()), (conference.as_str(), "4001"));
    // Deleted already: as before, and nothing more is left.
    assert_eq!(delete(&bridge, &conference).await.status, 204);
    assert_eq!(bridge.leftovers().await.len(), 1);
    assert_eq!(update(&bridge, &conference, meeting("Too late")).await.status, 404);
    assert_eq!(provider.calls(UPDATE), 0);
    bridge.close().await;

    // A Veeting connection whose room was taken away changes nothing any more.
    let room = |settings: &str| {
        let connection = format!("[account.{}.connection.room]\nplug = \"veeting\"\n{settings}\n", hubspot::ACCOUNT);
        hubspot::config(if settings.is_empty() { "" } else { "conferencing = \"room\"" }, &connection)
    };
    let bridge = house.open(&room("settings = { room-url = \"https://rooms.example/{random}\" }")).await;
    let conference = created(&bridge, &meeting("Room")).await;
    bridge.close().await;
    let bridge = house.open(&room("")).await;
    assert_eq!(update(&bridge, &conference, meeting("Room, changed")).await.status, 204);
    let leftovers = bridge.leftovers().await;
    let left = leftovers.iter().find(|left| left.kind == OperationKind::Update).expect("a leftover");
    assert!(left.why.contains("change it there by hand"), "{}", left.why);
    assert_eq!(left.conference.as_ref().map(|conference| conference.topic.as_str()), Some("Room, changed"));
    bridge.close().await;
}

#[tokio::test]
async fn what_nobody_makes_is_not_implemented_and_told_beforehand() {
    let house = House::new();
    let bridge = house.open(&hubspot::config("", "")).await;
    assert_eq!(create(&bridge, &meeting("Talk")).await.status, 501);
    assert_eq!(verify(&bridge, USER).await.status, 501);
    let numbers = serde_json::json!({ "appId": hubspot::APP, "portalId": hubspot::ACCOUNT, "userId": 7 });
    assert_eq!(bridge.send(&hubspot::request("phone-numbers", &numbers)).await.status, 501);
    bridge.close().await;

    let refused = |account: &str, connection: &str| {
        let connection = format!("[account.{}.connection.rooms]\n{connection}", hubspot::ACCOUNT);
        let config = house.config(&hubspot::config(account, &connection));
        let report = cordboard::bridge::check(&config).unwrap();
        report.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let conferencing = "conferencing = \"rooms\"";
    assert!(refused(conferencing, "plug = \"veeting\"").contains("`room-url`"));
    assert!(refused(conferencing, "plug = \"phonebook\"").contains("makes no conferences"));
    let no_credentials = "plug = \"iotum\"\nsettings = { host = \"api.example.com\" }";
    assert!(refused(conferencing, no_credentials).contains("`email`"));
    assert!(refused("telephony = \"rooms\"", "plug = \"jitsi\"").contains("knows no telephone numbers"));
    assert_eq!(refused(conferencing, "plug = \"jitsi\""), "");
}

#[tokio::test]
async fn telephone_numbers_are_the_users() {
    let house = House::new();
    let numbers = format!(
        "[account.{}.connection.numbers]\nplug = \"phonebook\"\n\
         settings = {{ 7 = [\"+18001231234 ext 1 Front desk\", \"+41443334455\"], 8 = \"call me\" }}\n",
        hubspot::ACCOUNT
    );
    let bridge = house.open(&hubspot::config("telephony = \"numbers\"", &numbers)).await;
    let ask = async |app: u64, user: u64| {
        let query = serde_json::json!({ "appId": app, "portalId": hubspot::ACCOUNT, "userId": user });
        bridge.send(&hubspot::request("phone-numbers", &query)).await
    };
    let answer = ask(hubspot::APP, 7).await;
    assert_eq!(answer.status, 200);
    let first = &answer.json()["phoneNumbers"][0];
    assert_eq!((&first["e164PhoneNumber"], &first["extension"]), (&"+18001231234".into(), &"1".into()));
    assert_eq!(ask(hubspot::APP, 9).await.json(), serde_json::json!({ "phoneNumbers": [] }));
    assert_eq!(ask(hubspot::APP, 8).await.status, 422, "the owner wrote what is no number");
    assert_eq!(ask(1, 7).await.status, 404, "of another app");
}

#[tokio::test]
async fn users_are_known_or_not_and_where_there_are_none_all_are() {
    let (house, provider, bridge) = scene().await;
    let known = verify(&bridge, "Ada@Example.com").await;
    assert_eq!((known.status, known.member("id")), (200, USER_ID.to_owned()));
    let unknown = verify(&bridge, "nobody@example.com").await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.problem().contains("no such user"));
    // From now on HubSpot sends the id in place of the address.
    let looked_up = provider.calls("host/fetch_all");
    assert_eq!(verify(&bridge, USER_ID).await.member("id"), USER_ID);
    created(&bridge, &hubspot::with(meeting("Verified"), "userEmail", USER_ID)).await;
    assert_eq!(provider.calls("host/fetch_all"), looked_up, "the id needs no looking up");
    assert_eq!(provider.bodies(CREATE)[0]["host_id"].to_string(), USER_ID);
    // An address that nobody has is no host.
    let stranger = hubspot::with(meeting("Stranger"), "userEmail", "nobody@example.com");
    assert_eq!(create(&bridge, &stranger).await.status, 422);
    bridge.close().await;

    let rooms = format!("[account.{}.connection.rooms]\nplug = \"jitsi\"\n", hubspot::ACCOUNT);
    let bridge = house.open(&hubspot::config("conferencing = \"rooms\"", &rooms)).await;
    let anybody = verify(&bridge, "nobody@example.com").await;
    assert_eq!((anybody.status, anybody.member("id")), (200, "nobody@example.com".to_owned()));
}

/// Ids are unguessable, and still nothing is done for the wrong app or account.
#[tokio::test]
async fn conferences_belong_to_their_app_and_account() {
    let house = House::new();
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
    let bridge = house.open(&config).await;
    let ours = created(&bridge, &meeting("Ours")).await;
    assert!(ours.len() == 32 && ours.bytes().all(|byte| byte.is_ascii_hexdigit()), "{ours}");
    let as_other_app = |route: &str, body: serde_json::Value| {
        let request = cordboard_tests::http::Request::post(&format!("/hubspot/2/{route}"), body.to_string());
        let at = cordboard::flow::now();
        cordboard_tests::sign::v3(request, "other-secret", cordboard_tests::bridge::PUBLIC_URL, at)
    };
    let conference = serde_json::json!({ "conferenceId": ours });
    let change = hubspot::with(hubspot::with(meeting("Theirs"), "conferenceId", ours.as_str()), "portalId", 20);
    assert_eq!(bridge.send(&as_other_app("delete-meeting", conference.clone())).await.status, 404);
    assert_eq!(bridge.send(&as_other_app("update-meeting", change)).await.status, 404);
    // The other app's account is none of ours, nor is ours one of its.
    assert_eq!(create(&bridge, &hubspot::with(meeting("Talk"), "portalId", 20)).await.status, 404);
    assert_eq!(bridge.send(&as_other_app("create-meeting", meeting("Talk"))).await.status, 404);
    // Another account of the same app.
    assert_eq!(update(&bridge, &ours, hubspot::with(meeting("Talk"), "portalId", 30)).await.status, 404);
    // Signed by one app for another.
    let mut crossed = hubspot::request("delete-meeting", &conference);
    crossed.target = "/hubspot/2/delete-meeting".to_owned();
    assert_eq!(bridge.send(&hubspot::signed(crossed)).await.status, 401);
    // Ids that never were.
    for id in
        ["0".repeat(32), ours.to_uppercase(), format!("{ours} "), "../x".to_owned(), "é".to_owned(), "x".repeat(5000)]
    {
        assert_eq!(delete(&bridge, &id).await.status, 404, "{id}");
        assert_eq!(update(&bridge, &id, meeting("Talk")).await.status, 404, "{id}");
    }
    assert_eq!(update(&bridge, &ours, meeting("Still there")).await.status, 204);
    assert_eq!(delete(&bridge, &ours).await.status, 204);
    assert_eq!(delete(&bridge, &ours).await.status, 204);
}
