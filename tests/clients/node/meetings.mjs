// The CRM's meetings.
import assert from "node:assert/strict";
import { clientOf } from "./oauth.mjs";
import { held, refused } from "./support.mjs";

const START = Date.parse("2030-03-11T16:00:00Z");
const HOUR = 3_600_000;
const PROPERTIES = ["hs_meeting_title", "hs_timestamp", "hs_meeting_outcome"];

export async function meetings(scene) {
  const { basicApi, batchApi, searchApi } = (await clientOf(scene, scene.account)).crm.objects.meetings;

  const ids = [];
  for (const [hour, title] of ["Alpha planning", "Beta planning", "Gamma review"].entries()) {
    const made = await basicApi.create({ properties: meeting(title, hour), associations: [] });
    assert.ok(made.createdAt instanceof Date && made.updatedAt instanceof Date && !made.archived);
    assert.equal(made.properties.hs_meeting_title, title);
    ids.push(made.id);
  }
  assert.equal(new Set(ids).size, 3);
  held("meetings: made");

  const [alpha, beta, gamma] = ids;
  const read = await basicApi.getById(alpha, [...PROPERTIES, "hs_meeting_location"]);
  assert.equal(read.properties.hs_meeting_title, "Alpha planning");
  assert.equal(read.properties.hs_meeting_location, "https://meet.example.org/alpha");
  assert.equal(Date.parse(read.properties.hs_timestamp), START);
  await refused(basicApi.getById("999999999"), 404);
  const inputs = [beta, gamma].map((id) => ({ id }));
  const several = await batchApi.read({ inputs, properties: PROPERTIES, propertiesWithHistory: [] });
  assert.deepEqual(several.results.map(({ id }) => id), [beta, gamma]);
  held("meetings: read, alone and together, with the properties that are asked for");

  const changed = await basicApi.update(gamma, { properties: { hs_meeting_outcome: "CANCELED" } });
  assert.equal(changed.id, gamma);
  const { properties } = await basicApi.getById(gamma, PROPERTIES);
  assert.deepEqual([properties.hs_meeting_outcome, properties.hs_meeting_title], ["CANCELED", "Gamma review"]);
  await refused(basicApi.update("999999999", { properties: {} }), 404);
  held("meetings: a change leaves what it does not name");

  await search(searchApi, { alpha, beta, gamma });
  await pages(basicApi, searchApi, [alpha, beta, gamma]);

  const other = (await clientOf(scene, scene.other)).crm.objects.meetings;
  await refused(other.basicApi.getById(alpha), 404);
  await refused(other.basicApi.archive(alpha), 404);
  assert.equal((await other.searchApi.doSearch(question([]))).total, 0);
  held("meetings: another account does not see them");

  assert.equal(await basicApi.archive(beta), undefined);
  await refused(basicApi.getById(beta), 404);
  assert.deepEqual(await found(searchApi, [filter("hs_meeting_title", "HAS_PROPERTY")]), [alpha, gamma]);
  const archived = await basicApi.getById(beta, PROPERTIES, undefined, undefined, true);
  assert.ok(archived.archived && archived.archivedAt instanceof Date);
  held("meetings: an archived one is found by those alone who ask for archived ones");
}

