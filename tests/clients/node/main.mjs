// HubSpot's own client for Node.js against the stand-in for HubSpot, and its signatures against a bridge. The one
// argument is JSON; tests/tests/clients.rs says what is in it. A line is printed for each thing that holds; the first
// that does not ends the program.
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
