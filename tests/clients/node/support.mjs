// Shared helpers.
import assert from "node:assert/strict";

/** Prints a passed check. */
export function held(what) {
  console.log(what);
}

/** Returns a model of the client as plain JSON, without undefined members. */
export function plain(model) {
  return JSON.parse(JSON.stringify(model));
}

/** Asserts that a call throws the client's exception, and returns the body of HubSpot's error. */
export async function refused(call, code, members = {}) {
  const error = await call.then(
    (answer) => assert.fail(`not refused: ${JSON.stringify(answer)}`),
    (error) => error,
  );
  assert.equal(error.constructor.name, "ApiException", error.stack);
  assert.equal(error.code, code, error.stack);
  assert.ok(error.body.message.includes(" "), error.stack);
  assert.match(error.body.correlationId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const expected = { status: "error", ...members };
  for (const member in expected) assert.equal(error.body[member], expected[member], error.stack);
  return error.body;
}

/** Options that make a typed API send a token, although its specification has only the developer key. */
export function bearer(token) {
  const applySecurityAuthentication = (request) => request.setHeaderParam("Authorization", `Bearer ${token}`);
  return { authMethods: { default: { getName: () => "bearer", applySecurityAuthentication } } };
}

/** Sends a request to the emulator's own endpoints, and returns the JSON. */
export async function emulator(url, method, path, body, status = 200) {
  const init = { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) };
  const response = await fetch(`${url}/emulator/${path}`, init);
  const text = await response.text();
  assert.equal(response.status, status, `${method} ${path}: ${text}`);
  return JSON.parse(text);
}
