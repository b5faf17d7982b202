//! Tests of the check of the public address.

use axum::http::Method;
use cordboard_core::types::manifest::Route;
use url::Url;

use super::super::public_url::check;
use super::super::request::{Address, Request};
use super::bridge::{Running, looked_at, text};
use super::front::{Change, Front, answering, changing};
use super::{APP, Doctor, SECRET, Verdict, assert_found, client, closed, config, doctor, only, plug, served};
use cordboard::clock::now;

const ABOUT: &str = "public-url, app 54321";

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_behind_a_proxy_is_ok_and_stores_nothing() {
    let front = Front::new().await;
    let (client, bridge) = (front.client(), Running::at(&front.url).await);
    front.lead_to(bridge.at);
    let before = bridge.stored();
    let finding = only(looked_at(&bridge.config(), &client).await);
    assert_found(&finding, Verdict::Ok, ABOUT, &[&bridge.public_url, "leads to this bridge"]);
    assert_eq!(bridge.stored(), before);

    // A malformed request from HubSpot is stored, so the count would show one.
    let route: &Route = plug("hubspot").routes().iter().find(|route| route.name == "verify-user").unwrap();
    let url = format!("{}/hubspot/{APP}/verify-user", bridge.public_url);
    let address = Address { to: Url::parse(&url).unwrap(), signed: url };
    let malformed = Request::signed(route, None, Some(SECRET), address, b"{}".to_vec(), now()).unwrap();
    assert_eq!(malformed.send(&client).await.unwrap().status.as_u16(), 400);
    assert_eq!(bridge.stored(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_under_a_path_is_ok_if_the_proxy_strips_the_path() {
    let front = Front::new().await;
    let (client, bridge) = (front.client(), Running::at(&format!("{}/meetings", front.url)).await);
    front.lead_to(
        served(changing(bridge.at, |method, target| {
            (method.clone(), target.strip_prefix("/meetings").unwrap().to_owned())
        }))
        .await,
    );
    assert_found(&only(looked_at(&bridge.config(), &client).await), Verdict::Ok, ABOUT, &["/meetings leads to"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_a_warning_but_works() {
    let bridge = Running::unproxied().await;
    let findings = looked_at(&bridge.config(), &client()).await;
    assert_eq!(findings.len(), 2);
    assert_found(&findings[0], Verdict::Warning, ABOUT, &["is not https", "proxy that terminates TLS", "`public-url`"]);
    assert_found(&findings[1], Verdict::Ok, ABOUT, &[&bridge.public_url]);
}

#[tokio::test]
async fn a_plug_without_the_route_is_not_tested() {
    let config = config(&text(closed().await, "https://localhost", APP, SECRET));
    let findings = check(&doctor(&config), config.app(None).unwrap(), plug("iotum")).await;
    assert_found(&only(findings), Verdict::Unknown, ABOUT, &["no route `verify-user`", "by hand"]);
}

#[tokio::test]
async fn an_app_without_a_known_signature_is_not_tested() {
    let text = text(closed().await, "https://localhost", APP, SECRET) + "accept-signatures = ['v9']\n";
    let finding = only(looked_at(&config(&text), &client()).await);
    assert_found(&finding, Verdict::Unknown, ABOUT, &["is not tested", "use one of v3, v2, v1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hint_for_an_unreachable_address_depends_on_the_bridge() {
    let plain = client();
    let nowhere = format!("https://localhost:{}", closed().await.port());
    let bridge = Running::at(&nowhere).await;

    let finding = only(looked_at(&bridge.config(), &plain).await);
    let hint = "the bridge itself is running: check DNS, the proxy, its certificate and the firewall";
    assert_found(&finding, Verdict::Fault, ABOUT, &["cannot be reached (", hint]);

    let finding = only(looked_at(&config(&text(closed().await, &nowhere, APP, SECRET)), &plain).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["cannot be reached (", "`listen` either: start `cordboard serve`"]);

    let finding = only(looked_at(&bridge.other_config(APP, "another secret"), &plain).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["another configuration", "restart `cordboard serve`"]);

    let other = served(answering(200, &[], "welcome")).await;
    let finding = only(looked_at(&config(&text(other, &nowhere, APP, SECRET)), &plain).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["`listen` is answered by another program"]);
}

/// The emulator needs no proxy, so a bridge in development has none.
#[tokio::test(flavor = "multi_thread")]
async fn with_an_emulator_the_public_address_need_not_lead_here() {
    let plain = client();
    let nowhere = format!("https://localhost:{}", closed().await.port());
    let bridge = Running::at(&nowhere).await;
    let beside = |listen, public_url: &str, api: &str| {
        let setting = format!("api-url = '{api}', client-secret");
        config(&text(listen, public_url, APP, SECRET).replace("client-secret", &setting))
    };
    for api in ["http://127.0.0.1:8090", "http://localhost:8090"] {
        let finding = only(looked_at(&beside(bridge.at, &nowhere, api), &plain).await);
        let says = ["cannot be reached (", "only matters for the real HubSpot", "the bridge answers on `listen`"];
        assert_found(&finding, Verdict::Warning, ABOUT, &says);
    }
    let finding = only(looked_at(&beside(bridge.at, &nowhere, "https://api.hubapi.com"), &plain).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["the bridge itself is running"]);
    let finding = only(looked_at(&beside(closed().await, &nowhere, "http://127.0.0.1:8090"), &plain).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["start `cordboard serve`"]);

    // An unrelated server, such as that of an example domain.
    let front = Front::new().await;
    let (client, url) = (front.client(), front.url.clone());
    front.lead_to(served(answering(404, &[], "")).await);
    let bridge = Running::at(&url).await;
    let finding = only(looked_at(&beside(bridge.at, &url, "http://127.0.0.1:8090"), &client).await);
    let says = ["something other than this bridge", "the bridge answers on `listen`"];
    assert_found(&finding, Verdict::Warning, ABOUT, &says);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_names_the_configuration() {
    let nowhere = format!("https://localhost:{}", closed().await.port());
    let config = config(&text(closed().await, &nowhere, APP, SECRET));
    let doctor = Doctor::new(&config, " --config /etc/bridge.toml").unwrap();
    let finding = only(check(&doctor, config.app(None).unwrap(), plug("hubspot")).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["start `cordboard serve --config /etc/bridge.toml`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_certificate_is_reported() {
    let front = Front::new().await;
    let bridge = Running::at(&front.url).await;
    front.lead_to(bridge.at);
    let finding = only(looked_at(&bridge.config(), &client()).await);
    assert_found(&finding, Verdict::Fault, ABOUT, &["certificate: UnknownIssuer", "its certificate"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_are_not_mistaken_for_a_bridge() {
    let moved: &[(&str, &str)] = &[("location", "https://www.example.com/")];
    let not_found = r#"{"detail":"Not Found"}"#;
    for (server, says) in [
        (answering(301, moved, ""), ["redirected (301)", "make the proxy forward requests"]),
        (answering(308, moved, ""), ["redirected (308)", "make the proxy forward requests"]),
        (answering(502, &[], "<h1>Bad Gateway</h1>"), ["no bridge behind it (502)", "start `cordboard serve`"]),
        (answering(503, &[], ""), ["no bridge behind it (503)", "start `cordboard serve`"]),
        (answering(504, &[], ""), ["no bridge behind it (504)", "forward to its `listen`"]),
        (answering(200, &[], "welcome"), ["answered 200 by something other than this bridge", "to `listen`"]),
        (answering(404, &[], "404"), ["answered 404 by something other than this bridge", "to `listen`"]),
        (answering(404, &[], not_found), ["answered 404 by something other than this bridge", "to `listen`"]),
        (answering(401, &[], not_found), ["answered 401 by something other than this bridge", "to `listen`"]),
    ] {
        let front = Front::new().await;
        let (client, config) = (front.client(), config(&text(closed().await, &front.url, APP, SECRET)));
        front.lead_to(served(server).await);
        assert_found(&only(looked_at(&config, &client).await), Verdict::Fault, ABOUT, &says);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_with_another_configuration_is_recognized() {
    let front = Front::new().await;
    let (client, bridge) = (front.client(), Running::at(&front.url).await);
    front.lead_to(bridge.at);

    let finding = only(looked_at(&bridge.other_config(APP, "another secret"), &client).await);
    let says = ["rejects this app's signature", "restart `cordboard serve` if the secret was changed"];
    assert_found(&finding, Verdict::Fault, ABOUT, &says);
    assert!(!finding.message.contains("another secret"), "{}", finding.message);

    let finding = only(looked_at(&bridge.other_config(99, SECRET), &client).await);
    let says = ["does not know this app", "restart `cordboard serve` if the app is new"];
    assert_found(&finding, Verdict::Fault, "public-url, app 99", &says);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_changes_requests_is_recognized() {
    let changes: [(Change, _); 3] = [
        (
            |method, target| (method.clone(), target.strip_prefix("/hubspot").unwrap().to_owned()),
            ["does not know this app", "make the proxy keep the path"],
        ),
        (
            |method, target| (method.clone(), format!("{target}?by=proxy")),
            ["rejects this app's signature", "make the proxy forward path, query and body unchanged"],
        ),
        (
            |_, target| (Method::PUT, target.to_owned()),
            ["is answered 405 (this address only accepts POST)", "make the proxy forward requests unchanged"],
        ),
    ];
    for (change, says) in changes {
        let front = Front::new().await;
        let (client, bridge) = (front.client(), Running::at(&front.url).await);
        front.lead_to(served(changing(bridge.at, change)).await);
        assert_found(&only(looked_at(&bridge.config(), &client).await), Verdict::Fault, ABOUT, &says);
    }
}
