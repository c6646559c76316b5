import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { agentz, ROOT, scratch } from "./agentz.ts";

const SETS = ["policies/catalog.yaml", "policies/candidate"]
  .flatMap((path) => ["--candidate", path])
  .concat(["policies/catalog.yaml", "policies/baseline"].flatMap((path) => ["--baseline", path]));
const folder = scratch();
const plain = join(ROOT, "traces/sample.jsonl");

interface Side {
  readonly effect: string;
  readonly permitted: boolean;
  readonly indeterminate: boolean;
}

/**
 * The document of a replay of a trace without what names events, and each call's decisions, in
 * order.
 */
function replayed(trace: string): {
  readonly document: unknown;
  readonly decisions: readonly { readonly baseline: Side; readonly candidate: Side }[];
} {
  const log = join(folder, "decisions.jsonl");
  const done = agentz([
    "replay",
    ...SETS,
    "--trace",
    trace,
    "--no-index",
    "--decisions",
    log,
    "--format",
    "json",
  ]);
  expect([done.status, done.stderr]).toEqual([0, ""]);
  const {
    trace: read,
    groups,
    contained,
    ...document
  } = JSON.parse(done.stdout, (key, value) => (key === "failingCalls" ? value.length : value));
  const unnamed = groups.map((group: object) => ({ ...group, example: "" }));
  return {
    document: {
      ...document,
      groups: unnamed,
      contained: contained.length,
      trace: { ...read, files: 1, digest: "" },
    },
    decisions: readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  };
}

describe("a redacted sample, by the command line", () => {
  const [hashed, strict] = [join(folder, "hashed.jsonl"), join(folder, "strict.jsonl")];
  const whole = {
    document: {} as unknown,
    decisions: [] as ReturnType<typeof replayed>["decisions"],
  };
  beforeAll(() => {
    for (const [path, flags] of [
      [hashed, []],
      [strict, ["--strict"]],
    ] as const)
      expect(agentz(["trace", "redact", plain, ...SETS, ...flags, "-o", path]).status).toBe(0);
    Object.assign(whole, replayed(plain));
  });

  it("gives the same replay, but for names and digest", () =>
    expect(replayed(hashed).document).toEqual(whole.document));

  it("--strict: each decision is the same, or indeterminate because of what is unrecorded now", () => {
    const { decisions } = replayed(strict);
    const sides = (of: typeof decisions): readonly Side[] =>
      of.flatMap(({ baseline, candidate }) => [baseline, candidate]);
    const [before, after] = [sides(whole.decisions), sides(decisions)];
    expect(after).toHaveLength(before.length);
    expect(
      after.filter(
        ({ indeterminate, effect, permitted }, i) =>
          !indeterminate && (effect !== before[i]?.effect || permitted !== before[i].permitted),
      ),
    ).toEqual([]);
    expect(after.filter(({ indeterminate }) => !indeterminate).length).toBeGreaterThan(0);
  });
});
