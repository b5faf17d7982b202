// Requests to the emulator, and its errors.

/** An action that failed. The message is meant to follow a colon. */
export class Refusal extends Error {}

/** Gets JSON. */
export const get = (path) => ask("GET", path, undefined, 10_000);

/** Sends a change with POST, PATCH, PUT or DELETE, which may have to wait for several webhooks. */
export const send = (method, path, body) => ask(method, path, body, 120_000);

async function ask(method, path, body, timeout) {
  const options = { method, cache: "no-store", signal: AbortSignal.timeout(timeout) };
  if (method !== "GET") options.headers = { "content-type": "application/json" };
  if (body !== undefined) options.body = JSON.stringify(body);
  let answer, content;
  try {
    answer = await fetch(path, options);
    content = await answer.text();
  } catch (error) {
    throw new Refusal(error.name === "TimeoutError" ? "the emulator timed out" : "the emulator does not answer");
  }
  const read = parsed(content);
  if (answer.ok && read !== undefined) return read;
  throw new Refusal(message(read) ?? `the emulator answered with status ${answer.status}`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the message of an error: the problem of a meeting or a webhook call, or the detail of another error. */
function message(body) {
  return [body?.meeting?.problem, body?.problem, body?.detail].find((text) => typeof text === "string" && text !== "");
}
