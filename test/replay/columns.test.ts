import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ROOT } from "../e2e/agentz.ts";
import { keyable } from "../fuzz/keyable.ts";
import { show } from "../fuzz/scenario.ts";
import { stateless } from "../fuzz/stateless.ts";
import type { Document, StateKey } from "../../src/policy/model.ts";
import { KeptKinds, mergeKinds } from "../../src/batch/kept-kinds.ts";
import { KeptReplay } from "../../src/batch/kept-replay.ts";
import { unitedLayout } from "../../src/trace/columns/layout.ts";
import { readVersions } from "../../src/batch/values/versions.ts";
import { byBatch, byEvents, byParts, sha256, type Gathered, type Sets } from "./columns.ts";
import { edited, picks } from "./edits.ts";

const RUNS = Number(process.env["AGENTZ_COLUMN_RUNS"] ?? 100);
const SEED = Number(process.env["AGENTZ_COLUMN_SEED"] ?? 20_260_518);

const how = fc.record({
  size: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constant(100)),
  recorded: fc.nat(9),
  options: fc.record({
    history: fc.constantFrom(
      "counterfactual" as const,
      "counterfactual" as const,
      "recorded" as const,
    ),
    approvals: fc.constantFrom(
      "recorded" as const,
      "recorded" as const,
      "granted" as const,
      "refused" as const,
    ),
    idle: fc.constantFrom(undefined, undefined, 1_800_000, 86_400_000),
  }),
});

function lineOf(event: object, i: number): string {
  const { time, ...rest } = JSON.parse(JSON.stringify(event)) as { time?: number };
  return JSON.stringify({
    ...rest,
    id: `e${i}`,
    ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
  });
}

function wrongIn(got: Gathered, expected: Gathered): string | undefined {
  const wrong = Object.keys(expected).filter(
    (name) => !isDeepStrictEqual(got[name], expected[name]),
  );
  return wrong.length === 0
    ? undefined
    : wrong
        .map(
          (name) => `${name}\n  ${JSON.stringify(got[name])}\n  ${JSON.stringify(expected[name])}`,
        )
        .join("\n");
}

const BY = ["session", "subject", "on_behalf_of", "tenant"] as const;
/**
 * How a random set and trace are made such that the trace falls into parts: by what state is kept,
 * how often the trace is told, into how many parts it is split.
 */
const split = fc.record({
  by: fc.constantFrom(undefined, ...BY),
  copies: fc.integer({ min: 1, max: 4 }),
  parts: fc.integer({ min: 2, max: 4 }),
  /** Whether versions keep no state: then nearly all calls hang on no other. */
  isStateless: fc.boolean(),
});
type Split = typeof split extends fc.Arbitrary<infer T> ? T : never;

/**
 * The documents with all state kept by one key; undefined: a session's for whatever is kept by a
 * condition.
 */
function keptBy(documents: readonly Document[], by: Split["by"]): readonly Document[] {
  const key = <T extends { readonly key: StateKey }>(one: T): T =>
    by === undefined
      ? one.key.by === "condition"
        ? { ...one, key: { by: "session" } }
        : one
      : { ...one, key: { by } };
  return documents.map((document) => {
    if (document.kind !== "Policy") return document;
    const { labels, counters, values } = document.session;
    return {
      ...document,
      delegation: "subject",
      session: { labels: labels.map(key), counters: counters.map(key), values: values.map(key) },
    };
  });
}

/**
 * The events told several times over, each time in sessions of its own; none names a call above it
 * or lists approvals.
 */
function copied(events: readonly object[], copies: number): readonly object[] {
  const plain = (event: object): { readonly [name: string]: unknown } =>
    Object.fromEntries(Object.entries(event).filter(([name]) => name !== "parent"));
  return events.map(plain).flatMap(({ context, session, ...event }) =>
    Array.from({ length: copies }, (_, copy) => ({
      ...event,
      ...(typeof session === "string" ? { session: `${session}~${copy}` } : {}),
      ...(typeof context === "object" && context !== null
        ? {
            context: Object.fromEntries(
              Object.entries(context).filter(([name]) => name !== "approvals"),
            ),
          }
        : {}),
    })),
  );
}

