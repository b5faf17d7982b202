//! Somebody pretends to be HubSpot, or iotum.

use cordboard_emulator::hubspot::webhooks::Signer;
use cordboard_emulator::hubspot::{Fault, FaultKind, Signatures};
use serde_json::json;

use crate::demo::assertions::{Checked, assert_equal};
use crate::demo::fixtures::ACME;
use crate::demo::wire::Request;
use cordboard::flow::now;

use super::Scenario;
use super::numbers;

const WEBHOOK: &str = "verify-user";

/// Signatures count for five minutes.
const SIX_MINUTES: u64 = 6 * 60_000;

pub async fn run(scenario: &mut Scenario<'_>, webhook: &Request) -> Checked {
    scenario.printer.step("Somebody forges requests");

    // No plug could read it: had one tried, the answer would be 400.
    let unreadable = b"{\"portalId\":";
    let guess = Signer { secret: "a guess".to_owned(), signatures: Signatures::V1V3 };
    let guessed = scenario.sent(guess.request(&scenario.address(WEBHOOK), unreadable, now()));
    forged(scenario, "signed with a guess", &guessed, "signature-mismatch").await?;
    let genuine = scenario.sent(scenario.signer().request(&scenario.address(WEBHOOK), unreadable, now()));
    let answer = scenario.ask("HubSpot", "POST verify-user, the same signed right", &genuine).await?;
    answer.refusal(400, "JSON")?;
    scenario.printer.means("401 came before any plug was asked: the plug's own answer to such a body is 400.");

    let user = json!({ "portalId": ACME.id, "userEmail": ACME.email });
    let mut changed = scenario.signed(WEBHOOK, &user);
    changed.body = changed.body.replace(ACME.email, "eve@acme.example");
    forged(scenario, "changed on the way", &changed, "signature-mismatch").await?;

    let user = user.to_string();
    let old = scenario.signer().request(&scenario.address(WEBHOOK), user.as_bytes(), now() - SIX_MINUTES);
    let old = scenario.sent(old);
    forged(scenario, "six minutes old", &old, "stale").await?;
    scenario.printer.means("What was changed on the way or is kept for later does not pass either.");

    scenario.faults(vec![Fault { kind: FaultKind::WrongSignature, times: Some(1) }])?;
    numbers::ask(scenario, ACME, 401).await?;
    scenario.printer.means("Nor does HubSpot itself, with a secret that is not the app's any more.");

    let mut webhook = webhook.clone();
    webhook.headers = vec![("x-signing-token".to_owned(), "a guess".to_owned())];
    let before = scenario.count("provider", "secret-mismatch");
    scenario.ask("iotum?", "POST conference_end, with a guess", &webhook).await?.refusal(401, "x-signing-token")?;
    assert_equal("how many such refusals were counted", &(before + 1), &scenario.count("provider", "secret-mismatch"))?;
    scenario.no_new_event().await?;
    scenario.printer.means("Knowing iotum's address is not enough: no event was kept.");
    Ok(())
}

/// The request is refused for this reason, before anything is done for it.
async fn forged(scenario: &mut Scenario<'_>, how: &str, request: &Request, reason: &str) -> Checked {
    let (refused, answered) = (scenario.count("crm", reason), scenario.count("crm", "answered"));
    let answer = scenario.ask("HubSpot?", &format!("POST {WEBHOOK}, {how}"), request).await?;
    answer.refusal(401, "")?;
    assert_equal("how many such refusals were counted", &(refused + 1), &scenario.count("crm", reason))?;
    assert_equal("how many requests plugs have answered", &answered, &scenario.count("crm", "answered"))?;
    scenario.assert_iotum_received(&[])
}