async function search(searchApi, { alpha, beta, gamma }) {
  const cases = [
    ["EQ", [filter("hs_meeting_title", "EQ", { value: "Beta planning" })], [beta]],
    ["EQ of a time", [filter("hs_meeting_start_time", "EQ", { value: String(START + HOUR) })], [beta]],
    ["NEQ", [filter("hs_meeting_title", "NEQ", { value: "Beta planning" })], [alpha, gamma]],
    ["IN", [filter("hs_meeting_title", "IN", { values: ["alpha planning", "gamma review"] })], [alpha, gamma]],
    ["NOT_IN", [filter("hs_meeting_title", "NOT_IN", { values: ["alpha planning"] })], [beta, gamma]],
    ["GTE", [filter("hs_timestamp", "GTE", { value: String(START + HOUR) })], [beta, gamma]],
    ["GT", [filter("hs_timestamp", "GT", { value: String(START + HOUR) })], [gamma]],
    ["LTE", [filter("hs_timestamp", "LTE", { value: String(START + HOUR) })], [alpha, beta]],
    ["LT", [filter("hs_timestamp", "LT", { value: String(START + HOUR) })], [alpha]],
    ["BETWEEN", [between(START + 1, START + HOUR)], [beta]],
    ["HAS_PROPERTY", [filter("hs_meeting_outcome", "HAS_PROPERTY")], [gamma]],
    ["NOT_HAS_PROPERTY", [filter("hs_meeting_outcome", "NOT_HAS_PROPERTY")], [alpha, beta]],
    ["CONTAINS_TOKEN", [filter("hs_meeting_title", "CONTAINS_TOKEN", { value: "planning" })], [alpha, beta]],
    ["two filters", [filter("hs_meeting_title", "CONTAINS_TOKEN", { value: "planning" }), between(0, START)], [alpha]],
  ];
  for (const [operator, filters, expected] of cases) {
    assert.deepEqual(await found(searchApi, filters), expected, operator);
  }
  held(`meetings: found by ${cases.map(([operator]) => operator).join(", ")}`);

  const groups = ["Alpha planning", "Gamma review"].map((value) => ({
    filters: [filter("hs_meeting_title", "EQ", { value })],
  }));
  const either = await searchApi.doSearch({ ...question([]), filterGroups: groups });
  assert.deepEqual(either.results.map(({ id }) => id), [alpha, gamma]);
  held("meetings: groups of filters are alternatives");

  for (const wrong of [
    { limit: 201 },
    { filterGroups: Array(6).fill(groups[0]) },
    { filterGroups: [{ filters: [{ propertyName: "hs_timestamp", operator: "LIKE", value: "1" }] }] },
    { filterGroups: [{ filters: [filter("hs_meeting_title", "EQ", { value: "x".repeat(3000) })] }] },
  ]) {
    await refused(searchApi.doSearch({ ...question([]), ...wrong }), 400);
  }
  held("meetings: a search beyond HubSpot's limits is refused");
}

async function pages(basicApi, searchApi, ids) {
  const first = await searchApi.doSearch({ ...question([]), limit: 2, after: 0 });
  assert.deepEqual([first.total, first.results.map(({ id }) => id)], [3, ids.slice(0, 2)]);
  const second = await searchApi.doSearch({ ...question([]), limit: 2, after: first.paging.next.after });
  assert.deepEqual([second.total, second.results.map(({ id }) => id)], [3, ids.slice(2)]);
  assert.equal(second.paging, undefined);

  for (const descending of ["-hs_timestamp", { propertyName: "hs_timestamp", direction: "DESCENDING" }]) {
    const { results } = await searchApi.doSearch({ ...question([]), sorts: [descending] });
    assert.deepEqual(results.map(({ id }) => id), [...ids].reverse());
  }

  const page = await basicApi.getPage(2, undefined, PROPERTIES);
  const rest = await basicApi.getPage(2, page.paging.next.after, PROPERTIES);
  assert.deepEqual([...page.results, ...rest.results].map(({ id }) => id), ids);
  assert.equal(rest.paging, undefined);
  held("meetings: page by page, in the order that is asked for");
}

/** Returns the meetings that a search finds, in the order of their times. */
async function found(searchApi, filters) {
  const { total, results } = await searchApi.doSearch(question(filters));
  assert.equal(total, results.length);
  for (const { properties } of results) {
    assert.ok(properties.hs_meeting_title, "the properties that were asked for");
  }
  return results.map(({ id }) => id);
}

function question(filters) {
  const filterGroups = filters.length ? [{ filters }] : [];
  return { filterGroups, properties: PROPERTIES, sorts: ["hs_timestamp"], limit: 100 };
}

function filter(propertyName, operator, operands = {}) {
  return { propertyName, operator, ...operands };
}

function between(low, high) {
  return filter("hs_timestamp", "BETWEEN", { value: String(low), highValue: String(high) });
}

function meeting(title, hour) {
  const start = START + hour * HOUR;
  return {
    hs_timestamp: String(start),
    hs_meeting_title: title,
    hs_meeting_start_time: String(start),
    hs_meeting_end_time: String(start + HOUR),
    hs_meeting_location: `https://meet.example.org/${title.split(" ")[0].toLowerCase()}`,
  };
}
