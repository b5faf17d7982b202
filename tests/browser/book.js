// Uses all controls on the emulator's page, with webhooks set.
import { must, play, same } from "./browser.js";
import { book, called, meeting, says, state } from "./page.js";

// A title must be shown as text, not as markup.
const TOPIC = 'Planning <img src="x" onerror="alert(1)"> & more';
const RENAMED = "Planning, second round";
await play([
  ["page", page],
  ["webhooks", webhooks],
  ["book", booked],
  ["answer", answer],
  ["keep", keep],
  ["move", move],
  ["rename", rename],
  ["cancel", cancel],
  ["numbers", numbers],
  ["fault", fault],
  ["narrow", narrow],
]);

async function page({ page, answer }) {
  must(answer.status() === 200, `the page has status ${answer.status()}`);
  const headers = answer.headers();
  const policy = headers["content-security-policy"] ?? "";
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
    must(policy.includes(part), `the page's policy lacks ${part}: ${policy}`);
  }
  same(headers["x-content-type-options"], "nosniff", "x-content-type-options");
  await says(page.locator("#live"), "Live");
  // A bridge may call the emulator's API at the same time.
  await page.getByRole("radio", { name: "Webhooks" }).check();
  return { title: await page.title() };
}

async function webhooks(scene) {
  const { webhooks } = await state(scene);
  const shown = {};
  for (const row of await scene.page.locator("[data-webhook]").all()) {
    shown[await row.getAttribute("data-webhook")] = await row.textContent();
  }
  for (const [name, url] of Object.entries(shown)) same(url, webhooks[name], `the address shown as ${name}`);
  must(await scene.page.locator("#unset").isHidden(), "the page asks for addresses that are set");
  return shown;
}

async function booked(scene) {
  await book(scene, TOPIC, "2030-03-11T16:00", "45");
  await says(outcome(scene), `Booked: ${TOPIC}`);
  const shown = meeting(scene, TOPIC);
  await says(shown, "Booked");
  await says(shown, "16:00");
  const link = await shown.getByRole("link").getAttribute("href");
  same(await shown.getByRole("link").textContent(), link, "the link as it is read");
  const [made] = (await state(scene)).meetings;
  const [start, end] = [Date.UTC(2030, 2, 11, 15, 0), Date.UTC(2030, 2, 11, 15, 45)];
  same([made.topic, made.startTime, made.endTime], [TOPIC, start, end], "the meeting that was booked");
  await says(shown, made.conferenceDetails);
  const listed = await called(scene, ["create-meeting: Answered 200", "verify-user: Answered 200"]);
  scene.link = link;
  return { link, conference: made.conferenceId, calls: listed };
}

/** Checks that the link on the page is the one in the webhook's answer. */
async function answer({ page, link }) {
  const call = page.locator("[data-name=create-meeting]").first();
  await call.locator("summary").click();
  const given = JSON.parse(await call.getByRole("region", { name: "Body of the answer" }).textContent());
  same(given.conferenceUrl, link, "the link in the webhook's answer");
  const sent = JSON.parse(await call.getByRole("region", { name: "Body of the request" }).textContent());
  same(sent.topic, TOPIC, "the topic in the webhook");
  await says(call.getByRole("table"), "X-HubSpot-Signature-v3");
  return { sent };
}

/** Checks that an update of the page does not disturb what a person is editing. */
async function keep(scene) {
  const { page } = scene;
  const shown = meeting(scene, TOPIC);
  await shown.getByRole("button", { name: "Rename", exact: true }).press("Enter");
  const field = shown.getByLabel("New topic");
  await field.fill("Half a ti");
  for (let polls = 0; polls < 2; polls += 1) {
    await page.waitForResponse((response) => response.url().includes("/emulator/calls"));
  }
  await field.pressSequentially("tle");
  same(await field.inputValue(), "Half a title", "the field that is typed in");
  must(await field.evaluate((element) => element === document.activeElement), "the field has lost the focus");
  const call = page.locator("[data-name=create-meeting]").first();
  must(await call.getByText("Request,").isVisible(), "the call that was unfolded is folded");
  await field.press("Escape");
  must(await field.isHidden(), "Escape does not close the field");
  const back = await shown.getByRole("button", { name: "Rename", exact: true }).evaluate(
    (element) => element === document.activeElement,
  );
  must(back, "the focus does not go back to the button");
  return {};
}

