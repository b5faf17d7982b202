//! HubSpot is told where to call.

use cordboard_emulator::hubspot::Refusal;

use crate::app_settings::{AppSettings, Call, State};
use crate::cli::demo::cast::{ACME, PUBLIC_URL};
use crate::cli::demo::right::{Right, Wrong, equal, there};
use crate::cli::hubspot::{channel_from_config, video_from_config};
use crate::contract::settings::ChannelConnection;

use super::Play;

pub async fn play(play: &mut Play<'_>) -> Right {
    play.narrator.step("HubSpot is told where to call");
    let wrong = |why: String| Wrong::new("what HubSpot keeps of the app", "it can be set", why);
    let config = &play.stage.configured;
    let app = config.app(None).map_err(wrong)?;
    let world = play.stage.bridge.switchboard().world();
    let serving = there("the app that the bridge serves", world.apps().next())?;
    let settings = AppSettings::of(app, &serving.generation.plug).map_err(|error| wrong(error.to_string()))?;

    let before = play.stage.hubspot.phone_numbers(ACME.id, ACME.user).await;
    equal("whether HubSpot has nobody to ask", &true, &matches!(before, Err(Refusal::Conflict(_))))?;

    let addresses = video_from_config(config, &settings);
    let set = settings.ask(&Call::SetVideoConferencing(addresses.clone())).await;
    let set = set.map_err(|error| wrong(error.to_string()))?;
    equal("HubSpot's video settings", &State::VideoConferencing(addresses.clone()), &set)?;
    play.narrator.line(&format!("   createMeetingUrl  {}", addresses.create_meeting_url));
    play.narrator.line("   … and likewise to update, to delete and to verify a user");

    let url = channel_from_config(config, &settings);
    let channel = Call::CreateChannelConnection(ChannelConnection { url: url.clone(), is_ready: true });
    match settings.ask(&channel).await.map_err(|error| wrong(error.to_string()))? {
        State::ChannelConnection(channel) => {
            equal("the channel connection", &(&url, true), &(&channel.url, channel.is_ready))?
        }
        other => return Err(Wrong::new("the channel connection", url, format!("{other:?}"))),
    }
    play.narrator.line(&format!("   url of calling    {url}"));
    play.narrator.means(&format!(
        "As `cordboard hubspot video set --from-config` and `calling create` do it. HubSpot calls https only, and knows \
         the bridge as {PUBLIC_URL}."
    ));
    Ok(())
}
