// The client accepts the emulator's webhooks with every combination of signatures.
import assert from "node:assert/strict";
import { Client, Signature } from "@hubspot/api-client";
import { receive } from "./receiver.mjs";
import { emulator, held } from "./support.mjs";

const HEADERS = { v1: "x-hubspot-signature", v2: "x-hubspot-signature", v3: "x-hubspot-signature-v3" };

export async function webhooks(scene) {
  const receiver = await receive(scene.receiver.port);
  try {
    for (const [signatures, url] of Object.entries(scene.signing)) {
      const versions = signatures.split("+");
      await setUp(scene, url);
      for (const request of await booked(scene, url, receiver)) {
        genuine(scene, request, versions);
      }
      held(`webhooks: what is signed with ${signatures} is accepted, and nothing else`);

      await emulator(url, "PUT", "faults", { faults: [{ kind: "wrong-signature", times: 1 }] });
      await emulator(url, "POST", "phone-numbers", asked(scene));
      const [forged] = receiver.take();
      for (const version of versions) assert.equal(judge(scene, forged, version), false);
      await emulator(url, "PUT", "faults", { faults: [] });
      held(`webhooks: what is signed with another secret is not (${signatures})`);
    }
  } finally {
    receiver.close();
  }
}

/** Sets both settings, with a different address for each webhook. One has a query, which v2 and v3 cover. */
async function setUp({ app, hubspot, receiver }, basePath) {
  const { extensions } = new Client({ basePath, developerApiKey: hubspot.developerKey }).crm;
  await extensions.videoconferencing.settingsApi.replace(app, {
    userVerifyUrl: `${receiver.public}/verify-user`,
    createMeetingUrl: `${receiver.public}/create-meeting?b=2&a=1`,
    updateMeetingUrl: `${receiver.public}/update-meeting`,
    deleteMeetingUrl: `${receiver.public}/delete-meeting`,
  });
  const channel = { url: `${receiver.public}/phone-numbers`, isReady: true };
  await extensions.calling.channelConnectionSettingsApi.create(app, channel);
}

/** Books, moves and cancels a meeting, requests numbers, and checks the webhooks against HubSpot's documentation. */
async function booked(scene, url, receiver) {
  const { id: accountId, userId } = scene.account;
  const startTime = Date.parse("2030-03-11T16:00:00Z");
  const [topic, endTime] = ['Grüße 日本 \\ "quoted"\n\u2028', startTime + 1_800_000];
  const booking = { accountId, userId, topic, startTime, endTime };
  const { meeting } = await emulator(url, "POST", "meetings", booking, 201);
  assert.deepEqual([meeting.status, meeting.conferenceId], ["booked", "conference-1"]);
  assert.equal(meeting.conferenceUrl, "https://meet.example.org/conference-1");
  await emulator(url, "PATCH", `meetings/${meeting.id}`, { topic: "Moved", startTime: startTime + 60_000, endTime });
  await emulator(url, "DELETE", `meetings/${meeting.id}`);
  const { phoneNumbers } = await emulator(url, "POST", "phone-numbers", asked(scene));
  assert.equal(phoneNumbers[0].e164PhoneNumber, "+18001231234");

  const requests = receiver.take();
  const [conferenceId, userEmail, portalId] = ["conference-1", "user-of-the-receiver", accountId];
  const verify = ["/verify-user", { portalId, userEmail: scene.account.userEmail }];
  const moved = { topic: "Moved", startTime: startTime + 60_000, endTime };
  assert.deepEqual(
    requests.map(({ target, body }) => [target, JSON.parse(body)]),
    [
      verify,
      [
        "/create-meeting?b=2&a=1",
        { portalId, userId, userEmail, topic, source: meeting.source, startTime, endTime },
      ],
      verify,
      ["/update-meeting", { conferenceId, userId, userEmail, portalId, ...moved }],
      verify,
      ["/delete-meeting", { conferenceId }],
      ["/phone-numbers", { appId: scene.app, portalId, userId }],
    ],
  );
  return requests;
}

function asked({ account }) {
  return { accountId: account.id, userId: account.userId };
}

/** Asserts that a webhook is signed with exactly these versions, and that a changed one is rejected. */
function genuine(scene, request, versions) {
  assert.equal(request.method, "POST");
  assert.match(request.headers["content-type"], /^application\/json/);
  const older = versions.find((version) => version !== "v3");
  assert.equal(request.headers["x-hubspot-signature-version"], older);
  assert.equal(HEADERS.v1 in request.headers, older !== undefined);
  assert.equal(HEADERS.v3 in request.headers, versions.includes("v3"));
  for (const version of versions) {
    assert.equal(judge(scene, request, version), true, `${version}: ${JSON.stringify(request)}`);
    assert.equal(judge(scene, { ...request, body: `${request.body} ` }, version), false);
    assert.equal(judge({ ...scene, clientSecret: "another" }, request, version), false);
    assert.equal(judge(scene, { ...request, target: "/elsewhere" }, version), version === "v1");
  }
  if (versions.includes("v3")) {
    const stale = { ...request.headers, "x-hubspot-request-timestamp": String(Date.now() - 300_001) };
    assert.throws(() => judge(scene, { ...request, headers: stale }, "v3"), /Timestamp is invalid/);
  }
}

function judge({ clientSecret, receiver }, { method, target, headers, body }, version) {
  return Signature.isValid({
    signature: headers[HEADERS[version]],
    clientSecret,
    requestBody: body,
    signatureVersion: version,
    url: `${receiver.public}${target}`,
    method,
    timestamp: headers["x-hubspot-request-timestamp"],
  });
}
