// Client for the provider's API: creates, updates and deletes rooms.

import { Effects, failure, secret, text } from "./effects.js";

const MAX_ID_LENGTH = 512;
const MAX_LINK_LENGTH = 2048;

/** Creates a room for a meeting. */
export function createRoom(context, meeting) {
  const answer = call(context, { method: "post", path: "/rooms", body: plan(meeting) });
  const { id, link } = read(answer);
  return { id, joinUrl: link, details: `Join: ${link}` };
}

/** Updates the room to match the meeting. */
export function updateRoom(context, id, meeting) {
  call(context, { method: "put", path: room(id), body: plan(meeting), idempotent: true });
}

/** Deletes a room. Succeeds if it is already gone. */
export function deleteRoom(context, id) {
  call(context, { method: "delete", path: room(id), idempotent: true }, [404]);
}

const room = (id) => `/rooms/${encodeURIComponent(id.toWellFormed())}`;

/** Builds JSON by hand, because times are BigInt, which JSON.stringify does not support. */
const plan = ({ topic, start, end }) => `{"title":${JSON.stringify(topic)},"start":${start},"end":${end}}`;

/** Sends a request and returns the answer. Throws for an error status that is not in `fine`. */
function call(context, { method, path, body, idempotent }, fine = []) {
  // A plug can only see whether a secret is set.
  if (!context.secrets.includes("api-key")) throw failure("invalid", "the setting `api-key` is missing: add it");
  const headers = [["authorization", [text("Bearer "), secret("api-key")]]];
  if (body) headers.push(["content-type", [text("application/json")]]);
  const answer = new Effects(context).send({
    method,
    url: [text(address(context) + path)],
    headers,
    body: body ? [text(body)] : [],
    idempotent,
  });
  const { status } = answer;
  if ((status >= 200 && status < 300) || fine.includes(status)) return answer;
  if (status === 401 || status === 403) throw failure("credentials-rejected");
  if (status === 404 && method !== "post") throw failure("not-found");
  if (status === 429) throw failure("rate-limited", retryAfter(answer));
  if (status === 400 || status === 422) throw failure("invalid", `the provider rejected the request with ${status}`);
  throw failure("unavailable", `the provider answered ${status}`);
}

/** Returns the setting. The check ensures that no value can make a request go anywhere but to its host. */
function address(context) {
  const [, value] = context.settings.find(([key]) => key === "address") ?? [];
  if (value === undefined) throw failure("invalid", "the setting `address` is missing: add it");
  if (!/^https?:\/\/[A-Za-z0-9[][-A-Za-z0-9._~:/[\]]*$/.test(value)) {
    throw failure("invalid", "correct the setting `address`: write it like `https://rooms.example.org`");
  }
  return value.replace(/\/+$/, "");
}

function retryAfter({ headers }) {
  const [, value] = headers.find(([name]) => name === "retry-after") ?? [];
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}

/** Reads the id and the link from an answer, which may hold anything. */
function read({ body }) {
  let answer;
  try {
    answer = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw failure("unavailable", "the provider answered with a body that is not JSON");
  }
  const { id, link } = answer ?? {};
  if (!isText(id, MAX_ID_LENGTH) || !isText(link, MAX_LINK_LENGTH) || !/^https?:\/\/[^\s]+$/.test(link)) {
    throw failure("unavailable", "the provider answered without `id` or `link`");
  }
  return { id, link };
}

/** Whether a value is a non-empty string of limited length without control characters. */
export function isText(value, maxLength) {
  const printed = typeof value === "string" && value.isWellFormed() && /^[^\u0000-\u001f\u007f-\u009f]+$/.test(value);
  return printed && new TextEncoder().encode(value).length <= maxLength;
}
