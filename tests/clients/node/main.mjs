// Tests HubSpot's own client for Node.js with the emulator, and its signatures with a bridge. The argument is JSON from
// tests/tests/clients.rs. The program prints a line for each check, and ends at the first failure.
import { bridge } from "./bridge.mjs";
import { calling } from "./calling.mjs";
import { dated } from "./dated.mjs";
import { meetings } from "./meetings.mjs";
import { notes } from "./notes.mjs";
import { oauth } from "./oauth.mjs";
import { retries } from "./retries.mjs";
import { settings } from "./settings.mjs";
import { webhooks } from "./webhooks.mjs";

const scene = JSON.parse(process.argv[2]);
for (const part of [settings, calling, dated, oauth, meetings, notes, retries, webhooks, bridge]) {
  await part(scene);
}
