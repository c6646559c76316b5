import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import type { Document } from "../../src/policy/model.ts";
import { readsOf } from "../../src/replay/columns/set-reads.ts";
import { keyable } from "../fuzz/keyable.ts";
import { likes, withLikes } from "../fuzz/like-events.ts";
import { show } from "../fuzz/scenario.ts";
import { byBatch, byEvents, sha256 } from "../replay/columns.ts";
import { edited, picks } from "../replay/edits.ts";

const RUNS = Number(process.env["AGENTZ_BATCH_RUNS"] ?? 250);
const SEED = Number(process.env["AGENTZ_BATCH_SEED"] ?? 20_260_518);

const how = fc.record({
  approvals: fc.constantFrom("recorded" as const, "granted" as const, "refused" as const),
  size: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constant(100)),
});

/** The documents without what makes calls hang on each other, or on the clock. */
function stateless(documents: readonly Document[]): readonly Document[] {
  const dynamic = new Set(
    readsOf(compileSet(documents, sha256)).rules.flatMap(({ rule, atoms }) =>
      atoms.some((atom) => atom.dynamic) ? [rule.name] : [],
    ),
  );
  return documents.map((document): Document => {
    if (document.kind === "Policy")
      return {
        ...document,
        delegation: "subject",
        session: { labels: [], counters: [], values: [] },
        rules: document.rules
          .filter(({ id }) => !dynamic.has(`${document.name}/${id}`))
          .map(({ onDeny: _, ...rule }) => rule),
      };
    if (document.kind !== "Catalog" || document.agents === undefined) return document;
    return {
      ...document,
      agents: document.agents.map(({ manifest: _, dataClasses: __, ...agent }) => agent),
    };
  });
}

function lineOf(event: object, i: number): string {
  const { time, parent, context, ...rest } = JSON.parse(JSON.stringify(event)) as {
    readonly time?: number;
    readonly parent?: string;
    readonly context?: { readonly [name: string]: unknown };
  };
  const { approvals, ...said } = context ?? {};
  void parent;
  void approvals;
  return JSON.stringify({
    ...rest,
    ...(context === undefined ? {} : { context: said }),
    id: `e${i}`,
    ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
  });
}

describe("a replay that evaluates first", () => {
  it("design 7.8: counts what the walk over whole events counts, whatever the segments", () => {
    let [compared, calls] = [0, 0];
    fc.assert(
      fc.property(keyable, picks, likes, how, (one, chosen, made, { approvals, size }) => {
        const documents = stateless(one.documents);
        const sets = {
          baseline: compileSet(documents, sha256),
          candidate: compileSet(edited(documents, chosen), sha256),
        };
        const lines = withLikes(one.events, made).map(lineOf);
        const options = { history: "counterfactual", approvals, idle: undefined } as const;
        const got = byBatch(lines, sets, { options, size });
        if (got === undefined) return;
        compared++;
        calls += lines.length;
        const expected = byEvents(lines, sets, options);
        const wrong = Object.keys(expected).filter(
          (name) => !isDeepStrictEqual(got[name], expected[name]),
        );
        if (wrong.length > 0)
          throw new Error(
            `${wrong.map((name) => `${name}\n  ${JSON.stringify(got[name])}\n  ${JSON.stringify(expected[name])}`).join("\n")}\n${show(one)}\n${lines.join("\n")}`,
          );
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(`${compared} of ${RUNS} pairs of versions evaluated by columns, ${calls} events`);
    expect(compared).toBeGreaterThan(RUNS / 2);
  });
});
