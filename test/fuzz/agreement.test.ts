import { describe, expect, it } from "vitest";
import { fuzz } from "./main.ts";

/** What a generator that makes only default denies would never show. */
const NEEDED = [
  "effect allow",
  "effect deny",
  "effect require_approval",
  "permitted",
  "indeterminate",
  "error",
  "unknown",
  "shadow",
  "excepted",
  "obligations",
  "approval none",
  "approval open",
  "approval satisfied",
  "approval refused",
  "approval unknown",
  "by containment",
  "by default",
  "by lifecycle/",
  "by manifest/",
  "calls with a chain under delegation",
  "unknown context.delegation",
  "unknown context.on_behalf_of",
  "unknown session.labels",
  "unknown session.counters",
  "unknown session.values",
  "window edge: on it",
  "window edge: one ms beyond",
  "session ends",
  "outcomes that are told later",
  "below one that is stopped",
  "below one that may run",
  "calls for a person",
  "a deny that hangs on unknowns",
  "amounts that cannot be counted",
  "class indeterminate",
  "class unreachable",
  "class widened",
  "class narrowed",
  "direct",
  "downstream",
];

function timesOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const rows = lines
    .join("\n")
    .split("\n")
    .flatMap((line) => /^ *(\d+) {2}(.+)$/.exec(line) ?? []);
  return new Map(
    rows.flatMap((_, i) =>
      i % 3 === 0 ? [[rows[i + 2] ?? "", Number(rows[i + 1])] as const] : [],
    ),
  );
}

describe("engine and reference", () => {
  it("agree on all that a decision says, on random sets and sessions", () => {
    const said: string[] = [];
    const held = fuzz({ batches: 4, seed: 1, say: (line) => said.push(line) });
    console.log(said.join("\n"));
    expect(held).toBe(true);
    const times = timesOf(said);
    expect(NEEDED.filter((name) => (times.get(name) ?? 0) < 5)).toEqual([]);
  });
});
