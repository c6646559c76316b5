import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentz, ROOT, scratch } from "./agentz.ts";

/**
 * The edits that test/e2e/count-transitions.mjs counts by itself: file, what stands there, what
 * replaces it.
 */
const EDITS: readonly (readonly [string, string, string, string])[] = [
  [
    "dollars",
    "support.yaml",
    "when: args.currency != 'EUR' || args.amount <= 100.0",
    "when: args.currency == 'EUR' && args.amount <= 100.0",
  ],
  [
    "cloud",
    "coding.yaml",
    "  - id: cloud\n    effect: allow",
    "  - id: cloud\n    effect: require_approval",
  ],
  ["junior", "coding.yaml", "['ls', 'cat ', 'git ', 'grep ', 'npm ', 'pwd']", "['ls']"],
  [
    "planner",
    "common.yaml",
    "  - id: sub-agents\n    effect: allow",
    "  - id: sub-agents\n    effect: deny",
  ],
  ["middle", "support.yaml", "args.amount <= 100.0\n", "args.amount < 50.0\n"],
];

/** A further edit of the same case, so that the other rule follows. */
const ALSO: { readonly [name: string]: readonly [string, string] } = {
  middle: [
    "args.currency == 'EUR' && args.amount > 100.0",
    "args.currency == 'EUR' && args.amount >= 50.0",
  ],
};

function edited(name: string, file: string, from: string, to: string): string {
  const folder = scratch();
  cpSync(join(ROOT, "policies/baseline"), join(folder, "edited"), { recursive: true });
  const path = join(folder, "edited", file);
  const before = readFileSync(path, "utf8");
  const also = ALSO[name] ?? ["", ""];
  const after = before.replace(from, to).replace(also[0], also[1]);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  return join(folder, "edited");
}

describe("five edits of the sample's policies, counted from the trace alone", () => {
  const counted: unknown = JSON.parse(
    execFileSync(process.execPath, ["test/e2e/count-transitions.mjs", "traces/sample.jsonl"], {
      cwd: ROOT,
      encoding: "utf8",
    }),
  );

  it.each(EDITS)("design 7.4: %s", (name, file, from, to) => {
    const candidate = edited(name, file, from, to);
    const sets = [
      "--baseline",
      "policies/catalog.yaml",
      "--baseline",
      "policies/baseline",
      "--candidate",
      "policies/catalog.yaml",
      "--candidate",
      candidate,
    ];
    const done = agentz(["replay", ...sets, "--trace", "traces/sample.jsonl", "--format", "json"]);
    expect(done.stderr).toBe("");
    expect(JSON.parse(done.stdout).changes.transitions).toEqual(Reflect.get(Object(counted), name));
  });
});
