// The log: webhooks and requests to HubSpot's API, newest first, each with its request and response.
import { byId, copies, make } from "./dom.js";
import { indented } from "./indent.js";
import { Shelf } from "./shelf.js";
import { clock } from "./times.js";

/** As many as the emulator stores. */
const MAX_CALLS = 1000;
const OUTCOMES = { answered: "Answered", refused: "Refused", silent: "No answer" };
let calls = [];
let shelf;

/** Sets up the list. */
export function begin() {
  shelf = new Shelf({
    list: byId("calls"),
    more: byId("more-calls"),
    empty: byId("no-calls"),
    step: 25,
    // Numbers restart with the emulator.
    key: (call) => `${call.number} ${call.at}`,
    view: (call) => ({ element: element(call), update: () => {} }),
  });
  for (const choice of kinds()) choice.addEventListener("change", render);
}

/** Returns the number of the newest known call, or 0 if there is none. */
export const newest = () => calls[0]?.number ?? 0;

/** Adds calls that follow the newest one, oldest first. */
export function add(more) {
  calls = [...more.toReversed(), ...calls].slice(0, MAX_CALLS);
  render();
}

/** Replaces all calls; `all` is oldest first. */
export function replace(all) {
  calls = [];
  add(all);
}

const kinds = () => document.querySelectorAll("input[name=kind]");

function render() {
  const kind = [...kinds()].find((choice) => choice.checked)?.value ?? "all";
  shelf.show(calls.filter((call) => kind === "all" || call.kind === kind));
}

function outcome(call) {
  if (call.status === null) return "silent";
  return call.status >= 200 && call.status < 300 ? "answered" : "refused";
}

function element(call) {
  const came = outcome(call);
  const about = [call.kind === "webhook" ? "webhook" : "API", clock(call.at), `${call.milliseconds} ms`];
  const status = `${OUTCOMES[came]} ${call.status ?? ""}`.trim();
  const summary = make(
    "summary",
    {},
    make("span", { className: "pill", "data-outcome": came, textContent: status }),
    make("span", { className: "name", textContent: call.name }),
    make("span", { className: "about quiet small" }, ...fault(call), about.join(" · ")),
  );
  if (call.problem) summary.append(make("span", { className: "why small", textContent: call.problem }));
  const details = make("details", {}, summary);
  // Build the details lazily, since most are never opened.
  details.addEventListener("toggle", () => details.append(said(call)), { once: true });
  return make(
    "li",
    { className: "call", "data-call": call.number, "data-name": call.name, "data-outcome": came },
    details,
  );
}

const fault = (call) =>
  call.fault ? [make("span", { className: "pill fault-of", textContent: `fault: ${call.fault}` }), " "] : [];

function said(call) {
  const answer =
    call.status === null
      ? [line(call.problem ?? "No answer.")]
      : [line(`Status ${call.status}`), body(call.responseBody, "Body of the answer")];
  return make(
    "div",
    { className: "said" },
    make("h4", { textContent: `Request, ${new Date(call.at).toISOString()}` }),
    line(`${call.method} ${call.url}`),
    headers(call.requestHeaders),
    body(call.requestBody, "Body of the request"),
    make("h4", { textContent: "Answer" }),
    ...answer,
  );
}

const line = (text) => make("p", { className: "line", textContent: text });

function headers(pairs) {
  const rows = pairs.map(([name, value]) =>
    make("tr", {}, make("th", { scope: "row", textContent: name }), make("td", { textContent: value })),
  );
  const caption = make("caption", { className: "hidden", textContent: "Headers" });
  return make("table", { className: "headers", hidden: rows.length === 0 }, caption, ...rows);
}

/** Shows a body with indentation; copying yields the original. */
function body(text, label) {
  if (!text) return make("p", { className: "quiet small", textContent: "No body." });
  const named = { "aria-label": `Copy: ${label}` };
  const copy = make("button", { type: "button", className: "copy", textContent: "Copy", ...named });
  const content = make("pre", { tabIndex: 0, role: "region", "aria-label": label, textContent: indented(text) });
  return make("div", { className: "body" }, content, copies(copy, () => text));
}
