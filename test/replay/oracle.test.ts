import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { ReplayTally } from "../../src/replay/tally.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";
import { scenario, show } from "../fuzz/scenario.ts";
import { CoverageTally } from "../../src/coverage/coverage-tally.ts";
import type { Document } from "../../src/policy/model.ts";
import { edited, picks } from "./edits.ts";
import { naiveApprovals, naiveCoverage } from "./naive-sums.ts";
import { oracle } from "./oracle.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** More of them, by other seeds: AGENTZ_ORACLE_RUNS and AGENTZ_ORACLE_SEED. */
const RUNS = Number(process.env["AGENTZ_ORACLE_RUNS"] ?? 200);
const SEED = Number(process.env["AGENTZ_ORACLE_SEED"] ?? 20_260_518);
const POINTS = ["gateway", "library", "nobody"];
/** The catalogs of a set; the first lists two decision points of the three that the events name. */
function withPoints(documents: readonly Document[]): readonly Document[] {
  const first = documents.find((one) => one.kind === "Catalog");
  return documents.map((one) =>
    one === first && one.kind === "Catalog"
      ? {
          ...one,
          decisionPoints: [
            { id: "gateway", external: true, surfaces: [], place: one.place },
            { id: "library", external: false, surfaces: [], place: one.place },
          ],
        }
      : one,
  );
}

/** Every second event says which decision point allowed it. */
function decoded(
  events: readonly { readonly time?: number | undefined; readonly action?: unknown }[],
): readonly TraceEvent[] {
  return events.map((one, i) => {
    const line = {
      ...one,
      ...(i % 2 === 1 &&
        "action" in one && { decision: { effect: "allow", pdp: POINTS[(i >> 1) % 3] } }),
      id: `e${i}`,
      time: one.time === undefined ? undefined : new Date(one.time).toISOString(),
    };
    const event = decodeEvent(JSON.parse(JSON.stringify(line)), { file: "t", line: i + 1 });
    if (typeof event === "string") throw new Error(event);
    return event;
  });
}

