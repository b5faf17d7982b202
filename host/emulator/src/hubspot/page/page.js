// Updates the page: once a second while it is visible, and immediately after each action.
import { get } from "./api.js";
import * as booking from "./booking.js";
import * as calls from "./calls.js";
import { byId, tell, write } from "./dom.js";
import * as faults from "./faults.js";
import * as meetings from "./meetings.js";
import * as numbers from "./numbers.js";
import * as webhooks from "./webhooks.js";

const PAUSE = 1000;
let turn = Promise.resolve();
// Whether the emulator may have restarted, which restarts the numbers of calls.
let fresh = true;

/** Reads the new state after any read in progress, so that answers never arrive out of order. */
function refresh() {
  turn = turn.then(read);
  return turn;
}

async function read() {
  try {
    const after = fresh ? 0 : calls.newest();
    const [state, log] = await Promise.all([get("/emulator/state"), get(`/emulator/calls?after=${after}`)]);
    if (fresh) calls.replace(log.calls);
    else if (log.calls.length > 0) calls.add(log.calls);
    fresh = false;
    write(byId("summary"), `App ${state.app} · webhooks are signed with ${state.signatures.replace("+", " and ")}`);
    for (const part of [booking, meetings, webhooks, faults]) part.show(state);
    tell(byId("live"), "good", "Live");
    byId("lost").hidden = true;
  } catch (error) {
    fresh = true;
    tell(byId("live"), "bad", "Disconnected");
    write(byId("lost"), `This page is out of date: ${error.message}. Retrying.`);
    byId("lost").hidden = false;
  }
}

async function keepUp() {
  if (document.visibilityState === "visible") await refresh();
  setTimeout(keepUp, PAUSE);
}

for (const part of [booking, meetings, numbers, webhooks, faults]) part.begin(refresh);
calls.begin();
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  fresh = true;
  refresh();
});
keepUp();
