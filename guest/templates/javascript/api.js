// The provider's API: creates, changes and deletes rooms.

import { Effects, failure, secret, text } from "./effects.js";

const MAX_ID_LENGTH = 512;
const MAX_LINK_LENGTH = 2048;

/** Makes a room for a meeting. */
export function createRoom(context, meeting) {
  const answer = call(context, { method: "post", path: "/rooms", body: plan(meeting) });
  const { id, link } = read(answer);
  return { id, joinUrl: link, details: `Join: ${link}` };
}

/** Tells the provider what the meeting now is. */
export function updateRoom(context, id, meeting) {
  call(context, { method: "put", path: room(id), body: plan(meeting), idempotent: true });
}

/** Takes a room back. One that is gone already is as good as deleted. */
export function deleteRoom(context, id) {
  call(context, { method: "delete", path: room(id), idempotent: true }, [404]);
}

const room = (id) => `/rooms/${encodeURIComponent(id.toWellFormed())}`;

/** JSON by hand: times are BigInt, which JSON.stringify does not write. */
const plan = ({ topic, start, end }) => `{"title":${JSON.stringify(topic)},"start":${start},"end":${end}}`;

/** Sends a request to the provider; its answer, unless it is a refusal. Statuses in `fine` are none. */
function call(context, { method, path, body, idempotent }, fine = []) {
  // Whether a secret has a value is all that a plug may know of it.
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
  if (status === 400 || status === 422) throw failure("invalid", `the provider refuses this with ${status}`);
  throw failure("unavailable", `the provider answered ${status}`);
}

/** The setting, checked: whatever the operator writes, a request goes to a host or nowhere. */
function address(context) {
  const [, value] = context.settings.find(([key]) => key === "address") ?? [];
  if (value === undefined) throw failure("invalid", "the setting `address` is missing: add it");
  if (!/^https?:\/\/[A-Za-z0-9[][-A-Za-z0-9._~:/[\]]*$/.test(value)) {
    throw failure("invalid", "correct the setting `address`: write it as in `https://rooms.example.org`");
  }
  return value.replace(/\/+$/, "");
}

function retryAfter({ headers }) {
  const [, value] = headers.find(([name]) => name === "retry-after") ?? [];
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}

/** The id and the link of an answer: what others sent may be anything. */
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

/** Whether it is text, neither empty nor too long, without control characters. */
export function isText(value, maxLength) {
  const printed = typeof value === "string" && value.isWellFormed() && /^[^\u0000-\u001f\u007f-\u009f]+$/.test(value);
  return printed && new TextEncoder().encode(value).length <= maxLength;
}
