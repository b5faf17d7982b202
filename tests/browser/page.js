// Finds elements of the page by roles, labels and texts.
import { must } from "./browser.js";

/** Fills in and sends the booking form. `start` is a value of a `datetime-local` field. */
export async function book({ page }, topic, start, length) {
  const form = page.locator("#book");
  await form.getByLabel("Topic").fill(topic);
  await form.getByLabel("Start").fill(start);
  await form.getByLabel("Length").selectOption(length);
  await form.getByRole("button", { name: "Book meeting" }).click();
}

/** Returns the only meeting with this topic. */
export const meeting = ({ page }, topic) => page.getByRole("article", { name: topic, exact: true });

/** Waits until an element contains a text, and returns its whole text. */
export async function says(locator, words) {
  const saying = locator.filter({ hasText: words });
  await saying.waitFor().catch(async () => {
    const text = (await locator.allTextContents()).map((text) => text.replace(/\s+/g, " ").trim());
    must(false, `the page does not say “${words}” where it should, but “${text.join(" / ")}”`);
  });
  return saying.textContent();
}

/** Returns the listed calls, newest first: name and outcome. */
export function calls({ page }, count) {
  return page.locator("[data-call] summary").evaluateAll(
    (rows, count) =>
      rows.slice(0, count).map((row) => {
        const [outcome, name] = row.children;
        return `${name.textContent}: ${outcome.textContent}`;
      }),
    count,
  );
}

/** Waits until the newest calls are these, newest first. */
export async function called(scene, expected) {
  const until = Date.now() + 15_000;
  for (;;) {
    const found = await calls(scene, expected.length);
    if (JSON.stringify(found) === JSON.stringify(expected)) return found;
    must(Date.now() < until, `the newest calls are ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`);
    await scene.page.waitForTimeout(100);
  }
}

/** Returns the emulator's state. */
export async function state({ url }) {
  const answer = await fetch(new URL("emulator/state", url));
  must(answer.ok, `the emulator's state has status ${answer.status}`);
  return answer.json();
}
