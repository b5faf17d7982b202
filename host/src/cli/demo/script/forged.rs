//! Somebody pretends to be HubSpot, or iotum.

use cordboard_emulator::hubspot::webhooks::Signer;
use cordboard_emulator::hubspot::{Fault, FaultKind, Signatures};
use serde_json::json;

use crate::cli::demo::cast::ACME;
use crate::cli::demo::right::{Right, equal};
use crate::cli::demo::wire::Request;
use crate::flow::now;

use super::Play;
use super::numbers;

const WEBHOOK: &str = "verify-user";

/// Signatures count for five minutes.
const SIX_MINUTES: u64 = 6 * 60_000;

pub async fn play(play: &mut Play<'_>, told: &Request) -> Right {
    play.narrator.step("Somebody forges requests");

    // No plug could read it: had one tried, the answer would be 400.
    let unreadable = b"{\"portalId\":";
    let guess = Signer { secret: "a guess".to_owned(), signatures: Signatures::V1V3 };
    let guessed = play.sent(guess.request(&play.address(WEBHOOK), unreadable, now()));
    forged(play, "signed with a guess", &guessed, "signature-mismatch").await?;
    let genuine = play.sent(play.signer().request(&play.address(WEBHOOK), unreadable, now()));
    let answer = play.ask("HubSpot", "POST verify-user, the same signed right", &genuine).await?;
    answer.refusal(400, "JSON")?;
    play.narrator.means("401 came before any plug was asked: the plug's own answer to such a body is 400.");

    let user = json!({ "portalId": ACME.id, "userEmail": ACME.email });
    let mut changed = play.signed(WEBHOOK, &user);
    changed.body = changed.body.replace(ACME.email, "eve@acme.example");
    forged(play, "changed on the way", &changed, "signature-mismatch").await?;

    let user = user.to_string();
    let old = play.signer().request(&play.address(WEBHOOK), user.as_bytes(), now() - SIX_MINUTES);
    let old = play.sent(old);
    forged(play, "six minutes old", &old, "stale").await?;
    play.narrator.means("What was changed on the way or is kept for later does not pass either.");

    play.faults(vec![Fault { kind: FaultKind::WrongSignature, times: Some(1) }])?;
    numbers::ask(play, ACME, 401).await?;
    play.narrator.means("Nor does HubSpot itself, with a secret that is not the app's any more.");

    let mut told = told.clone();
    told.headers = vec![("x-signing-token".to_owned(), "a guess".to_owned())];
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
