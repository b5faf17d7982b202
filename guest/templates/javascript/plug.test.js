// npm test
import assert from "node:assert/strict";
import test from "node:test";
import { provider } from "./plug.js";

const meeting = { topic: 'Plans "A"', start: 1767326400000n, end: 1767330000000n };
const current = { id: "a/7", joinUrl: "https://rooms.example.org/7", details: "" };

/** Runs an operation as a host does, with these answers. Returns the requested effects and the result. */
function run(operation, ...answers) {
  const context = { settings: [["address", "https://rooms.example.org/"]], secrets: ["api-key"], exchanges: [] };
  const asked = [];
  for (;;) {
    try {
      return { asked, result: operation(context) };
    } catch (pause) {
      if (pause.tag !== "effect") return { asked, failed: pause.val };
      assert.ok(answers.length > asked.length, `no answer left for the effect ${JSON.stringify(pause.val)}`);
      asked.push(pause.val);
      // Run again with the same context, it must request the same effect.
      assert.throws(() => operation(context), (again) => JSON.stringify(again.val) === JSON.stringify(pause.val));
      context.exchanges.push(answers[asked.length - 1]);
    }
  }
}

function answered(status, body, headers = []) {
  const text = body === undefined ? "" : JSON.stringify(body);
  return { tag: "answered", val: { status, headers, body: new TextEncoder().encode(text) } };
}

const create = (context) => provider.create(context, meeting);

test("a meeting gets a room", () => {
  const { asked, result } = run(create, answered(201, { id: "7", link: "https://rooms.example.org/7" }));
  assert.deepEqual(result, { id: "7", joinUrl: "https://rooms.example.org/7", details: "Join: https://rooms.example.org/7" });
  assert.equal(asked.length, 1);
  const { method, url, headers, body, idempotent } = asked[0].val;
  assert.deepEqual([method, url[0].val, idempotent], ["post", "https://rooms.example.org/rooms", false]);
  assert.equal(headers[0][1][1].val.key, "api-key");
  assert.deepEqual(JSON.parse(body[0].val), { title: 'Plans "A"', start: 1767326400000, end: 1767330000000 });
});

test("a room is updated and deleted", () => {
  const changed = run((context) => provider.update(context, current, meeting), answered(200, {}));
  assert.equal(changed.result, current);
  assert.equal(changed.asked[0].val.url[0].val, "https://rooms.example.org/rooms/a%2F7");
  for (const status of [204, 404]) {
    const gone = run((context) => provider.delete(context, current), answered(status));
    assert.deepEqual([gone.asked[0].val.method, gone.failed], ["delete", undefined]);
  }
});

test("each error has its failure", () => {
  const later = [["retry-after", "17"]];
  assert.deepEqual(run(create, answered(401)).failed, { tag: "credentials-rejected", val: undefined });
  assert.deepEqual(run(create, answered(429, {}, later)).failed, { tag: "rate-limited", val: 17 });
  assert.equal(run(create, answered(200, { id: 7, link: "javascript:alert(1)" })).failed.tag, "unavailable");
  assert.equal(run(create, { tag: "failed", val: "timed-out" }).failed.val, "the provider did not answer in time");
});

test("a webhook becomes an event", () => {
  const body = { what: "opened", room: 7, at: 1767326400000, number: "12", "by/whom": { name: "Ada" }, tags: [] };
  const request = { route: "events", body: new TextEncoder().encode(JSON.stringify(body)) };
  const { response, events } = provider.receive({}, request);
  assert.equal(response.status, 204);
  assert.deepEqual(events[0].conference, { id: "7", code: undefined });
  assert.deepEqual([events[0].occurredAt, events[0].dedupeKey], [1767326400000n, '["12"]']);
  assert.deepEqual(events[0].extras, [["/by~1whom/name", '"Ada"'], ["/tags", "[]"]]);
  const odd = { ...request, body: new TextEncoder().encode("{") };
  assert.throws(() => provider.receive({}, odd), (pause) => pause.val.tag === "malformed");
});
