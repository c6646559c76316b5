import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Document } from "../../src/policy/model.ts";
import { dense } from "../fuzz/dense-worlds.ts";
import { keyable } from "../fuzz/keyable.ts";
import { likes, withLikes } from "../fuzz/like-events.ts";
import { scenario, show } from "../fuzz/scenario.ts";
import { stateless } from "../fuzz/stateless.ts";
import { byBatch, byEventBatches, byEvents, sha256 } from "../replay/columns.ts";
import { edited, picks } from "../replay/edits.ts";

const RUNS = Number(process.env["AGENTZ_BATCH_RUNS"] ?? 100);
const SEED = Number(process.env["AGENTZ_BATCH_SEED"] ?? 20_260_518);

const how = fc.record({
  history: fc.constantFrom("counterfactual" as const, "recorded" as const),
  approvals: fc.constantFrom(
    "recorded" as const,
    "recorded" as const,
    "granted" as const,
    "refused" as const,
  ),
  idle: fc.constantFrom(undefined, undefined, 60_000),
  /** Whether a rule reads arguments as a whole, and whether keys are written with escapes. */
  whole: fc.nat(7).map((n) => n === 0),
  escaped: fc.nat(5).map((n) => n === 0),
  stateless: fc.boolean(),
  recorded: fc.nat(3).map((n) => n === 0),
  size: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constant(100)),
});

const WHOLE: readonly Document[] = loadDocuments([
  {
    file: "whole.yaml",
    text: `apiVersion: agentz/v1
kind: Policy
name: whole
version: 1.0.0
rules:
  - { id: many, effect: deny, when: "size(args) > 1" }
`,
  },
]).documents;

const world = fc.oneof(keyable, scenario, dense);

function lineOf(event: object): string {
  const { time, ...rest } = JSON.parse(JSON.stringify(event)) as { readonly time?: number };
  return JSON.stringify({
    ...rest,
    ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
  });
}

/** The line with a key that no reader of bytes knows. */
function escaped(line: string): string {
  return line.replace('"action":', '"\\u0061ction":');
}

/** How often the engine was handed a call, by why. */
class Handed {
  readonly #calls = new Map<string, number>();

  add(handed: ReadonlyMap<string, number>): void {
    for (const [why, calls] of handed) this.#calls.set(why, (this.#calls.get(why) ?? 0) + calls);
  }

  get reasons(): readonly string[] {
    return [...this.#calls.keys()].sort();
  }

  get calls(): number {
    return [...this.#calls.values()].reduce((sum, calls) => sum + calls, 0);
  }
}

describe("a replay that evaluates first", () => {
  it("design 7.8: counts what the walk over whole events counts, whatever the segments", () => {
    let [linked, calls] = [0, 0];
    const handed = new Handed();
    fc.assert(
      fc.property(world, picks, likes, how, (one, chosen, made, of) => {
        const { documents: all, events } = one;
        const drawn = of.whole ? [...all, ...WHOLE] : all;
        const documents = of.stateless ? stateless(drawn) : drawn;
        const candidate = compileSet(edited(documents, chosen), sha256);
        const baseline = of.recorded ? undefined : compileSet(documents, sha256);
        const sets = { baseline, candidate };
        const lines = withLikes(events, made).map((event, i) =>
          of.escaped && i % 3 === 0 ? escaped(lineOf(event)) : lineOf(event),
        );
        const { history, approvals, idle, size } = of;
        const options = { history, approvals, idle };
        const got = byBatch(lines, sets, { options, size });
        if (got.linked) linked++;
        calls += lines.length;
        handed.add(got.handed);
        const expected = byEvents(lines, sets, options);
        const other = byEventBatches(lines, sets, options);
        const wrong = Object.keys(expected).filter(
          (name) =>
            !isDeepStrictEqual(got.gathered[name], expected[name]) ||
            !isDeepStrictEqual(other[name], expected[name]),
        );
        if (wrong.length > 0)
          throw new Error(
            `${wrong
              .map(
                (name) =>
                  `${name}\n  ${JSON.stringify(got.gathered[name])}\n  ` +
                  `${JSON.stringify(other[name])}\n  ${JSON.stringify(expected[name])}`,
              )
              .join("\n")}\n` + `${show(one)}\n${lines.join("\n")}`,
          );
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(
      `${RUNS} pairs of versions evaluated by columns, ${linked} with calls below calls, ` +
        `${calls} events, ${handed.calls} calls handed to the engine: ` +
        `${handed.reasons.join(", ")}`,
    );
    expect(linked).toBeGreaterThan(RUNS / 50);
    expect(handed.reasons).toEqual([
      "a manifest limits the calls of a session, and it is unrecorded which calls count",
      "a rule reads more than columns contain",
      "an earlier call contained this one",
      "approvals are recorded",
      "policies also decide for others than the caller",
      "the line is unusual",
    ]);
  });
});
