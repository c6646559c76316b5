import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { scenario, show } from "../fuzz/scenario.ts";
import { byColumns, byEvents, sha256 } from "./columns.ts";
import { EDITS, edited } from "./edits.ts";

const RUNS = Number(process.env["AGENTZ_COLUMN_RUNS"] ?? 250);
const SEED = Number(process.env["AGENTZ_COLUMN_SEED"] ?? 20_260_518);

const how = fc.record({
  size: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constant(100)),
  recorded: fc.nat(9),
  options: fc.record({
  history: fc.constantFrom("counterfactual" as const, "counterfactual" as const, "recorded" as const),
  approvals: fc.constantFrom("recorded" as const, "recorded" as const, "granted" as const, "refused" as const),
  idle: fc.constant(86_400_000),
  }),
});

const MEMBERS = ["args", "context", "resource", "subject", "action", "outcome", "decision", "labels", "unrecorded", "complete", "session"] as const;
/** Events that are like one, but for what they take of another: rows that share nearly all that a key hangs on. */
const likes = fc.array(fc.record({ of: fc.nat(40), from: fc.nat(40), members: fc.array(fc.constantFrom(...MEMBERS), { maxLength: 2 }) }), { maxLength: 24 });
type Like = { readonly of: number; readonly from: number; readonly members: readonly (typeof MEMBERS)[number][] };

/** Each event, and after it those that are like it, at the same time. */
function withLikes(events: readonly object[], made: readonly Like[]): readonly object[] {
  return events.flatMap((event, i) => [event, ...made.filter(({ of }) => of % events.length === i).map(({ from, members }) => ({ ...event, ...taken(events[from % events.length], members) }))]);
}

function taken(from: object | undefined, members: Like["members"]): object {
  return Object.fromEntries(members.map((name) => [name, from === undefined ? undefined : Reflect.get(from, name)]));
}

function lineOf(event: object, i: number): string {
  const { time, ...rest } = JSON.parse(JSON.stringify(event)) as { time?: number };
  return JSON.stringify({ ...rest, id: `e${i}`, ...(time === undefined ? {} : { time: new Date(time).toISOString() }) });
}

describe("a replay by columns", () => {
  it("design 7.8: counts what the walk over whole events counts, whatever the segments", () => {
    let compared = 0;
    let calls = 0;
    const picks = fc.array(fc.nat(EDITS.length - 1), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(scenario, picks, how, likes, (one, chosen, { options, size, recorded }, made) => {
        const baseline = recorded < 3 ? undefined : compileSet(one.documents, sha256);
        const sets = { baseline, candidate: compileSet(edited(one.documents, chosen), sha256) };
        const lines = withLikes(one.events, made).map(lineOf);
        const got = byColumns(lines, sets, { options, size });
        if (got === undefined) return;
        compared++;
        calls += lines.length;
        const expected = byEvents(lines, sets, options);
        const wrong = Object.keys(expected).filter((name) => !isDeepStrictEqual(got[name], expected[name]));
        if (wrong.length > 0) throw new Error(`${wrong.map((name) => `${name}\n  ${JSON.stringify(got[name])}\n  ${JSON.stringify(expected[name])}`).join("\n")}\n${JSON.stringify(options)} ${recorded} ${size} ${chosen.join()}\n${show(one)}\n${lines.join("\n")}`);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(`${compared} of ${RUNS} pairs of versions decided by columns, ${calls} events`);
    expect(compared).toBeGreaterThan(RUNS / 2);
  });
});
