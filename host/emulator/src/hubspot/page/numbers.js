// The telephone numbers of the chosen user, requested like the help desk does.
import { send } from "./api.js";
import { chosen } from "./booking.js";
import { byId, make, sends, tell } from "./dom.js";

const outcome = byId("ask-outcome");

/** Sets up the form; calls `changed` after each request. */
export function begin(changed) {
  sends(byId("ask"), byId("ask-send"), () => ask(changed));
}

async function ask(changed) {
  tell(outcome, "wait", "Requesting…");
  try {
    const { phoneNumbers } = await send("POST", "/emulator/phone-numbers", chosen());
    byId("numbers").replaceChildren(...phoneNumbers.map(entry));
    tell(outcome, "good", phoneNumbers.length === 1 ? "One number." : `${phoneNumbers.length || "No"} numbers.`);
  } catch (refusal) {
    byId("numbers").replaceChildren();
    tell(outcome, "bad", `No numbers: ${refusal.message}`);
  }
  await changed();
}

function entry({ e164PhoneNumber, extension, friendlyName }) {
  const item = make("li", {}, make("strong", { textContent: e164PhoneNumber }));
  if (friendlyName) item.append(make("span", { textContent: friendlyName }));
  if (extension) {
    const note = `extension ${extension}: the help desk does not offer numbers with extensions`;
    item.append(make("span", { className: "quiet small", textContent: note }));
  }
  return item;
}
