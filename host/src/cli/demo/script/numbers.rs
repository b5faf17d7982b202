//! The help desk wants to know a user's telephone numbers.

use serde_json::json;

use crate::cli::demo::cast::{ACME, APP, GLOBEX};
use crate::cli::demo::hubspot::{PhoneNumbers, Signed};
use crate::cli::demo::right::{Right, equal};

use super::Play;

const NUMBERS: &str = "phone-numbers";

pub async fn play(play: &mut Play<'_>) -> Right {
    play.narrator.step("HubSpot's help desk asks for telephone numbers");

    let user = PhoneNumbers { app_id: APP, portal_id: ACME.id, user_id: ACME.user };
    let answer = play.hubspot(NUMBERS, &user, Signed::V3).await?;
    let numbers = json!({ "phoneNumbers": [
        { "e164PhoneNumber": "+18001231234", "extension": "1", "friendlyName": "Front desk" },
        { "e164PhoneNumber": "+41443334455", "friendlyName": "Zürich" },
    ] });
    equal("the answer", &numbers, &answer.json(200)?)?;
    play.narrator.means("They come from acme's telephony plug, a phonebook in the configuration.");

    let user = PhoneNumbers { app_id: APP, portal_id: GLOBEX.id, user_id: GLOBEX.user };
    let answer = play.hubspot(NUMBERS, &user, Signed::V3).await?;
    answer.refusal(501, "connect the account to one that can")?;
    play.narrator.means("globex has no telephony plug, and HubSpot is told so.");
    Ok(())
}