async function move(scene) {
  const shown = meeting(scene, TOPIC);
  await shown.getByRole("button", { name: "Move", exact: true }).click();
  const field = shown.getByLabel("New start");
  same(await field.inputValue(), "2030-03-11T16:00", "the start that is offered");
  await field.fill("2030-03-12T09:30");
  await shown.getByRole("button", { name: "Move meeting" }).click();
  await says(shown, "Moved.");
  await says(shown, "09:30");
  const [moved] = (await state(scene)).meetings;
  const [start, end] = [Date.UTC(2030, 2, 12, 8, 30), Date.UTC(2030, 2, 12, 9, 15)];
  same([moved.startTime, moved.endTime], [start, end], "the times of the meeting that was moved");
  return { start, calls: await updated(scene) };
}

async function rename(scene) {
  const before = meeting(scene, TOPIC);
  await before.getByRole("button", { name: "Rename", exact: true }).click();
  await before.getByLabel("New topic").fill(RENAMED);
  await before.getByRole("button", { name: "Rename meeting" }).click();
  const shown = meeting(scene, RENAMED);
  await says(shown, "Renamed.");
  same(await shown.getByRole("link").getAttribute("href"), scene.link, "the link of the meeting that was renamed");
  return { topic: RENAMED, calls: await updated(scene) };
}

function updated(scene) {
  return called(scene, ["update-meeting: Answered 204", "verify-user: Answered 200"]);
}

async function cancel(scene) {
  const shown = meeting(scene, RENAMED);
  await shown.getByRole("button", { name: "Cancel meeting" }).click();
  await says(shown.locator(".outcome"), "Canceled.");
  must(await shown.getByRole("button", { name: "Move", exact: true }).isHidden(), "a canceled meeting can be moved");
  same((await state(scene)).meetings[0].status, "canceled", "the status of the meeting that was canceled");
  return { calls: await called(scene, ["delete-meeting: Answered 204", "verify-user: Answered 200"]) };
}

async function numbers(scene) {
  const { page } = scene;
  await page.getByRole("button", { name: "Get numbers of ada@acme.example" }).click();
  await says(page.locator("#ask-outcome"), "One number.");
  const number = await says(page.locator("#numbers li"), "+1");
  return { number, calls: await called(scene, ["phone-numbers: Answered 200"]) };
}

/** Checks that the page reports a webhook with a wrong signature, and that the next one succeeds. */
async function fault(scene) {
  const { page } = scene;
  const toggle = page.getByRole("switch", { name: "Wrong signature" });
  await page.getByLabel("Wrong signature: how many times").fill("1");
  await toggle.check();
  await says(page.locator("#faults-outcome"), "On: Wrong signature.");
  scene.refusals = 1;
  await book(scene, "Forged", "2030-03-11T17:00", "30");
  const why = await says(outcome(scene), "Not booked:");
  for (const word of ["verify-user", "401"]) must(why.includes(word), `the refusal does not say ${word}: ${why}`);
  await says(meeting(scene, "Forged"), "Failed");
  const refused = await called(scene, ["verify-user: Refused 401"]);
  await says(page.locator("[data-call]").first(), "wrong-signature");
  await says(page.locator("#faults-outcome"), "No faults.");
  must(!(await toggle.isChecked()), "a fault that has befallen as often as was wanted is still switched on");
  await book(scene, "Rightly signed", "2030-03-11T17:00", "30");
  await says(outcome(scene), "Booked: Rightly signed");
  return { why, calls: refused };
}

async function narrow({ page }) {
  const widths = [];
  for (const width of [1280, 400]) {
    await page.setViewportSize({ width, height: 900 });
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    must(needed <= width, `the page is ${needed} wide where there is room for ${width}`);
    widths.push(width);
  }
  return { widths };
}

function outcome({ page }) {
  return page.locator("#book-outcome");
}