describe("a replay by columns", () => {
  it("design 7.8: counts the same in parts that share no state, each by itself, once they are merged", () => {
    let [compared, used, keyed, again] = [0, 0, 0, 0];
    fc.assert(
      fc.property(
        keyable,
        fc.tuple(picks, picks),
        how,
        split,
        (one, chosen, { options: drawn, size, recorded }, { by, copies, parts, isStateless }) => {
          // what `--idle` forgets hangs on events of other parts
          const options = { ...drawn, idle: undefined };
          const kept = keptBy(one.documents, by);
          const documents = isStateless ? stateless(kept) : kept;
          const baseline = recorded < 3 ? undefined : compileSet(documents, sha256);
          const lines = copied(one.events, copies).map(lineOf);
          const expected = new Map<Sets, Gathered>();
          const held = (what: string, got: Gathered, sets: Sets): void => {
            const events = expected.get(sets) ?? byEvents(lines, sets, options);
            expected.set(sets, events);
            const wrong = wrongIn(got, events);
            if (wrong !== undefined)
              throw new Error(
                `${what}: ${wrong}\n${JSON.stringify(options)} ${recorded} ${size} ` +
                  `${JSON.stringify(chosen)} ${by ?? "as drawn"} ${copies} ${parts}\n` +
                  `${show(one)}\n${lines.join("\n")}`,
              );
          };
          const edits = chosen.map((each) => ({
            baseline,
            candidate: compileSet(edited(documents, each), sha256),
          }));
          const [first, second] = edits;
          if (first === undefined || second === undefined) return;
          const [versions, others] = [first, second].map((sets) =>
            readVersions(sets, { ids: false }),
          );
          if (versions === undefined || others === undefined) return;
          const layout = unitedLayout(versions.layout, others.layout, { ids: false });
          const threads = Array.from(
            { length: parts },
            (_, i) => new KeptReplay(i % 2 === 0 ? 0 : undefined),
          );
          for (const [i, sets] of edits.entries()) {
            const got = byParts(lines, sets, { options, size, kept: threads, layout });
            if (got === undefined) return;
            held(`edit ${i} in parts`, got, sets);
          }
          const tellers = Array.from({ length: parts }, () => new KeptKinds(undefined));
          byParts(lines, first, { options, size, kept: tellers, layout });
          const kinds = mergeKinds(tellers.flatMap((teller) => teller.kinds ?? []));
          const known = new KeptKinds({ versions: { ...versions, layout }, kinds });
          const got = byBatch(lines, second, { options, size, kept: known, layout });
          held("as parts decided before", got.gathered, second);
          again += got.again;
          compared++;
          if (first.candidate.declares && lines.length > 1) keyed++;
          used += copies;
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    console.log(
      `${compared} of ${RUNS} traces fell into parts, ${keyed} of them with declared state; ` +
        `${used} copies; ${again} calls decided before`,
    );
    expect(keyed).toBeGreaterThan(RUNS / 10);
    expect(again).toBeGreaterThan(RUNS);
  });

  it("counts the same after edits of bounds, where many calls are alike but for what was edited", () => {
    const script = `import { generate } from "./scripts/bench/generate.mjs";
      import { textsOf } from "./scripts/bench/sets.mjs";
      process.stdout.write(JSON.stringify({ texts: [0, 1, 2, 3,
        4].map((edit) => textsOf("stateless", edit).map(([, text]) => text)),
        events: [...generate(3000)] }));`;
    const { texts, events } = JSON.parse(
      execFileSync(process.execPath, ["--input-type=module", "-e", script], {
        cwd: ROOT,
        encoding: "utf8",
        maxBuffer: 1 << 28,
      }),
    ) as { readonly texts: readonly (readonly string[])[]; readonly events: readonly object[] };
    const [baseline, ...candidates] = texts.map((of) =>
      compileSet(
        loadDocuments(of.map((text, i) => ({ file: `${i}.yaml`, text }))).documents,
        sha256,
      ),
    );
    const lines = events.map((event) => JSON.stringify(event));
    const options = { history: "counterfactual", approvals: "recorded", idle: undefined } as const;
    candidates.forEach((candidate) => {
      const { gathered } = byBatch(lines, { baseline, candidate }, { options, size: 1000 });
      expect(gathered).toEqual(byEvents(lines, { baseline, candidate }, options));
    });
  });
});
