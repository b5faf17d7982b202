// The page without webhooks, which explains how to set them.
import { must, play } from "./browser.js";
import { book, says, state } from "./page.js";

const COMMAND = "cordboard hubspot video set --from-config";

await play([
  ["unset", unset],
  ["refused", refused],
]);

async function unset({ page }) {
  const hint = await says(page.locator("#unset"), COMMAND);
  await says(page.locator("[data-webhook=createMeetingUrl]"), "not set");
  return { hint: hint.replace(/\s+/g, " ").trim() };
}

async function refused(scene) {
  scene.refusals = 1;
  await book(scene, "Too early", "2030-03-11T16:00", "30");
  const why = await says(scene.page.locator("#book-outcome"), "Not booked:");
  must(why.includes(COMMAND), `the refusal does not say what to do: ${why}`);
  must((await state(scene)).meetings.length === 0, "a meeting is kept that nobody was asked for");
  return { why };
}
