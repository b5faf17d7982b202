// Faults and rate limits: which errors the client raises, and which requests it retries.
import assert from "node:assert/strict";
import { Client } from "@hubspot/api-client";
import { granted } from "./oauth.mjs";
import { emulator, held, refused } from "./support.mjs";

export async function retries({ hubspot, limited, account, clientId, clientSecret }) {
  const token = async (url) => (await granted(url, { clientId, clientSecret, ...account })).accessToken;
  const accessToken = await token(hubspot.url);
  const befall = (kind) => emulator(hubspot.url, "PUT", "faults", { faults: [{ kind, times: 1 }] });
  // The decorators of the newest client apply to all, so each client is created where it is used.
  const page = (more) =>
    new Client({ basePath: hubspot.url, accessToken, ...more }).crm.objects.meetings.basicApi.getPage();

  await befall("server-error");
  await refused(page(), 500);
  await befall("server-error");
  await page({ numberOfApiCallRetries: 2 });
  held("faults: an error of the server is raised, and waited out by a client that may retry");

  await befall("rate-limited");
  await refused(page(), 429, { policyName: "TEN_SECONDLY_ROLLING", errorType: "RATE_LIMIT" });
  await befall("rate-limited");
  const began = Date.now();
  await page({ numberOfApiCallRetries: 2 });
  assert.ok(Date.now() - began >= 9_900, "the client waits ten seconds");
  held("faults: 429 is raised, and waited out by a client that may retry");

  const basic = { basePath: limited, accessToken: await token(limited) };
  const answer = await new Client(basic).apiRequest({ path: "/crm/v3/objects/meetings" });
  assert.equal(answer.headers.get("x-hubspot-ratelimit-max"), "110");
  assert.equal(answer.headers.get("x-hubspot-ratelimit-interval-milliseconds"), "10000");
  assert.ok(Number(answer.headers.get("x-hubspot-ratelimit-remaining")) < 110);
  const { searchApi } = new Client({ ...basic, numberOfApiCallRetries: 6 }).crm.objects.meetings;
  const searches = Array.from({ length: 8 }, () => searchApi.doSearch({ filterGroups: [], limit: 1 }));
  for (const { total } of await Promise.all(searches)) assert.equal(total, 0);
  const { calls } = await emulator(limited, "GET", "calls?after=0");
  const refusals = calls.filter(({ status }) => status === 429);
  assert.ok(refusals.length > 0 && refusals.every(({ url }) => url.includes("/search")), JSON.stringify(calls));
  held("limits: told in headers; searches beyond five a second are waited out");
}
