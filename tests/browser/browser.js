// Shared helpers: opens the page in a browser, and collects its errors.
import { chromium } from "playwright-core";

// Long enough for a busy machine and a real bridge.
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

/** Throws an error for a failed check. */
export class Wrong extends Error {}

/** Throws unless the condition holds. */
export function must(holds, sentence) {
  if (!holds) throw new Wrong(sentence);
}

/** Throws unless both are the same JSON. */
export function same(found, expected, what) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  must(left === right, `${what}: ${left} and not ${right}`);
}

/**
 * Opens the page at the address in the program's argument, and runs the steps `[name, async (scene) => result]`. Prints a
 * line of JSON for each step, and ends with an error if one fails.
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
  // A fixed time zone and language: the test uses times in Vienna.
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
  // The browser logs each error response. A step declares how many it expects.
  const refused = message.text().startsWith("Failed to load resource") && message.location().url.includes("/emulator/");
  if (refused && scene.refusals > 0) scene.refusals -= 1;
  else scene.complaints.push(`${message.text()} (${message.location().url})`);
}

function quiet(scene) {
  must(scene.complaints.length === 0, `the browser complains: ${scene.complaints.join("; ")}`);
}