describe("a naive replay that decides everything and then compares", () => {
  it("design 7.4, 7.5: agrees with the streaming one on every class, and on direct and downstream", () => {
    const seen = new Map<string, number>();
    const count = (key: string, by: number): void => void seen.set(key, (seen.get(key) ?? 0) + by);
    const note = (a: string, n: number, b: string, m: number): void => (count(a, n), count(b, m));
    fc.assert(
      fc.property(scenario, picks, (one, chosen) => {
        const documents = {
          baseline: withPoints(one.documents),
          candidate: edited(withPoints(one.documents), chosen),
        };
        const sets = {
          baseline: compileSet(documents.baseline, sha256),
          candidate: compileSet(documents.candidate, sha256),
        };
        const events = decoded(one.events);
        const results: CallResult[] = [];
        const tally = new ReplayTally();
        const coverage = new CoverageTally(sets);
        const walk = new ReplayWalk(
          sets,
          { history: "counterfactual", approvals: "recorded", idle: undefined },
          [{ call: (result) => results.push(result) }, tally, coverage],
        );
        for (const event of events) walk.take(event);
        const expected = oracle(sets, events);
        fc.pre(!expected.some((call) => call.class === "too many"));
        const got = results.map(({ event, class: change, direct }) => ({
          id: event.id,
          class: change,
          direct,
        }));
        const told = expected.map(({ id, class: change, direct }) => ({
          id,
          class: change,
          direct,
        }));
        if (JSON.stringify(got) !== JSON.stringify(told))
          throw new Error(
            `${JSON.stringify(got)}\n${JSON.stringify(told)}\n${chosen.join()}\n${show(one)}`,
          );
        for (const { class: change, direct } of expected) {
          count(direct === false ? "downstream" : change, 1);
        }
        const { unchanged, widened, narrowed, indeterminate, unreachable } = tally.changes();
        expect(
          unchanged +
            widened.direct +
            widened.downstream +
            narrowed.direct +
            narrowed.downstream +
            indeterminate +
            unreachable,
        ).toBe(expected.length);
        const times = expected.flatMap(({ event }) => event.time ?? []);
        const span = times.length === 0 ? undefined : Math.max(...times) - Math.min(...times);
        for (const [version, side] of [
          ["baseline", "before"],
          ["candidate", "after"],
        ] as const) {
          const [approvals, covered] = [
            naiveApprovals(expected, side, span),
            naiveCoverage(expected, side, documents[version]),
          ];
          const streamed = [tally.approvals[version].burden(span), coverage.summary(version)];
          if (JSON.stringify(streamed) !== JSON.stringify([approvals, covered]))
            throw new Error(
              `${version}\n${JSON.stringify(streamed)}\n` +
                `${JSON.stringify([approvals, covered])}\n${chosen.join()}\n${show(one)}`,
            );
          for (const [name, ratio] of Object.entries(coverage.summary(version).metrics))
            note(`${name} covered`, ratio.covered, name, ratio.total - ratio.covered);
          note(
            "approvals",
            tally.approvals[version].burden(span).required,
            "satisfied",
            tally.approvals[version].burden(span).satisfied,
          );
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: false },
    );
    // the pairs are not all alike: each class was met
    const met = [
      "unchanged",
      "widened",
      "narrowed",
      "indeterminate",
      "unreachable",
      "approvals",
      "satisfied",
    ];
    const metrics = [
      "enforcement",
      "policy",
      "identity",
      "classification",
      "oversight",
      "attribution",
    ].flatMap((name) => [name, `${name} covered`]);
    for (const kind of [...met, ...metrics])
      expect([kind, (seen.get(kind) ?? 0) > 0]).toEqual([kind, true]);
  });

  it("design 7.5: a change that only earlier changes bring about is downstream, in both", () => {
    const text = (lookup: string): string => `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session: { labels: [{ name: read, when: "action.name == 'lookup'" }] }
rules:
  - { id: lookup, effect: ${lookup}, actions: [crm/lookup] }
  - { id: send, effect: allow, actions: [mail/send] }
  - { id: no-send, effect: deny, actions: [mail/send], when: "'read' in session.labels" }
`;
    const set = (lookup: string) =>
      compileSet(loadDocuments([{ file: "p.yaml", text: text(lookup) }]).documents, sha256);
    const call = (server: string, name: string) => ({
      time: undefined,
      ...{
        session: "s",
        subject: { type: "agent", id: "a" },
        action: { kind: "mcp_request", server, name },
        args: {},
      },
    });
    const events = decoded([call("crm", "lookup"), call("mail", "send")]);
    const sets = { baseline: set("allow"), candidate: set("deny") };
    const results: CallResult[] = [];
    const walk = new ReplayWalk(
      sets,
      { history: "counterfactual", approvals: "recorded", idle: undefined },
      [{ call: (result) => results.push(result) }],
    );
    for (const event of events) walk.take(event);
    const expected = [
      { id: "e0", class: "narrowed", direct: true },
      { id: "e1", class: "widened", direct: false },
    ];
    expect(
      oracle(sets, events).map(({ id, class: change, direct }) => ({ id, class: change, direct })),
    ).toEqual(expected);
    expect(
      results.map(({ event, class: change, direct }) => ({ id: event.id, class: change, direct })),
    ).toEqual(expected);
    const real: CallResult[] = [];
    const recorded = new ReplayWalk(
      sets,
      { history: "recorded", approvals: "recorded", idle: undefined },
      [{ call: (result) => real.push(result) }],
    );
    for (const event of events) recorded.take(event);
    expect(real.map(({ class: change, direct }) => [change, direct])).toEqual([
      ["narrowed", true],
      ["unchanged", undefined],
    ]);
  });
});
