// The booking form, and the choice of account and user, which the telephone numbers share.
import { send } from "./api.js";
import { byId, make, sends, tell, write } from "./dom.js";
import { instant, local, soon, zone } from "./times.js";

const account = byId("account");
const user = byId("user");
const start = byId("start");
const outcome = byId("book-outcome");
let accounts = [];

/** Returns the chosen account and user; an id is undefined if there is none. */
export const chosen = () => ({ accountId: number(account.value), userId: number(user.value) });

const number = (text) => (text === "" ? undefined : Number(text));

/** Sets up the form; calls `changed` after each action. */
export function begin(changed) {
  start.value = local(soon());
  write(byId("zone"), `(${zone()})`);
  account.addEventListener("change", showUsers);
  user.addEventListener("change", nameUser);
  sends(byId("book"), byId("book-send"), () => book(changed));
}

async function book(changed) {
  tell(outcome, "wait", "Booking…");
  const topic = byId("topic").value;
  const startTime = instant(start.value);
  const endTime = startTime + Number(byId("length").value) * 60_000;
  try {
    await send("POST", "/emulator/meetings", { ...chosen(), topic, startTime, endTime });
    tell(outcome, "good", `Booked: ${topic}`);
  } catch (refusal) {
    tell(outcome, "bad", `Not booked: ${refusal.message}`);
  }
  await changed();
}

/** Updates the choice if the accounts changed. */
export function show(state) {
  if (JSON.stringify(state.accounts) === JSON.stringify(accounts)) return;
  accounts = state.accounts;
  offer(account, accounts.map(({ id }) => [id, String(id)]));
  showUsers();
}

function showUsers() {
  const users = accounts.find(({ id }) => String(id) === account.value)?.users ?? [];
  offer(user, users.map(({ id, email }) => [id, `${email} (${id})`]));
  nameUser();
}

function nameUser() {
  const users = accounts.flatMap((account) => account.users);
  const email = users.find(({ id }) => String(id) === user.value)?.email;
  write(byId("ask-send"), email === undefined ? "Get numbers" : `Get numbers of ${email}`);
}

function offer(select, options) {
  const before = select.value;
  select.replaceChildren(...options.map(([value, text]) => make("option", { value, textContent: text })));
  if (options.some(([value]) => String(value) === before)) select.value = before;
}
