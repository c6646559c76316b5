import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RuleCounter, type RuleCount } from "../../../src/api/editor/count-rules.ts";
import { agentz, CACHE } from "../../e2e/agentz.ts";

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: trips
version: 1.0.0
agents: [{ id: booker, owner: o, purpose: books trips, status: commissioned }]
tools:
  - { name: book, server: trips, effects: [pay], resource: none }
`;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: trips
version: 1.0.0
owner: o
rules:
  - { id: small, effect: allow, actions: [trips/book], when: args.price <= 300.0 }
  - id: large
    effect: require_approval
    actions: [trips/book]
    when: args.price > 500.0
    approval: { approvers: ["human:*"] }
  - { id: abroad, effect: deny, actions: [trips/book], when: args.country != 'de', reason: r }
`;
const TRACE = Array.from({ length: 400 }, (_, i) => ({
  id: `e-${i}`,
  type: "call",
  time: new Date(1.75e12 + i * 1000).toISOString(),
  subject: { type: "agent", id: "booker" },
  action: { kind: "mcp_request", server: "trips", name: "book" },
  args: { price: (i % 40) * 25, ...(i % 9 === 0 ? {} : { country: i % 4 === 0 ? "fr" : "de" }) },
}));
/** One edit after the other, as somebody makes them. */
const EDITS: readonly (readonly [string, string])[] = [
  ["price <= 300.0", "price <= 350.0"],
  ["id: small", "id: cheap"],
  ["effect: deny", "effect: require_approval"],
  ["actions: [trips/book], when: args.country", "actions: [trips/*], when: args.country"],
  [
    "  - { id: abroad, effect",
    "  - { id: first, effect: deny, reason: r }\n  - { id: abroad, effect",
  ],
  ["  - { id: first, effect: deny, reason: r }\n", ""],
  ["country != 'de'", "country == 'fr' || args.price == 0.0"],
];

function folderOfTrips(): string {
  const folder = mkdtempSync(join(tmpdir(), "count-rules-"));
  mkdirSync(join(folder, "policies"));
  writeFileSync(join(folder, "policies/catalog.yaml"), CATALOG);
  writeFileSync(join(folder, "policies/trips.yaml"), POLICY);
  const lines = TRACE.map((event) => `${JSON.stringify(event)}\n`).join("");
  writeFileSync(join(folder, "trace.jsonl"), lines);
  return folder;
}

function count(
  counter: RuleCounter,
  cwd: string,
  texts: Readonly<Record<string, string>>,
): Promise<readonly RuleCount[]> {
  const sources = Object.entries(texts).map(([file, text]) => ({ file, text }));
  const job = { cwd, paths: ["policies"], texts: sources, levels: [], today: 0 };
  return counter.count(job, [join(cwd, "trace.jsonl")]);
}

describe("the counts of a rule's calls", () => {
  it("are those of a count from nothing, after each edit of rules and of the catalog", async () => {
    const folder = folderOfTrips();
    const counter = new RuleCounter(join(folder, "cache"));
    let [policy, catalog] = [POLICY, CATALOG];
    const same = async (): Promise<readonly RuleCount[]> => {
      const texts = { "policies/trips.yaml": policy, "policies/catalog.yaml": catalog };
      const counted = await count(counter, folder, texts);
      expect(counted).toEqual(await count(new RuleCounter(undefined), folder, texts));
      return counted;
    };
    const seen = [await same()];
    for (const [from, to] of EDITS) {
      expect(policy).toContain(from);
      policy = policy.replace(from, to);
      seen.push(await same());
    }
    catalog = catalog.replace("status: commissioned", "status: suspended");
    seen.push(await same());
    policy = POLICY;
    catalog = CATALOG;
    expect(await same()).toEqual(seen[0]);
    expect(new Set(seen.map((counts) => JSON.stringify(counts))).size).toBeGreaterThan(5);
    expect(existsSync(join(folder, "cache"))).toBe(false);
  });

  it("are the same off the index of the trace", async () => {
    const folder = folderOfTrips();
    const index = ["trace", "index", "trace.jsonl", "--candidate", "policies"];
    expect(agentz([...index, "--baseline", "recorded"], { cwd: folder }).status).toBe(0);
    const counter = new RuleCounter(join(CACHE, "agentz"));
    for (const policy of [
      POLICY,
      POLICY.replace("300.0", "350.0"),
      POLICY.replace("<= 300.0", "== args.most"),
    ]) {
      const texts = { "policies/trips.yaml": policy };
      expect(await count(counter, folder, texts)).toEqual(
        await count(new RuleCounter(undefined), folder, texts),
      );
    }
  });

  it("tell calls that a rule only watches, excepts or cannot decide from calls that it does not match", async () => {
    const folder = folderOfTrips();
    const rules = `rules:
  - { id: watch, effect: deny, mode: shadow, actions: [trips/book], when: args.price >= 0.0, reason: r }
  - id: dear
    effect: deny
    actions: [trips/book]
    when: args.price > 900.0
    reason: r
    exceptions: [{ when: args.price > 0.0, owner: o, expires: 2030-01-01, reason: r }]
  - { id: france, effect: deny, actions: [trips/book], when: args.country == 'fr', reason: r }
  - { id: look, effect: allow, mode: shadow, actions: [trips/book], when: args.country == 'fr' }
  - { id: never, effect: deny, actions: [trips/book], when: args.price < 0.0, reason: r }
`;
    const policy = POLICY.replace(/rules:[^]*/, rules);
    const counted = await count(new RuleCounter(undefined), folder, {
      "policies/trips.yaml": policy,
    });
    const told = counted.map(({ rule, ...calls }) => [
      rule,
      Object.fromEntries(Object.entries(calls).filter(([, many]) => many > 0)),
    ]);
    const french = TRACE.filter(({ args }) => "country" in args && args.country === "fr").length;
    const unknown = TRACE.filter(({ args }) => !("country" in args)).length;
    expect(Object.fromEntries(told)).toEqual({
      "trips/watch": { shadow: TRACE.length },
      "trips/dear": { excepted: TRACE.filter(({ args }) => args.price > 900).length },
      "trips/france": { denied: french, undecided: unknown },
      "trips/look": { shadow: french, undecided: unknown },
      "trips/never": {},
    });
  });
});
