import { expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { GroupTally } from "../../src/replay/group-tally.ts";
import { SessionScale } from "../../src/replay/session-set.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import { policy } from "../fuzz/written.ts";
import { NOWHERE, sha256 } from "./columns.ts";

/** Calls of as many agents, each allowed when it was recorded, and denied. */
function narrowed(agents: readonly string[]): readonly CallResult[] {
  const results: CallResult[] = [];
  const { documents } = loadDocuments([
    { file: "p.yaml", text: policy(["{ id: no, effect: deny, labels: [x] }"]) },
  ]);
  const walk = new ReplayWalk(
    { baseline: undefined, candidate: compileSet(documents, sha256) },
    { history: "counterfactual", approvals: "recorded", idle: undefined },
    [{ call: (result) => void results.push(result) }],
  );
  for (const [i, id] of agents.entries()) {
    const event = decodeEvent(
      {
        id: `e${i}`,
        subject: { type: "agent", id },
        action: { server: "s", name: "t" },
        args: {},
        decision: { effect: "allow" },
      },
      { file: "t", line: i + 1 },
    );
    if (typeof event === "string") throw new Error(event);
    walk.take(event);
  }
  return results;
}

/** A tally that tells `most` groups apart of calls, each at its place in `agents`. */
function tallied(agents: readonly string[], most: number, from = 0): GroupTally {
  const scale = new SessionScale();
  const tally = new GroupTally({ examples: "id", scale, most });
  narrowed(agents).forEach((result, i) => {
    const at = from + i;
    const change = tally.changeOf(result);
    tally.count(change, 1);
    tally.mark(change, { id: () => `e${at}`, at, time: at, session: 100_000 + at });
  });
  return tally;
}

type Said = readonly [
  subject: string,
  calls: number,
  sessions: number,
  example: string,
  traits: readonly unknown[],
];
const said = (tally: GroupTally): readonly Said[] =>
  tally
    .groups(sha256, NOWHERE)
    .map(({ group, traits }) => [
      group.subject,
      group.calls,
      group.sessions,
      group.example,
      [...traits],
    ]);

const AGENTS = ["a", "b", "a", "c", "d", "b", "e", "c"];
const traits = (calls: number): readonly unknown[] =>
  ["class:?", "effect:?", "label:x"].map((trait) => [trait, calls]);

it("tells as many groups apart as there is room for, and counts the others together", () => {
  const told = said(tallied(AGENTS, 2));
  expect(told).toHaveLength(3);
  const others = told.filter(([subject]) => subject === "(others)");
  const apart = told.filter(([subject]) => subject !== "(others)");
  const calls = apart.reduce((sum, [, count]) => sum + count, 0);
  const left = 8 - calls;
  expect(others).toEqual([["(others)", left, left, expect.any(String), traits(left)]]);
  expect(said(tallied(AGENTS, 5))).toHaveLength(5);
});

it("tells the same groups apart in whatever parts and order the calls are counted", () => {
  const whole = said(tallied(AGENTS, 2));
  for (const cut of [1, 3, 5, 7]) {
    const parts = [tallied(AGENTS.slice(0, cut), 2), tallied(AGENTS.slice(cut), 2, cut)];
    for (const order of [parts, [...parts].reverse()]) {
      const merged = new GroupTally({ examples: "id", scale: new SessionScale(), most: 2 });
      const numbers = Uint32Array.from({ length: 100_100 }, (_, i) => i);
      for (const part of order) merged.merge(part.part(), numbers);
      expect(said(merged)).toEqual(whole);
    }
  }
});

it("gives the others another digest as soon as they are others: nobody accepts them for good", () => {
  const digest = (agents: readonly string[]): readonly string[] =>
    tallied(agents, 0)
      .groups(sha256, NOWHERE)
      .flatMap(({ group }) => (group.subject === "(others)" ? [group.rulesDigest] : []));
  expect(digest(["a", "b"])).toEqual(digest(["a", "z"]));
  expect(digest(["a", "b", "c"])).not.toEqual(digest(["a", "b"]));
  expect(digest(["a", "a", "b"])).not.toEqual(digest(["a", "b"]));
});
