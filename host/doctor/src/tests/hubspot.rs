//! Tests of the check of HubSpot's settings, against the emulator.

use std::net::SocketAddr;

use cordboard_emulator::hubspot::{Fault, FaultKind, HubSpot, Options};

use super::super::hubspot::check::check;
use super::super::hubspot::{PHONE_NUMBERS, VIDEO, endpoint};
use super::{APP, Doctor, Finding, SECRET, Verdict, assert_found, closed, config, doctor, only, plug, served};
use cordboard::app_settings::{AppSettings, Call};
use cordboard::config::Config;
use cordboard::contract::settings::{EndpointPatch, EndpointSettings};

const KEY: &str = "6d7f1c0e-developer-key";
const VIDEO_SETTINGS: &str = "HubSpot's video settings, app 54321";
const CHANNEL: &str = "HubSpot's channel connection, app 54321";
const SET_VIDEO: &str = "`cordboard hubspot video set --from-config`";

/// Starts the emulator.
async fn vendor() -> (HubSpot, SocketAddr) {
    let mut options = Options::new(APP, SECRET).unwrap();
    options.developer_key = KEY.to_owned();
    let hubspot = HubSpot::new(options).unwrap();
    let at = served(hubspot.router()).await;
    (hubspot, at)
}

/// Returns a configuration whose app uses the HubSpot API at `api`.
fn configured(app: u64, api: &str, key: Option<&str>) -> String {
    let key = key.map(|key| format!("developer-api-key = '{key}'")).unwrap_or_default();
    let host = api.rsplit('/').next().unwrap();
    format!(
        "public-url = 'https://bridge.example.com'\n[app.{app}]\nplug = 'hubspot'\n\
         outbound = {{ allow-private = true, allow = ['{host}'] }}\n\
         [app.{app}.settings]\nclient-secret = '{SECRET}'\napi-url = '{api}'\n{key}\n"
    )
}

/// Returns a configuration with the right key.
fn right(at: SocketAddr) -> Config {
    config(&configured(APP, &format!("http://{at}"), Some(KEY)))
}

/// Returns the same with an account that has telephone numbers.
fn with_numbers(at: SocketAddr) -> Config {
    let account = "[account.123123]\napp = 54321\ntelephony = 'numbers'\n[account.123123.connection.numbers]\n\
                   plug = 'phonebook'\nsettings = { 123 = '+18001231234' }\n";
    config(&(configured(APP, &format!("http://{at}"), Some(KEY)) + account))
}

fn settings(config: &Config) -> AppSettings {
    AppSettings::of(config.app(None).unwrap(), plug("hubspot")).unwrap()
}

async fn examined(config: &Config) -> Vec<Finding> {
    check(&doctor(config), config.app(None).unwrap(), &settings(config)).await
}

