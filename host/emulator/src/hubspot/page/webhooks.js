// The addresses of the webhooks.
import { byId, copies, make, writeAddress } from "./dom.js";

const NAMES = [
  ["createMeetingUrl", "Create meeting"],
  ["updateMeetingUrl", "Update meeting"],
  ["deleteMeetingUrl", "Delete meeting"],
  ["userVerifyUrl", "Verify user"],
  ["phoneNumbersUrl", "Telephone numbers"],
];
const values = new Map();

/** Sets up the list. */
export function begin() {
  for (const [key, name] of NAMES) {
    const value = make("dd", { "data-webhook": key });
    values.set(key, value);
    byId("webhooks").append(make("dt", { textContent: name }), value);
  }
  copies(byId("copy-command"), () => byId("set-command").textContent);
}

/** Updates the list. */
export function show({ webhooks }) {
  for (const [key, value] of values) {
    const url = webhooks[key];
    const unready = key === "phoneNumbersUrl" && url !== null && webhooks.phoneNumbersReady === false;
    value.classList.toggle("unset", url === null);
    writeAddress(value, `${url ?? "not set"}${unready ? " (not ready, so users cannot select it)" : ""}`);
  }
  byId("unset").hidden = Boolean(webhooks.createMeetingUrl);
}
