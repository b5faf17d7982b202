// What the stand-in is asked, and its refusals in words.

/** Why something was not done, in words that go on after a colon. */
export class Refusal extends Error {}

/** GET of JSON. */
export const get = (path) => ask("GET", path, undefined, 10_000);

/** A change: POST, PATCH, PUT or DELETE. It may wait for several webhooks. */
export const send = (method, path, body) => ask(method, path, body, 120_000);

async function ask(method, path, body, patience) {
  const options = { method, cache: "no-store", signal: AbortSignal.timeout(patience) };
  if (method !== "GET") options.headers = { "content-type": "application/json" };
  if (body !== undefined) options.body = JSON.stringify(body);
  let answer, content;
  try {
    answer = await fetch(path, options);
    content = await answer.text();
  } catch (error) {
    throw new Refusal(error.name === "TimeoutError" ? "the stand-in takes too long" : "the stand-in does not answer");
  }
  const read = parsed(content);
  if (answer.ok && read !== undefined) return read;
  throw new Refusal(sentence(read) ?? `the stand-in answered with status ${answer.status}`);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refused webhook comes with its meeting, any other refusal with a detail. */
function sentence(body) {
  return [body?.meeting?.problem, body?.problem, body?.detail].find((text) => typeof text === "string" && text !== "");
}
