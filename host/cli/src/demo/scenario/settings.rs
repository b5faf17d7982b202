//! The app's addresses are set at HubSpot.

use cordboard_doctor::hubspot::{PHONE_NUMBERS, VIDEO, address, endpoint};
use cordboard_emulator::hubspot::RequestError;

use crate::demo::assertions::{Checked, assert_equal, assert_ok, assert_some};
use crate::demo::fixtures::{ACME, PUBLIC_URL};
use cordboard::app_settings::{AppSettings, Call};
use cordboard::config::Config;
use cordboard::contract::settings::EndpointSettings;

use super::Scenario;

const SETTINGS: &str = "the app's settings at HubSpot";

pub async fn run(scenario: &mut Scenario<'_>) -> Checked {
    scenario.printer.step("The app's addresses are set at HubSpot");
    let config = &assert_ok("the demo's configuration", Config::load(&scenario.environment.config))?;
    let app = assert_ok("the demo's app", config.app(None))?;
    let topology = scenario.environment.bridge.topology();
    let serving = assert_some("the app that the bridge serves", topology.apps().next())?;
    let settings = assert_ok(SETTINGS, AppSettings::of(app, &serving.generation.plug))?;

    let before = scenario.environment.hubspot.phone_numbers(ACME.id, ACME.user).await;
    let is_unset = matches!(before, Err(RequestError::Conflict(_)));
    assert_equal("whether HubSpot has no address for numbers yet", &true, &is_unset)?;

    let video = VIDEO.map(|(purpose, _)| endpoint(purpose, address(config, &settings, purpose)));
    let video = EndpointSettings { endpoints: video.into(), extras: Vec::new() };
    let set = assert_ok(SETTINGS, settings.ask(&Call::Set(video.clone())).await)?;
    assert_equal("HubSpot's video settings", &Some(video), &set)?;
    scenario.printer.line(&format!("   createMeetingUrl  {}", address(config, &settings, "create-meeting")));
    scenario.printer.line("   … and the same for update, delete and verify-user");

    let url = address(config, &settings, PHONE_NUMBERS);
    let channel = endpoint(PHONE_NUMBERS, url.clone());
    let call = Call::Set(EndpointSettings { endpoints: vec![channel.clone()], extras: Vec::new() });
    let set = assert_ok(SETTINGS, settings.ask(&call).await)?;
    assert_equal("the channel connection", &Some(vec![channel]), &set.map(|set| set.endpoints))?;
    scenario.printer.line(&format!("   calling url       {url}"));
    scenario.printer.means(&format!(
        "This is what `cordboard hubspot video set --from-config` and `calling create` do. HubSpot only calls https, \
         and knows the bridge as {PUBLIC_URL}."
    ));
    Ok(())
}
