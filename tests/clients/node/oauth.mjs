// OAuth tokens of accounts.
import assert from "node:assert/strict";
import { Client } from "@hubspot/api-client";
import { held, refused } from "./support.mjs";

export async function oauth({ app, clientId, clientSecret, hubspot, account, leaving }) {
  const client = new Client({ basePath: hubspot.url });
  const credentials = { clientId, clientSecret };
  const token = await granted(hubspot.url, { ...credentials, ...account });
  assert.deepEqual([token.tokenType, token.expiresIn], ["bearer", 1800]);
  assert.equal(token.refreshToken, account.refreshToken);

  client.setAccessToken(token.accessToken);
  assert.deepEqual((await client.crm.objects.notes.basicApi.getPage()).results, []);
  held("OAuth: the client refreshes a token and may then read the account");

  const info = await client.oauth.accessTokensApi.get(token.accessToken);
  assert.deepEqual([info.token, info.hubId, info.appId], [token.accessToken, account.id, app]);
  assert.ok(info.expiresIn > 0 && info.expiresIn <= 1800 && Array.isArray(info.scopes), JSON.stringify(info));
  const refresh = await client.oauth.refreshTokensApi.get(account.refreshToken);
  assert.deepEqual([refresh.token, refresh.hubId, refresh.clientId], [account.refreshToken, account.id, clientId]);
  held("OAuth: both kinds of token tell whose they are");

  for (const [wrong, status] of [
    [{ clientId: "wrong" }, "BAD_CLIENT_ID"],
    [{ clientSecret: "wrong" }, "BAD_CLIENT_SECRET"],
    [{ refreshToken: "wrong" }, "BAD_REFRESH_TOKEN"],
  ]) {
    await refused(granted(hubspot.url, { ...credentials, ...account, ...wrong }), 400, { status });
  }
  client.setAccessToken("wrong");
  await refused(client.crm.objects.notes.basicApi.getPage(), 401, { category: "INVALID_AUTHENTICATION" });
  held("OAuth: a wrong secret or token is refused");

  await granted(hubspot.url, { ...credentials, ...leaving });
  assert.equal(await client.oauth.refreshTokensApi.archive(leaving.refreshToken), undefined);
  await refused(granted(hubspot.url, { ...credentials, ...leaving }), 400, { status: "BAD_REFRESH_TOKEN" });
  held("OAuth: a refresh token that was deleted gives no more tokens");
}

/** Returns a new access token. */
export function granted(basePath, { clientId, clientSecret, refreshToken }) {
  const { tokensApi } = new Client({ basePath }).oauth;
  return tokensApi.create("refresh_token", undefined, undefined, clientId, clientSecret, refreshToken);
}

/** Returns a client for an account. */
export async function clientOf({ hubspot, clientId, clientSecret }, { refreshToken }) {
  const { accessToken } = await granted(hubspot.url, { clientId, clientSecret, refreshToken });
  return new Client({ basePath: hubspot.url, accessToken });
}
