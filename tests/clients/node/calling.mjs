// The channel connection of calling: the address that HubSpot calls for a user's telephone numbers.
import assert from "node:assert/strict";
import { Client } from "@hubspot/api-client";
import { bearer, held, refused } from "./support.mjs";

const URL = "https://bridge.example.com/phone-numbers";

export async function calling({ app, hubspot }) {
  const api = (developerApiKey) =>
    new Client({ basePath: hubspot.url, developerApiKey }).crm.extensions.calling.channelConnectionSettingsApi;

  await round(api(hubspot.developerKey), app);
  held("channel connection: created, read, updated and deleted with the developer key");
  await round(api(), app, bearer(hubspot.developerToken));
  held("channel connection: created, read, updated and deleted with a token");

  await refused(api("wrong").create(app, { url: URL, isReady: true }), 401, { category: "INVALID_AUTHENTICATION" });
  await refused(api("wrong").update(app, { isReady: true }), 401, { category: "INVALID_AUTHENTICATION" });
  await refused(api(hubspot.developerKey).getById(app + 1), 404);
  held("channel connection: nothing without the developer key, nor for another app");
}

async function round(api, app, options) {
  await refused(api.getById(app, options), 404);
  await refused(api.update(app, { isReady: true }, options), 404);
  const plain = { url: "http://bridge.example.com", isReady: true };
  await refused(api.create(app, plain, options), 400, { category: "VALIDATION_ERROR" });

  const created = await api.create(app, { url: URL, isReady: false }, options);
  assert.deepEqual([created.url, created.isReady], [URL, false]);
  recent(created.createdAt);
  recent(created.updatedAt);
  assert.deepEqual(await api.getById(app, options), created);

  const ready = await api.update(app, { isReady: true }, options);
  assert.deepEqual([ready.url, ready.isReady, ready.createdAt], [URL, true, created.createdAt]);
  assert.ok(ready.updatedAt >= created.updatedAt);
  const moved = await api.update(app, { url: `${URL}/2` }, options);
  assert.deepEqual([moved.url, moved.isReady], [`${URL}/2`, true]);
  assert.deepEqual(await api.getById(app, options), moved);

  assert.equal(await api.archive(app, options), undefined);
  await refused(api.getById(app, options), 404);
}

function recent(date) {
  assert.ok(date instanceof Date, String(date));
  assert.ok(Math.abs(Date.now() - date) < 60_000, String(date));
}
