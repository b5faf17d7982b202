//! The app's addresses are set at HubSpot.

use cordboard_emulator::hubspot::Refusal;

use crate::demo::assertions::{AssertionFailure, Checked, assert_equal, assert_some};
use crate::demo::fixtures::{ACME, PUBLIC_URL};
use crate::hubspot::{channel_from_config, video_from_config};
use cordboard::app_settings::{AppSettings, Call, State};
use cordboard::contract::settings::ChannelConnection;

use super::Scenario;

pub async fn run(scenario: &mut Scenario<'_>) -> Checked {
    scenario.printer.step("The app's addresses are set at HubSpot");
    let failure = |why: String| AssertionFailure::new("the app's settings at HubSpot", "accepted", why);
    let config = &scenario.environment.configured;
    let app = config.app(None).map_err(failure)?;
    let topology = scenario.environment.bridge.state().topology();
    let serving = assert_some("the app that the bridge serves", topology.apps().next())?;
    let settings = AppSettings::of(app, &serving.generation.plug).map_err(|error| failure(error.to_string()))?;

    let before = scenario.environment.hubspot.phone_numbers(ACME.id, ACME.user).await;
    assert_equal(
        "whether HubSpot has no address for numbers yet",
        &true,
        &matches!(before, Err(Refusal::Conflict(_))),
    )?;

    let addresses = video_from_config(config, &settings);
    let set = settings.ask(&Call::SetVideoConferencing(addresses.clone())).await;
    let set = set.map_err(|error| failure(error.to_string()))?;
    assert_equal("HubSpot's video settings", &State::VideoConferencing(addresses.clone()), &set)?;
    scenario.printer.line(&format!("   createMeetingUrl  {}", addresses.create_meeting_url));
    scenario.printer.line("   … and the same for update, delete and verify-user");

    let url = channel_from_config(config, &settings);
    let channel = Call::CreateChannelConnection(ChannelConnection { url: url.clone(), is_ready: true });
    match settings.ask(&channel).await.map_err(|error| failure(error.to_string()))? {
        State::ChannelConnection(channel) => {
            assert_equal("the channel connection", &(&url, true), &(&channel.url, channel.is_ready))?
        }
        other => return Err(AssertionFailure::new("the channel connection", url, format!("{other:?}"))),
    }
    scenario.printer.line(&format!("   calling url       {url}"));
    scenario.printer.means(&format!(
        "This is what `cordboard hubspot video set --from-config` and `calling create` do. HubSpot only calls https, \
         and knows the bridge as {PUBLIC_URL}."
    ));
    Ok(())
}
