// The switches for faults.
import { send } from "./api.js";
import { byId, make, tell } from "./dom.js";

const GROUPS = [
  [
    "Requests to the API",
    [
      ["rate-limited", "Rate limited", "answered with 429"],
      ["server-error", "Server error", "answered with 500"],
      ["slow", "Slow", "answered three seconds late"],
    ],
  ],
  [
    "Webhooks",
    [
      ["wrong-signature", "Wrong signature", "signed with another secret"],
      ["replay", "Replay", "sent twice, byte for byte"],
    ],
  ],
];
const rows = [];
const outcome = byId("faults-outcome");
let known = [];
let sending = 0;
// Whether a switch was used on this page; the active faults are then announced as text too.
let used = false;

/** Creates the switches; calls `changed` after one is used. */
export function begin(changed) {
  for (const [title, kinds] of GROUPS) {
    const group = make("fieldset", { className: "faults" }, make("legend", { textContent: title }));
    for (const [kind, name, effect] of kinds) group.append(row(kind, name, effect, changed));
    byId("faults").append(group);
  }
}

function row(kind, name, effect, changed) {
  const id = `fault-${kind}`;
  const toggle = make("input", { type: "checkbox", role: "switch", id, "aria-describedby": `${id}-effect` });
  const bounds = { type: "number", min: 1, max: 1000, placeholder: "always" };
  const times = make("input", { ...bounds, id: `${id}-times`, "aria-label": `${name}: how many times` });
  const put = () => set(kind, toggle.checked, times, changed);
  toggle.addEventListener("change", put);
  times.addEventListener("change", () => toggle.checked && put());
  rows.push({ kind, name, toggle, times });
  return make(
    "div",
    { className: "fault" },
    toggle,
    make(
      "div",
      {},
      make("label", { htmlFor: id, textContent: name }),
      make("span", { id: `${id}-effect`, className: "quiet small", textContent: effect }),
    ),
    times,
  );
}

async function set(kind, on, field, changed) {
  if (on && !field.reportValidity()) return;
  const times = field.value === "" ? null : Number(field.value);
  const others = known.filter((fault) => fault.kind !== kind);
  // Apply the change locally, so that a second switch builds on it before the next state arrives.
  known = on ? [...others, { kind, times }] : others;
  sending += 1;
  try {
    await send("PUT", "/emulator/faults", { faults: known });
    used = true;
  } catch (refusal) {
    used = false;
    tell(outcome, "bad", `Not changed: ${refusal.message}`);
  } finally {
    sending -= 1;
  }
  await changed();
}

/** Updates the switches: a fault that has been used up is off. */
export function show({ faults }) {
  if (sending > 0) return;
  known = faults;
  for (const { kind, toggle, times } of rows) {
    const fault = known.find((fault) => fault.kind === kind);
    const before = toggle.checked;
    toggle.checked = fault !== undefined;
    if (times === document.activeElement || (!before && fault === undefined)) continue;
    times.value = fault?.times ?? "";
  }
  const on = rows.filter(({ toggle }) => toggle.checked).map(({ name }) => name);
  if (used) tell(outcome, "good", on.length === 0 ? "No faults." : `On: ${on.join(", ")}.`);
}
