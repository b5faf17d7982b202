// What the scripts share: a browser with the page in it, and what it complains of.
import { chromium } from "playwright-core";

// The machine may be busy, and a webhook may wait for a real bridge.
const PATIENCE = 30_000;
const ALL = 300_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Says that something is not so. */
export class Wrong extends Error {}

/** Goes on where it holds. */
export function must(holds, sentence) {
  if (!holds) throw new Wrong(sentence);
}

/** Goes on where both are the same as JSON. */
export function same(found, expected, what) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  must(left === right, `${what}: ${left} and not ${right}`);
}

/**
 * Opens the page whose address is this program's argument, and takes the steps `[name, async (scene) => what it saw]`.
 * Of each a line of JSON is printed; where one is not so, the program ends with a sentence.
 */
export async function play(steps) {
  const url = process.argv[2];
  let browser;
  let at = "start";
  const end = setTimeout(() => {
    console.error(`${at}: not over after ${ALL / 1000} s`);
    process.exit(1);
  }, ALL);
  try {
    must(url !== undefined, "the page's address is missing: it is the one argument");
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    browser = await chromium.launch({ executablePath, args: FLAGS });
    const scene = await open(browser, new URL(url).href);
    for (const [name, step] of steps) {
      at = name;
      const seen = await step(scene);
      quiet(scene);
      console.log(JSON.stringify({ step: name, ...seen }));
    }
  } catch (error) {
    console.error(`${at}: ${error.message}`);
    process.exitCode = 1;
  } finally {
    await browser?.close();
    clearTimeout(end);
  }
}

async function open(browser, url) {
  // A fixed zone and language: the test's times are those of Vienna.
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Vienna" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const scene = { page, url, complaints: [], refusals: 0 };
  page.on("pageerror", (error) => scene.complaints.push(error.message));
  page.on("console", (message) => complain(scene, message));
  await page.exposeFunction("violated", (directive) => scene.complaints.push(`forbidden by its policy: ${directive}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      globalThis.violated(`${effectiveDirective} ${blockedURI}`);
    });
  });
  scene.answer = await page.goto(url);
  return scene;
}

function complain(scene, message) {
  if (!["error", "warning"].includes(message.type())) return;
  // The browser writes down each answer that is an error; a step says how many it wants.
  const refused = message.text().startsWith("Failed to load resource") && message.location().url.includes("/emulator/");
  if (refused && scene.refusals > 0) scene.refusals -= 1;
  else scene.complaints.push(`${message.text()} (${message.location().url})`);
}

function quiet(scene) {
  must(scene.complaints.length === 0, `the browser complains: ${scene.complaints.join("; ")}`);
}
