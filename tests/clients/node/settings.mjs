// The settings of video conferencing.
import assert from "node:assert/strict";
import { Client } from "@hubspot/api-client";
import { bearer, held, plain, refused } from "./support.mjs";

const EVERY = {
  userVerifyUrl: "https://bridge.example.com/verify-user",
  fetchAccountsUri: "https://bridge.example.com/accounts",
  createMeetingUrl: "https://bridge.example.com/create-meeting",
  updateMeetingUrl: "https://bridge.example.com/update-meeting",
  deleteMeetingUrl: "https://bridge.example.com/delete-meeting",
};

export async function settings({ app, hubspot }) {
  const api = (developerApiKey) =>
    new Client({ basePath: hubspot.url, developerApiKey }).crm.extensions.videoconferencing.settingsApi;

  await round(api(hubspot.developerKey), app);
  held("video conferences: set, replaced, read and deleted with the developer key");
  await round(api(), app, bearer(hubspot.developerToken));
  held("video conferences: set, replaced, read and deleted with a token");

  for (const call of [
    () => api("wrong").getById(app),
    () => api().getById(app),
    () => api("wrong").replace(app, EVERY),
    () => api("wrong").archive(app),
    () => api().getById(app, bearer("wrong")),
  ]) {
    await refused(call(), 401, { category: "INVALID_AUTHENTICATION" });
  }
  held("video conferences: nothing without the developer key");

  await refused(api(hubspot.developerKey).getById(app + 1), 404);
  held("video conferences: another app is not found");
}

async function round(api, app, options) {
  await refused(api.getById(app, options), 404);
  assert.deepEqual(plain(await api.replace(app, EVERY, options)), EVERY);
  assert.deepEqual(plain(await api.getById(app, options)), EVERY);

  const { createMeetingUrl, updateMeetingUrl } = EVERY;
  assert.deepEqual(plain(await api.replace(app, { createMeetingUrl, updateMeetingUrl }, options)), {
    createMeetingUrl,
    updateMeetingUrl,
  });
  const left = plain(await api.getById(app, options));
  assert.deepEqual(left, { createMeetingUrl, updateMeetingUrl }, "what is left out is no longer set");

  for (const wrong of [
    { updateMeetingUrl },
    { createMeetingUrl: "http://bridge.example.com/create-meeting" },
    { createMeetingUrl: "bridge.example.com" },
    { createMeetingUrl, deleteMeetingUrl: "http://bridge.example.com/delete-meeting" },
  ]) {
    const body = await refused(api.replace(app, wrong, options), 400, { category: "VALIDATION_ERROR" });
    assert.ok(body.errors.length > 0 && body.errors.every(({ message }) => message), JSON.stringify(body));
  }
  assert.deepEqual(plain(await api.getById(app, options)), left, "a refusal changes nothing");

  assert.equal(await api.archive(app, options), undefined);
  await refused(api.getById(app, options), 404);
}
