// What the parts share.
import assert from "node:assert/strict";

/** Says that something holds. */
export function held(what) {
  console.log(what);
}

/** A model of the client as plain JSON, without the members that it does not have. */
export function plain(model) {
  return JSON.parse(JSON.stringify(model));
}

/** The body of the refusal that must come of a call: the client's own exception, with HubSpot's error in it. */
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

/** Options of a call that let a typed API send a token where its specification knows the developer key only. */
export function bearer(token) {
  const applySecurityAuthentication = (request) => request.setHeaderParam("Authorization", `Bearer ${token}`);
  return { authMethods: { default: { getName: () => "bearer", applySecurityAuthentication } } };
}

/** A request to the stand-in's own endpoints; the answer's JSON. */
export async function emulator(url, method, path, body, status = 200) {
  const init = { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) };
  const response = await fetch(`${url}/emulator/${path}`, init);
  const text = await response.text();
  assert.equal(response.status, status, `${method} ${path}: ${text}`);
  return JSON.parse(text);
}
