//! HubSpot wants to know whether its users are known to the conferencing systems.

use serde_json::json;

use crate::cli::demo::cast::{ACME, GLOBEX, HOST_ID};
use crate::cli::demo::hubspot::{Signed, VerifyUser};
use crate::cli::demo::right::{Right, equal};

use super::Play;

/// The webhook.
const VERIFY: &str = "verify-user";

pub async fn play(play: &mut Play<'_>) -> Right {
    play.narrator.step("HubSpot verifies users");

    let user = VerifyUser { portal_id: ACME.id, user_email: ACME.email };
    let answer = play.hubspot(VERIFY, &user, Signed::V1).await?;
    equal("the answer", &json!({ "id": ACME.email }), &answer.json(200)?)?;
    play.iotum_heard(&[])?;
    play.narrator.means("acme books rooms at a Jitsi server, which has no users: the e-mail address will do.");

    let user = VerifyUser { portal_id: GLOBEX.id, user_email: GLOBEX.email };
    let answer = play.hubspot(VERIFY, &user, Signed::V3).await?;
    equal("the answer", &json!({ "id": HOST_ID.to_string() }), &answer.json(200)?)?;
    play.iotum_heard(&[("authenticate", 200), ("host/fetch_all", 200)])?;
    play.narrator.means(
        "globex books at iotum, where the plug signed in and found the user: HubSpot calls her by that id from now on.",
    );

    let user = VerifyUser { portal_id: GLOBEX.id, user_email: "nobody@globex.example" };
    let answer = play.hubspot(VERIFY, &user, Signed::V3).await?;
    answer.refusal(404, "the conferencing system has no such user")?;
    play.iotum_heard(&[("host/fetch_all", 200)])?;
    play.narrator.means("Whom iotum does not know gets 404, as HubSpot's documents want it.");
    Ok(())
}
