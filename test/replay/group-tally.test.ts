import { expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { GroupTally } from "../../src/replay/group-tally.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import { policy } from "../fuzz/written.ts";
import { sha256 } from "./columns.ts";

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

function tallied(agents: readonly string[], most: number): GroupTally {
  const tally = new GroupTally(most);
  narrowed(agents).forEach((result, at) => {
    tally.count(result, 1);
    tally.mark(result, { id: () => result.event.id, at, time: at, session: 100_000 + at });
  });
  return tally;
}

const NOWHERE = { placeOf: () => null, boundTo: () => "" };
const said = (tally: GroupTally): readonly unknown[] =>
  tally
    .groups(sha256, NOWHERE)
    .map(({ group, traits }) => [
      group.subject,
      group.calls,
      group.sessions,
      group.example,
      [...traits],
    ]);

it("tells the first groups of a trace apart, and counts the others together", () => {
  const agents = ["a", "b", "a", "c", "d", "b", "e", "c"];
  const tally = tallied(agents, 2);
  const all = said(tally).map(String).sort();
  expect(all).toEqual(
    [
      [
        "(others)",
        4,
        4,
        "e3",
        [
          ["class:?", 4],
          ["effect:?", 4],
          ["label:x", 4],
        ],
      ],
      [
        "agent:a",
        2,
        2,
        "e0",
        [
          ["class:?", 2],
          ["effect:?", 2],
          ["label:x", 2],
        ],
      ],
      [
        "agent:b",
        2,
        2,
        "e1",
        [
          ["class:?", 2],
          ["effect:?", 2],
          ["label:x", 2],
        ],
      ],
    ].map(String),
  );
  expect([tally.isFull, tallied(agents, 6).isFull]).toEqual([true, false]);
  expect(said(tallied(agents, 6))).toHaveLength(5);
});

it("gives the others another digest as soon as they are others: nobody accepts them for good", () => {
  const digest = (agents: readonly string[]): readonly string[] =>
    tallied(agents, 1)
      .groups(sha256, NOWHERE)
      .flatMap(({ group }) => (group.subject === "(others)" ? [group.rulesDigest] : []));
  expect(digest(["a", "b"])).toEqual(digest(["a", "z"]));
  expect(digest(["a", "b", "c"])).not.toEqual(digest(["a", "b"]));
  expect(digest(["a", "a", "b"])).not.toEqual(digest(["a", "b"]));
});
