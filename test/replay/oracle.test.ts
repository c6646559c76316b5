import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ReplayWalk, type CallResult } from "../../src/replay/walk.ts";
import { ReplayTally } from "../../src/replay/tally.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";
import { scenario, show } from "../fuzz/scenario.ts";
import { EDITS, edited } from "./edits.ts";
import { oracle } from "./oracle.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function decoded(events: readonly { readonly time?: number | undefined }[]): readonly TraceEvent[] {
  return events.map((one, i) => {
    const line = { ...one, id: `e${i}`, time: one.time === undefined ? undefined : new Date(one.time).toISOString() };
    const event = decodeEvent(JSON.parse(JSON.stringify(line)), { file: "t", line: i + 1 });
    if (typeof event === "string") throw new Error(event);
    return event;
  });
}

describe("a naive replay that decides everything and then compares", () => {
  it("design 7.4, 7.5: agrees with the streaming one on every class, and on direct and downstream", () => {
    const seen = new Map<string, number>();
    const picks = fc.array(fc.nat(EDITS.length - 1), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(scenario, picks, (one, chosen) => {
        const sets = { baseline: compileSet(one.documents, sha256), candidate: compileSet(edited(one.documents, chosen), sha256) };
        const events = decoded(one.events);
        const results: CallResult[] = [];
        const tally = new ReplayTally();
        const walk = new ReplayWalk(sets, { history: "counterfactual", approvals: "recorded", idle: 86_400_000 }, [{ call: (result) => results.push(result) }, tally]);
        for (const event of events) walk.take(event);
        const expected = oracle(sets, events);
        fc.pre(!expected.some((call) => call.class === "too many"));
        const got = results.map(({ event, class: change, direct }) => ({ id: event.id, class: change, direct }));
        if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(got)}\n${JSON.stringify(expected)}\n${chosen.join()}\n${show(one)}`);
        for (const { class: change, direct } of expected) {
          const key = `${change}${direct === false ? " downstream" : ""}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
        const { unchanged, widened, narrowed, indeterminate, unreachable } = tally.changes();
        expect(unchanged + widened.direct + widened.downstream + narrowed.direct + narrowed.downstream + indeterminate + unreachable).toBe(expected.length);
        const required = results.filter((r) => r.candidate.effect === "require_approval" && !r.candidate.indeterminate);
        expect(tally.approvals.candidate.burden(undefined).required).toBe(required.length);
      }),
      { numRuns: 120, seed: 20_260_518, endOnFailure: false },
    );
    // the pairs are not all alike: each class was met
    for (const kind of ["unchanged", "widened", "narrowed", "indeterminate"]) expect([kind, (seen.get(kind) ?? 0) > 0]).toEqual([kind, true]);
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
    const set = (lookup: string) => compileSet(loadDocuments([{ file: "p.yaml", text: text(lookup) }]).documents, sha256);
    const call = (server: string, name: string) => ({ time: undefined, ...({ session: "s", subject: { type: "agent", id: "a" }, action: { kind: "mcp_request", server, name }, args: {} }) });
    const events = decoded([call("crm", "lookup"), call("mail", "send")]);
    const sets = { baseline: set("allow"), candidate: set("deny") };
    const results: CallResult[] = [];
    const walk = new ReplayWalk(sets, { history: "counterfactual", approvals: "recorded", idle: 1 }, [{ call: (result) => results.push(result) }]);
    for (const event of events) walk.take(event);
    const expected = [{ id: "e0", class: "narrowed", direct: true }, { id: "e1", class: "widened", direct: false }];
    expect(oracle(sets, events)).toEqual(expected);
    expect(results.map(({ event, class: change, direct }) => ({ id: event.id, class: change, direct }))).toEqual(expected);
    const real: CallResult[] = [];
    const recorded = new ReplayWalk(sets, { history: "recorded", approvals: "recorded", idle: 1 }, [{ call: (result) => real.push(result) }]);
    for (const event of events) recorded.take(event);
    expect(real.map(({ class: change, direct }) => [change, direct])).toEqual([["narrowed", true], ["unchanged", undefined]]);
  });
});
