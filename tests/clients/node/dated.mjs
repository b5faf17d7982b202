// The same settings at paths with a date, which the client's typed APIs do not support yet.
import assert from "node:assert/strict";
import { Client } from "@hubspot/api-client";
import { held } from "./support.mjs";
import { granted } from "./oauth.mjs";

const VERSIONS = ["2025-09", "2026-03", "2026-09"];

export async function dated({ app, hubspot, account, clientId, clientSecret }) {
  const { url: basePath, developerKey: developerApiKey, developerToken } = hubspot;
  const byKey = new Client({ basePath, developerApiKey });
  const byToken = new Client({ basePath, accessToken: developerToken });

  for (const client of [byKey, byToken]) {
    for (const version of VERSIONS) {
      await video(client, `/crm/extensions/videoconferencing/${version}/settings/${app}`);
      await channel(client, `/crm/extensions/calling/${version}/${app}/settings/channel-connection`);
    }
    await video(client, `/crm/v3/extensions/videoconferencing/settings/${app}`);
  }
  held(`both settings: ${VERSIONS.join(", ")} are answered as v3 is, with the developer key and with a token`);

  await asked(byKey, "GET", `/crm/extensions/videoconferencing/2024-01/settings/${app}`, 404);
  held("both settings: a version that never was is not found");

  const { accessToken } = await granted(basePath, { clientId, clientSecret, ...account });
  const asAccount = new Client({ basePath, accessToken });
  const answer = await asAccount.apiRequest({ path: `/crm/v3/extensions/videoconferencing/settings/${app}` });
  assert.ok([401, 403].includes(answer.status), String(answer.status));
  held("both settings: an account's token is no developer's");
}

async function video(client, path) {
  const settings = { createMeetingUrl: "https://bridge.example.com/create-meeting" };
  assert.deepEqual(await asked(client, "PUT", path, 200, settings), settings);
  assert.equal((await asked(client, "GET", path, 200)).createMeetingUrl, settings.createMeetingUrl);
  await asked(client, "DELETE", path, 204);
  await asked(client, "GET", path, 404);
}

async function channel(client, path) {
  const settings = { url: "https://bridge.example.com/phone-numbers", isReady: false };
  assert.equal((await asked(client, "POST", path, 200, settings)).url, settings.url);
  assert.equal((await asked(client, "PATCH", path, 200, { isReady: true })).isReady, true);
  assert.equal((await asked(client, "GET", path, 200)).isReady, true);
  await asked(client, "DELETE", path, 204);
  await asked(client, "GET", path, 404);
}

async function asked(client, method, path, status, body) {
  const answer = await client.apiRequest({ method, path, body });
  const text = await answer.text();
  assert.equal(answer.status, status, `${method} ${path}: ${text}`);
  return text && JSON.parse(text);
}
