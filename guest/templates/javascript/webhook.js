// Reads the provider's webhook: a room was opened or closed.

import { isText } from "./api.js";

const MAX_ID_LENGTH = 512;
const MAX_KEY_LENGTH = 256;
const MAX_WORD_LENGTH = 100;
const MAX_BYTES = 64 * 1024;
const MAX_LEAVES = 1000;

const CHANGES = new Map([
  ["opened", "started"],
  ["closed", "ended"],
]);

/** Converts a webhook request to an event. */
export function readWebhook(request) {
  const body = parse(request.body);
  const room = id(body.room);
  if (room === undefined) throw malformed("`room` is missing or not an id: send it as a string");
  if (!isText(body.what, MAX_WORD_LENGTH)) throw malformed("`what` is missing or not a word: send it as a string");
  const change = CHANGES.get(body.what);
  if (change === undefined) throw unsupported(body.what);
  const at = Number.isSafeInteger(body.at) && body.at >= 0 ? BigInt(body.at) : undefined;
  const number = id(body.number);
  // The sender numbers its messages, so a repeat is stored once. A key that is too long is omitted, never truncated.
  const key = number === undefined ? undefined : JSON.stringify([number]);
  const dedupeKey = isText(key, MAX_KEY_LENGTH) ? key : undefined;
  const taken = new Set(["/room", "/what"]);
  if (at !== undefined) taken.add("/at");
  if (number !== undefined) taken.add("/number");
  return {
    sourceEvent: body.what,
    occurredAt: at,
    conference: { id: room, code: undefined },
    organization: { company: undefined, host: undefined },
    data: { tag: "session", val: { change, snapshot: undefined } },
    dedupeKey,
    // Everything without a field above becomes an extra.
    extras: leaves(body).filter(([pointer]) => !taken.has(pointer)),
  };
}

function parse(bytes) {
  if (bytes.length > MAX_BYTES) throw malformed(`the body is larger than ${MAX_BYTES} bytes: send less at a time`);
  let body;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw malformed("the body is not JSON: send an object");
  }
  if (body === null || typeof body !== "object") throw malformed("the body is not an object: send an object");
  return body;
}

/** Returns an id as a string. JavaScript rounds numbers above 2^53, so such an id must be sent as a string. */
function id(value) {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return isText(text, MAX_ID_LENGTH) ? text : undefined;
}

/** Returns every leaf with its JSON pointer, in order. Does not recurse, so deep nesting cannot exhaust the stack. */
function leaves(root) {
  const found = [];
  const open = [["", root]];
  while (open.length > 0) {
    const [pointer, value] = open.pop();
    const inner = value !== null && typeof value === "object" ? Object.entries(value) : [];
    for (const [name, member] of inner.reverse()) {
      open.push([`${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, member]);
    }
    if (inner.length === 0) found.push([pointer.toWellFormed(), JSON.stringify(value)]);
    if (found.length + open.length > MAX_LEAVES) {
      throw malformed(`the body holds more than ${MAX_LEAVES} values: send less at a time`);
    }
  }
  return found;
}

const malformed = (val) => ({ tag: "rejected", val: { tag: "malformed", val } });
const unsupported = (val) => ({ tag: "rejected", val: { tag: "unsupported", val } });
