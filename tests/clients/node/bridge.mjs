// A bridge accepts requests that the client signs.
import assert from "node:assert/strict";
import { Signature } from "@hubspot/api-client";
import { held } from "./support.mjs";

export async function bridge(scene) {
  const { account } = scene;
  const path = `/hubspot/${scene.app}/create-meeting`;
  const url = `${scene.bridge.public}${path}`;
  const send = (requestBody, headers) =>
    fetch(`${scene.bridge.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: requestBody,
    });

  for (const version of ["v1", "v2", "v3"]) {
    const body = JSON.stringify({
      portalId: account.id,
      userId: account.userId,
      userEmail: account.userEmail,
      topic: `Grüße 日本, signed with ${version}`,
      source: "MEETINGS",
      startTime: 1_899_475_200_000,
      endTime: 1_899_477_000_000,
    });
    const sign = (more) => signed(version, { clientSecret: scene.clientSecret, url, requestBody: body, ...more });

    const answer = await send(body, sign({}));
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    assert.match(JSON.parse(text).conferenceUrl, /^https:\/\/./);

    const wrong = [send(`${body} `, sign({})), send(body, sign({ clientSecret: "another" }))];
    if (version !== "v1") wrong.push(send(body, sign({ url: `${scene.bridge.url}${path}` })));
    if (version === "v3") wrong.push(send(body, sign({ timestamp: Date.now() - 300_001 })));
    for (const answer of await Promise.all(wrong)) assert.equal(answer.status, 401, await answer.text());
    held(`bridge: accepts what the client signs with ${version}, and nothing else`);
  }
}

function signed(version, options) {
  const timestamp = options.timestamp ?? Date.now();
  const signature = Signature.getSignature("POST", version, { ...options, timestamp });
  if (version === "v3") {
    return { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": String(timestamp) };
  }
  return { "x-hubspot-signature": signature, "x-hubspot-signature-version": version };
}
