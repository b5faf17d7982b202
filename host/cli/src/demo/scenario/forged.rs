//! Forged requests from HubSpot and iotum.

use cordboard_doctor::request::Request;
use cordboard_emulator::hubspot::webhooks::Signer;
use cordboard_emulator::hubspot::{Fault, FaultKind, Signatures};
use serde_json::json;

use crate::demo::assertions::{Checked, assert_equal};
use crate::demo::fixtures::ACME;
use cordboard::clock::now;

use super::Scenario;
use super::numbers;

const WEBHOOK: &str = "verify-user";

/// Signatures are valid for five minutes.
const SIX_MINUTES: u64 = 6 * 60_000;

pub async fn run(scenario: &mut Scenario<'_>, webhook: &Request) -> Checked {
    scenario.printer.step("Somebody sends forged requests");

    // A plug would answer this body with 400.
    let unreadable = b"{\"portalId\":";
    let guess = Signer { secret: "a guess".to_owned(), signatures: Signatures::V1V3 };
    let guessed = scenario.sent(guess.request(&scenario.address(WEBHOOK), unreadable, now()))?;
    forged(scenario, "signed with a guess", &guessed, "signature-mismatch").await?;
    let genuine = scenario.sent(scenario.signer().request(&scenario.address(WEBHOOK), unreadable, now()))?;
    let answer = scenario.send("HubSpot", "POST verify-user, signed correctly", &genuine).await?;
    answer.refusal(400, "JSON")?;
    scenario.printer.means("The 401 came before any plug ran: the plug answers such a body with 400.");

    let user = json!({ "portalId": ACME.id, "userEmail": ACME.email });
    let mut changed = scenario.signed(WEBHOOK, &user)?;
    let user = user.to_string();
    changed.body = user.replace(ACME.email, "eve@acme.example").into_bytes();
    forged(scenario, "changed in transit", &changed, "signature-mismatch").await?;

    let old = scenario.signer().request(&scenario.address(WEBHOOK), user.as_bytes(), now() - SIX_MINUTES);
    let old = scenario.sent(old)?;
    forged(scenario, "six minutes old", &old, "stale").await?;
    scenario.printer.means("Requests that were changed in transit or are sent too late are rejected, too.");

    scenario.faults(vec![Fault { kind: FaultKind::WrongSignature, times: Some(1) }])?;
    numbers::request(scenario, ACME, 401).await?;
    scenario.printer.means("So is HubSpot itself, once its secret is no longer the app's.");

    let mut webhook = webhook.clone();
    webhook.headers.retain(|(name, _)| name != "x-signing-token");
    webhook.headers.push(("x-signing-token".to_owned(), "a guess".to_owned()));
    let before = scenario.count("provider", "secret-mismatch");
    scenario.send("iotum?", "POST conference_end, with a guess", &webhook).await?.refusal(401, "x-signing-token")?;
    assert_equal("the number of counted refusals", &(before + 1), &scenario.count("provider", "secret-mismatch"))?;
    scenario.new_events(0).await?;
    scenario.printer.means("Knowing iotum's address is not enough: no event was stored.");
    Ok(())
}

/// Asserts that the request is refused for this reason before a plug runs.
async fn forged(scenario: &mut Scenario<'_>, how: &str, request: &Request, reason: &str) -> Checked {
    let (refused, answered) = (scenario.count("crm", reason), scenario.count("crm", "answered"));
    let answer = scenario.send("HubSpot?", &format!("POST {WEBHOOK}, {how}"), request).await?;
    answer.refusal(401, "")?;
    assert_equal("the number of counted refusals", &(refused + 1), &scenario.count("crm", reason))?;
    assert_equal("the number of requests that plugs answered", &answered, &scenario.count("crm", "answered"))?;
    scenario.assert_iotum_received(&[])
}