/// Returns the addresses that HubSpot should have, with a different one for each of these routes, or none.
fn addresses(different: &[(&str, Option<&str>)]) -> Call {
    let right = |purpose: &str| Some(format!("https://bridge.example.com/hubspot/{APP}/{purpose}"));
    let endpoints = VIDEO.into_iter().filter_map(|(purpose, _)| {
        let other = different.iter().find(|(name, _)| *name == purpose);
        let url = other.map_or_else(|| right(purpose), |(_, url)| url.map(str::to_owned));
        Some(endpoint(purpose, url?))
    });
    Call::Set(EndpointSettings { endpoints: endpoints.collect(), extras: Vec::new() })
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_the_settings_are_unknown() {
    let (hubspot, at) = vendor().await;
    let finding = only(examined(&config(&configured(APP, &format!("http://{at}"), None))).await);
    let says = ["set `developer-api-key` or `developer-access-token` in the app's settings"];
    assert_found(&finding, Verdict::Unknown, VIDEO_SETTINGS, &says);
    assert!(hubspot.calls(0).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_a_fault_and_not_repeated() {
    let (_, at) = vendor().await;
    let wrong = "a-key-of-nobody";
    let finding = only(examined(&config(&configured(APP, &format!("http://{at}"), Some(wrong)))).await);
    let says = ["HubSpot answered 401", "check that the key or token in the app's settings is valid"];
    assert_found(&finding, Verdict::Fault, VIDEO_SETTINGS, &says);
    assert!(!format!("{finding:?}").contains(wrong), "{finding:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_settings_are_a_fault_with_hubspots_message() {
    let (_, at) = vendor().await;
    let finding = only(examined(&right(at)).await);
    let says = ["nothing is set", SET_VIDEO, "HubSpot says “this app has no settings"];
    assert_found(&finding, Verdict::Fault, VIDEO_SETTINGS, &says);

    let finding = only(examined(&config(&configured(99, &format!("http://{at}"), Some(KEY)))).await);
    let says = ["HubSpot says “this developer account has no app with this id”"];
    assert_found(&finding, Verdict::Fault, "HubSpot's video settings, app 99", &says);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_names_the_configuration_and_the_app() {
    let (_, at) = vendor().await;
    let text = configured(APP, &format!("http://{at}"), Some(KEY)) + "[app.99]\nplug = 'hubspot'\n";
    let config = config(&text);
    let app = config.app(Some(&APP.into())).unwrap();
    let settings = AppSettings::of(app, plug("hubspot")).unwrap();
    let doctor = Doctor::new(&config, " --config other.toml").unwrap();
    let finding = only(check(&doctor, app, &settings).await);
    let says = ["`cordboard hubspot video set --from-config --config other.toml --app 54321`"];
    assert_found(&finding, Verdict::Fault, VIDEO_SETTINGS, &says);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_compared_with_this_bridges_addresses() {
    let (_, at) = vendor().await;
    let config = right(at);
    let settings = settings(&config);
    let set = async |different: &[(&str, Option<&str>)]| {
        settings.ask(&addresses(different)).await.unwrap();
        only(examined(&config).await)
    };
    assert_found(&set(&[]).await, Verdict::Ok, VIDEO_SETTINGS, &["HubSpot calls this bridge"]);
    let elsewhere = "https://elsewhere.example/create";
    let finding = set(&[("create-meeting", Some(elsewhere))]).await;
    let says = ["`createMeetingUrl`", elsewhere, "not this bridge", SET_VIDEO];
    assert_found(&finding, Verdict::Fault, VIDEO_SETTINGS, &says);
    let finding = set(&[("verify-user", Some("https://elsewhere.example/verify"))]).await;
    let says = ["`userVerifyUrl` is https://elsewhere.example/verify", SET_VIDEO];
    assert_found(&finding, Verdict::Fault, VIDEO_SETTINGS, &says);
    for (route, field, without) in [
        ("update-meeting", "`updateMeetingUrl`", "rescheduled meetings"),
        ("delete-meeting", "`deleteMeetingUrl`", "remain at the provider"),
        ("verify-user", "`userVerifyUrl`", "users are not verified"),
    ] {
        let finding = set(&[(route, None)]).await;
        assert_found(&finding, Verdict::Warning, VIDEO_SETTINGS, &[field, "is not set", without, SET_VIDEO]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_different_address_is_reported() {
    let (_, at) = vendor().await;
    let config = right(at);
    let elsewhere = Some("https://elsewhere.example/delete");
    let different = [("update-meeting", None), ("delete-meeting", elsewhere), ("verify-user", None)];
    settings(&config).ask(&addresses(&different)).await.unwrap();
    let verdicts: Vec<_> = examined(&config).await.iter().map(|finding| finding.verdict).collect();
    assert_eq!(verdicts, [Verdict::Warning, Verdict::Fault, Verdict::Warning]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_connection_is_checked_if_an_account_has_numbers() {
    let (hubspot, at) = vendor().await;
    settings(&right(at)).ask(&addresses(&[])).await.unwrap();
    let asked = hubspot.calls(0).len() as u64;
    only(examined(&right(at)).await);
    assert!(hubspot.calls(asked).iter().all(|call| !call.url.contains("channel-connection")));

    let config = with_numbers(at);
    let settings = settings(&config);
    let channel = async |call: Option<Call>| {
        if let Some(call) = call {
            settings.ask(&call).await.unwrap();
        }
        let mut findings = examined(&config).await;
        assert_found(&findings.remove(0), Verdict::Ok, VIDEO_SETTINGS, &[]);
        only(findings)
    };
    let says = ["nothing is set", "`cordboard hubspot calling create --from-config --is-ready true`"];
    assert_found(&channel(None).await, Verdict::Warning, CHANNEL, &says);

    let other = endpoint(PHONE_NUMBERS, "https://elsewhere.example/numbers".to_owned());
    let create = Call::Set(EndpointSettings { endpoints: vec![other], extras: Vec::new() });
    let says =
        ["https://elsewhere.example/numbers", "not this bridge", "`cordboard hubspot calling update --from-config`"];
    assert_found(&channel(Some(create)).await, Verdict::Fault, CHANNEL, &says);

    let url = Some(format!("https://bridge.example.com/hubspot/{APP}/phone-numbers"));
    let patch = |url, enabled| Some(Call::Update(EndpointPatch { purpose: PHONE_NUMBERS.to_owned(), url, enabled }));
    let says = ["cannot select the app yet", "`cordboard hubspot calling update --is-ready true`"];
    assert_found(&channel(patch(url, Some(false))).await, Verdict::Warning, CHANNEL, &says);
    let says = ["the help desk calls this bridge"];
    assert_found(&channel(patch(None, Some(true))).await, Verdict::Ok, CHANNEL, &says);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_hubspot_is_a_fault() {
    let findings = examined(&with_numbers(closed().await)).await;
    let says = ["HubSpot cannot be reached (no connection: ", "check this machine's network", "`api-url`"];
    assert_eq!(findings.len(), 2);
    for (finding, about) in findings.iter().zip([VIDEO_SETTINGS, CHANNEL]) {
        assert_found(finding, Verdict::Fault, about, &says);
    }

    let (hubspot, at) = vendor().await;
    hubspot.set_faults(vec![Fault { kind: FaultKind::ServerError, times: Some(1) }]).unwrap();
    assert_found(
        &only(examined(&right(at)).await),
        Verdict::Fault,
        VIDEO_SETTINGS,
        &["HubSpot answered 500", "injected fault: server-error"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misconfigured_api_is_a_fault_with_a_fix() {
    let by_key = configured(APP, "api.hubapi.com", Some(KEY));
    for text in [by_key.replace("developer-api-key", "developer-access-token"), by_key] {
        let finding = only(examined(&config(&text)).await);
        assert_found(&finding, Verdict::Fault, VIDEO_SETTINGS, &["`api-url`", "write a scheme and a host"]);
    }

    let (_, at) = vendor().await;
    let text = configured(APP, &format!("http://{at}"), Some(KEY)).replace("allow-private = true, ", "");
    let finding = only(examined(&config(&text)).await);
    let says = ["the app's policy refuses this call", "set `allow-private = true` in the app's `outbound`"];
    assert_found(&finding, Verdict::Fault, VIDEO_SETTINGS, &says);
    assert!(!finding.message.contains("this machine's network"), "{}", finding.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limited_request_leaves_it_unknown() {
    let (hubspot, at) = vendor().await;
    hubspot.set_faults(vec![Fault { kind: FaultKind::RateLimited, times: Some(1) }]).unwrap();
    let says = ["HubSpot is limiting requests: try again in"];
    assert_found(&only(examined(&right(at)).await), Verdict::Unknown, VIDEO_SETTINGS, &says);
}

#[tokio::test]
async fn a_plug_without_app_settings_leaves_them_unknown() {
    let config = config(&configured(APP, &format!("http://{}", closed().await), Some(KEY)));
    let findings = doctor(&config).check_app(config.app(None).unwrap(), plug("iotum")).await;
    let about = "HubSpot's settings, app 54321";
    let says = ["does not manage settings", "set them there by hand"];
    assert_found(findings.last().unwrap(), Verdict::Unknown, about, &says);
}
