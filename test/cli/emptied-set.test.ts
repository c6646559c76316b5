import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { run } from "../suite/run-command.ts";

const POLICY = (rules: string): string =>
  `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules: ${rules}\n`;
const CATALOG = "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\n";
const CALL =
  '{"id":"1","subject":{"type":"agent","id":"a"},"action":{"server":"x","name":"a"},"args":{}}\n';

const EMPTY: readonly (readonly [what: string, files: { readonly [name: string]: string }])[] = [
  ["a policy without rules", { "set/p.yaml": POLICY("[]") }],
  [
    "several of them",
    { "set/p.yaml": POLICY("[]"), "set/q.yaml": POLICY("[]").replace("name: p", "name: q") },
  ],
  [
    "shadow rules alone",
    { "set/p.yaml": POLICY("[{ id: a, effect: allow, actions: [x/a], reason: r, mode: shadow }]") },
  ],
  ["a catalog alone", { "set/c.yaml": CATALOG }],
  ["a file that was emptied", { "set/p.yaml": "" }],
  ["comments alone", { "set/p.yaml": "# nothing yet\n" }],
  ["rules that are comments", { "set/p.yaml": POLICY("[]\n# - { id: a, effect: deny }") }],
];

describe("a set that was emptied passes no pipeline", () => {
  it.each(EMPTY)("%s", async (_, files) => {
    const folder = scratch({
      ...files,
      "t.jsonl": CALL,
      "agentz.yaml": "candidate: [set]\nbaseline: recorded\n",
    });
    const ci = await run(folder, "ci", "--output", "json=-");
    const { steps } = JSON.parse(ci.stdout);
    expect([ci.status, steps[0]]).toEqual([
      1,
      expect.objectContaining({
        name: "lint",
        status: "failed",
        summary: expect.stringMatching(
          /no rule( in force, all are shadow rules)?, so every call is denied|no (policy|document)/,
        ),
      }),
    ]);
    const replay = await run(
      folder,
      "replay",
      "--trace",
      join(folder, "t.jsonl"),
      "--format",
      "json",
      "--gate",
      "widened=0",
    );
    expect([
      [1, 2],
      ["no-rule", "no-documents"],
    ]).toEqual([
      expect.arrayContaining([replay.status]),
      expect.arrayContaining([JSON.parse(replay.stdout).error.code]),
    ]);
  });

  it("one with a rule does, and what only covers needs none", async () => {
    const folder = scratch({
      "set/p.yaml": POLICY("[{ id: a, effect: allow, actions: [x/a], reason: r }]"),
      "c.yaml": CATALOG,
      "t.jsonl": CALL,
      "agentz.yaml": "candidate: [set]\nbaseline: recorded\n",
    });
    expect((await run(folder, "ci", "--output", "json=-")).status).toBe(0);
    expect(
      (await run(folder, "coverage", "--candidate", "c.yaml", "--trace", join(folder, "t.jsonl")))
        .status,
    ).toBe(0);
  });
});
