//! Somebody pretends to be HubSpot, or iotum.

use crate::cli::demo::cast::ACME;
use crate::cli::demo::hubspot::{HubSpot, Signed, VerifyUser};
use crate::cli::demo::right::{Right, equal};
use crate::cli::demo::wire::Request;
use crate::flow::now;

use super::Play;

const WEBHOOK: &str = "verify-user";

/// Signatures count for five minutes.
const SIX_MINUTES: u64 = 6 * 60_000;

pub async fn play(play: &mut Play<'_>, told: &Request) -> Right {
    play.narrator.step("Somebody forges requests");

    // No plug could read it: had one tried, the answer would be 400.
    let unreadable = "{\"portalId\":".to_owned();
    let genuine = play.hubspot.request_at(WEBHOOK, unreadable.clone(), Signed::V3, now());
    let impostor = HubSpot::new(&play.stage.bridge_url, "a guess");
    let guessed = impostor.request_at(WEBHOOK, unreadable, Signed::V3, now());
    forged(play, "signed with a guess", &guessed, "signature-mismatch").await?;
    let answer = play.ask("HubSpot", "POST verify-user, the same signed right", &genuine).await?;
    answer.refusal(400, "JSON")?;
    play.narrator.means("401 came before any plug was asked: the plug's own answer to such a body is 400.");

    let user = VerifyUser { portal_id: ACME.id, user_email: ACME.email };
    let mut changed = play.hubspot.request(WEBHOOK, &user, Signed::V3);
    changed.body = changed.body.replace(ACME.email, "eve@acme.example");
    forged(play, "changed on the way", &changed, "signature-mismatch").await?;

    let old = play.hubspot.request(WEBHOOK, &user, Signed::V3);
    let old = play.hubspot.request_at(WEBHOOK, old.body, Signed::V3, now() - SIX_MINUTES);
    forged(play, "six minutes old", &old, "stale").await?;
    play.narrator.means("What was changed on the way or is kept for later does not pass either.");

    let mut told = told.clone();
    told.headers = vec![("x-signing-token", "a guess".to_owned())];
    let before = play.count("provider", "secret-mismatch");
    play.ask("iotum?", "POST conference_end, with a guess", &told).await?.refusal(401, "x-signing-token")?;
    equal("how many such refusals were counted", &(before + 1), &play.count("provider", "secret-mismatch"))?;
    play.no_new_event().await?;
    play.narrator.means("Knowing iotum's address is not enough: no event was kept.");
    Ok(())
}

/// The request is refused for this reason, before anything is done for it.
async fn forged(play: &mut Play<'_>, how: &str, request: &Request, reason: &str) -> Right {
    let (refused, answered) = (play.count("crm", reason), play.count("crm", "answered"));
    let answer = play.ask("HubSpot?", &format!("POST {WEBHOOK}, {how}"), request).await?;
    answer.refusal(401, "")?;
    equal("how many such refusals were counted", &(refused + 1), &play.count("crm", reason))?;
    equal("how many requests plugs have answered", &answered, &play.count("crm", "answered"))?;
    play.iotum_heard(&[])
}
