// The CRM's notes.
import assert from "node:assert/strict";
import { clientOf } from "./oauth.mjs";
import { held, refused } from "./support.mjs";

export async function notes(scene) {
  const { basicApi, searchApi } = (await clientOf(scene, scene.account)).crm.objects.notes;
  const properties = { hs_timestamp: "2030-03-11T17:00:00Z", hs_note_body: "<p>Grüße, 日本</p>" };
  const made = await basicApi.create({ properties, associations: [] });
  const read = await basicApi.getById(made.id, ["hs_note_body", "hs_timestamp"]);
  assert.equal(read.properties.hs_note_body, properties.hs_note_body);
  assert.equal(Date.parse(read.properties.hs_timestamp), Date.parse(properties.hs_timestamp));
  held("notes: made and read");

  await basicApi.update(made.id, { properties: { hs_note_body: "<p>Over</p>" } });
  const value = String(Date.parse(properties.hs_timestamp));
  const filters = [{ propertyName: "hs_timestamp", operator: "EQ", value }];
  const { results } = await searchApi.doSearch({ filterGroups: [{ filters }], properties: ["hs_note_body"] });
  assert.deepEqual(results.map(({ id, properties }) => [id, properties.hs_note_body]), [[made.id, "<p>Over</p>"]]);
  held("notes: changed and found");

  await refused(basicApi.create({ properties: { ...properties, hs_note_body: "x".repeat(65_537) } }), 400);
  assert.equal(await basicApi.archive(made.id), undefined);
  await refused(basicApi.getById(made.id), 404);
  held("notes: archived; one that is too long is refused");
}
