import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import schema from "../../schemas/trace.schema.json" with { type: "json" };
import { eventMembers } from "../../src/api/trace/event-members.ts";
import { EVENT_MEMBERS, decodeEvent } from "../../src/trace/event.ts";

const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

test("design 7.1: the published schema has the members that are read, each with a description", () => {
  expect(Object.keys(schema.properties).sort()).toEqual([...EVENT_MEMBERS].sort());
  for (const example of schema.examples) expect(validate(example)).toBe(true);
});

test("`trace validate` knows every member of an object that the published schema describes", () => {
  const known = eventMembers().names;
  for (const [name, of] of Object.entries(schema.properties))
    expect([...(known.get(name)?.names.keys() ?? [])]).toEqual(
      expect.arrayContaining("properties" in of ? Object.keys(of.properties) : []),
    );
});

const entity = fc.dictionary(
  fc.constantFrom("type", "id", "name", "server", "kind", "x"),
  fc.constantFrom<unknown>("a", null, 1, {}),
);
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    1,
    true,
    "",
    "call",
    "text",
    "2026-05-18T09:12:04.120Z",
    "2026-05-18T09:12:04",
    [],
    ["a"],
    [1],
    {},
  ),
  entity,
);
const decision = fc.record(
  {
    effect: fc.constantFrom("allow", "deny", "permit", 1),
    rule: fc.constantFrom<unknown>("r", null, 1),
    ms: fc.constantFrom<unknown>(1, "1"),
  },
  { requiredKeys: [] },
);
const labels = fc.record(
  {
    incident: fc.constantFrom<unknown>(true, false, null, "yes", "", 0, 1, [], {}),
    other: fc.constantFrom<unknown>("x", null, 1),
  },
  { requiredKeys: [] },
);
const OWN: { readonly [key: string]: fc.Arbitrary<unknown> } = { decision, labels };
const member = fc.constantFrom(...EVENT_MEMBERS, "other").chain((key) => {
  const own = OWN[key];
  return fc.tuple(fc.constant(key), own === undefined ? value : fc.oneof(own, value));
});
const event = fc.array(member, { maxLength: 4 }).map((members) => Object.fromEntries(members));

test("what satisfies the schema is an event, and what does not is none", () => {
  fc.assert(
    fc.property(
      fc.oneof({ weight: 9, arbitrary: event }, { weight: 1, arbitrary: value }),
      (candidate) => {
        const read = decodeEvent(candidate, { file: "f", line: 1 });
        expect([validate(candidate), read]).toEqual([typeof read !== "string", read]);
      },
    ),
    { numRuns: 2000 },
  );
});
