import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { pathUses } from "../../src/trace-editing/path-uses.ts";
import { Redactor } from "../../src/trace-editing/redact.ts";
import { assembleSet } from "../../src/engine/assemble.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/request/json.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hash = (text: string): string =>
  createHmac("sha256", "salt").update(text).digest("hex").slice(0, 16);
/** Written in two parts, so that nobody takes it for a real one. */
const SENTINEL = `ghp_${"aZ09".repeat(9)}`;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session: { values: [{ name: seen, add: args.order }] }
rules:
  - { id: a, effect: allow, actions: [crm/pay],
      when: "args.amount < 5.0 && args.to.startsWith('a') && args.order in session.values.seen" }
  - { id: b, effect: deny,
      when: "context.signals.injection > 0.5 || args.deep.list.exists(x, x == 'y') || context.owner == args.to" }
`;

const EVENT: JsonObject = {
  id: "e1",
  time: "2026-01-01T00:00:00Z",
  session: "s",
  parent: "e0",
  type: "call",
  subject: {
    type: "agent",
    id: "a",
    role: "r",
    credential: {
      kind: "workload",
      id: "c",
      issued: "2026-01-01T00:00:00Z",
      expires: "2026-01-02T00:00:00Z",
    },
  },
  action: { kind: "tool_call", server: "crm", name: "pay", effects: ["read"] },
  args: { amount: 3, to: "ann", memo: "plan", order: "4711", deep: { list: ["x", 1], flag: true } },
  resource: { type: "order", id: "4711", classification: "internal", owner: "ann" },
  context: {
    surface: "gw",
    owner: "ann",
    request: "pay ann",
    task: { id: "t", type: "refund" },
    on_behalf_of: { type: "human", id: "jane" },
    delegation: ["agent:boss"],
    approvals: [
      {
        id: "ap",
        by: "human:omar",
        at: "2026-01-01T00:00:00Z",
        decision: "granted",
        digest: "sha256:00",
      },
    ],
    signals: { injection: 0.1 },
    model: { name: "m" },
  },
  decision: {
    effect: "allow",
    rule: "p/a",
    policy: `sha256:${"0".repeat(64)}`,
    pdp: "gw-1",
    ms: 0.4,
    reason: "fine",
    inputs: { x: [1] },
  },
  outcome: { status: "ok", result: { card: "none" } },
  complete: ["context", "args"],
  unrecorded: ["args.secret"],
  labels: { incident: false, note: "n" },
  vendor: { x: "y" },
};

type Path = readonly (string | number)[];

function* placesIn(value: Json | undefined, path: Path): Generator<Path> {
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) yield* placesIn(item, [...path, i]);
  else if (isJsonObject(value))
    for (const [key, item] of Object.entries(value)) yield* placesIn(item, [...path, key]);
  if (path.length > 0) yield path;
}

/** The value with a change at a path. */
function changed(
  value: Json | undefined,
  path: Path,
  change: (here: Json | undefined) => Json,
): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item: Json, i) => (i === step ? changed(item, rest, change) : item));
  const object = isJsonObject(value) ? value : {};
  const name = String(step);
  return { ...object, [name]: changed(object[name], rest, change) };
}

/**
 * Ways to plant a secret at a place: as the value, within a text, as a list, as a member's name.
 */
const WAYS: readonly ((here: Json | undefined) => Json)[] = [
  () => SENTINEL,
  (here) => `${typeof here === "string" ? here : "x"} ${SENTINEL} y`,
  () => [SENTINEL],
  (here) => ({ ...(isJsonObject(here) ? here : {}), [SENTINEL]: 1 }),
  (here) => ({ ...(isJsonObject(here) ? here : {}), deep: [{ token: SENTINEL }] }),
];

function planted(): readonly JsonObject[] {
  const events = [...placesIn(EVENT, [])].flatMap((path) =>
    WAYS.map((way) => changed(EVENT, path, way)),
  );
  const top = [
    { ...EVENT, [SENTINEL]: 1 },
    { ...EVENT, unrecorded: [`args.${SENTINEL}`] },
    { ...EVENT, complete: [`context.${SENTINEL}.x`] },
  ];
  return [...events, ...top].filter(isJsonObject);
}

test.each([false, true])(
  "a secret planted anywhere in an event is nowhere in what is written (strict: %s)",
  (strict) => {
    const { documents } = assembleSet([{ file: "p.yaml", text: POLICY }], {
      readBeside: () => ({ fault: "none" }),
      sha256,
    });
    const uses = pathUses(documents);
    const events = planted();
    expect(events.length).toBeGreaterThan(300);
    for (const event of events) {
      const redactor = new Redactor({ uses, strict, hash });
      const shown = JSON.stringify([redactor.redact(event), redactor.detected()]);
      expect(shown.includes(SENTINEL) ? [JSON.stringify(event), shown] : []).toEqual([]);
    }
  },
);

test("of a decision and of labels stays what a replay reads, in its form, and it is listed", () => {
  const { documents } = assembleSet([{ file: "p.yaml", text: POLICY }], {
    readBeside: () => ({ fault: "none" }),
    sha256,
  });
  const redactor = new Redactor({ uses: pathUses(documents), strict: true, hash });
  const redacted = redactor.redact(EVENT);
  expect(redacted["decision"]).toMatchObject({
    effect: "allow",
    rule: "p/a",
    policy: `sha256:${"0".repeat(64)}`,
    pdp: "gw-1",
    ms: 0.4,
  });
  expect(JSON.stringify(redacted)).not.toMatch(/fine|"n"|plan/);
  expect(redacted["labels"]).toMatchObject({ incident: false });
  const odd = redactor.redact({
    ...EVENT,
    type: "my own words",
    time: "some time",
    decision: { effect: "perhaps" },
    labels: { incident: "who knows" },
  });
  expect(JSON.stringify(odd)).not.toMatch(/my own words|some time|perhaps|who knows/);
});
