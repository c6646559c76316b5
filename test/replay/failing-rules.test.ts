import { expect, test } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ReplayTally } from "../../src/replay/tally.ts";
import { failingRules } from "../../src/replay/version-decision.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import { catalog, policy } from "../fuzz/written.ts";
import { NOWHERE, sha256 } from "./columns.ts";
import { ReplayWalk } from "./replay-walk.ts";

const CALL = {
  subject: { type: "agent", id: "a" },
  action: { server: "s", name: "t" },
  args: {},
  labels: { incident: false },
};

/** What a set comes to on calls that were allowed without policies, and what a replay counts. */
function replayed(
  texts: readonly string[],
  calls: readonly object[],
): { readonly results: readonly CallResult[]; readonly tally: ReplayTally } {
  const { documents } = loadDocuments(texts.map((text, i) => ({ file: `${i}.yaml`, text })));
  const results: CallResult[] = [];
  const tally = new ReplayTally();
  const candidate = compileSet(documents, sha256);
  const walk = new ReplayWalk(
    { baseline: undefined, candidate },
    { history: "counterfactual", approvals: "recorded", idle: undefined },
    [tally, { call: (result) => void results.push(result) }],
  );
  calls.forEach((call, i) => {
    const event = decodeEvent({ id: `e${i}`, ...CALL, ...call }, { file: "t", line: i + 1 });
    if (typeof event === "string") throw new Error(event);
    walk.take(event);
  });
  return { results, tally };
}

/** A condition that is an error on a call without `args.n`. */
const FAILS = "when: args.n > 1.0";

test.each([
  [
    "a denial that fails",
    ["{ id: all, effect: allow }", `{ id: d, effect: deny, ${FAILS} }`],
    ["p/d"],
  ],
  ["what might have permitted it fails", [`{ id: a, effect: allow, ${FAILS} }`], ["p/a"]],
  [
    "all of it that fails, and no denial that does not match",
    [
      `{ id: b, effect: require_approval, approval: {}, ${FAILS} }`,
      `{ id: a, effect: allow, ${FAILS} }`,
      "{ id: d, effect: deny, when: size(args) > 9 }",
      "{ id: c, effect: allow, when: size(args) > 9 }",
    ],
    ["p/a", "p/b"],
  ],
  [
    "a denial that matches beside one that fails",
    [`{ id: d, effect: deny, ${FAILS} }`, "{ id: e, effect: deny }"],
    [],
  ],
  [
    "a denial that matches beside a permission that fails",
    [`{ id: a, effect: allow, ${FAILS} }`, "{ id: e, effect: deny }"],
    [],
  ],
  ["nothing that applies", ["{ id: a, effect: allow, actions: [s/other] }"], []],
  [
    "nothing, since another rule permits it",
    [`{ id: a, effect: allow, ${FAILS} }`, "{ id: b, effect: allow }"],
    [],
  ],
])("design 4.2: a call is stopped only because of %s", (_, rules, failing) => {
  const { results } = replayed([policy(rules)], [{}]);
  expect(results.map(({ candidate }) => failingRules(candidate))).toEqual([failing]);
});

test("design 4.5: where the default denies an agent of the chain too, a permission has to fail for both", () => {
  const call = { context: { delegation: ["agent:boss"] }, complete: ["context"] };
  const [own, both] = ["subjects: [agent:a], ", ""].map((scope) => {
    const text = policy([`{ id: a, effect: allow, ${scope}${FAILS} }`], "delegation: agents");
    return replayed([text], [call]).results.map(({ candidate }) => failingRules(candidate));
  });
  expect([own, both]).toEqual([[[]], [["p/a"]]]);
});

test("design 7.7: a replay names permissions that fail, by label and by group", () => {
  const { tally } = replayed(
    [policy([`{ id: a, effect: allow, ${FAILS} }`])],
    [{}, { args: { n: 0 } }, { labels: { incident: true } }, { labels: {} }, { args: { n: 2 } }],
  );
  const { benign, incident } = tally.labels.scores();
  const named = { rules: ["p/a"], error: "no such attribute: args.n", before: false };
  expect([benign.denied, benign.failing, benign.failingCalls]).toEqual([
    2,
    1,
    [{ id: "e0", calls: 1, ...named }],
  ]);
  expect([incident.failing, incident.failingCalls]).toEqual([
    1,
    [{ id: "e2", calls: 1, ...named }],
  ]);
  const groups = tally.groups.groups(sha256, NOWHERE);
  expect(groups.map(({ group }) => group)).toMatchObject([
    { calls: 4, toRules: ["default"], failing: 3, failingRules: ["p/a"], benignFailing: 1 },
  ]);
});

test("design 2.6, 7.7: a replay names the agents that are denied because no catalog lists them", () => {
  const calls = ["a", "ghost", "ghost", "spook"].map((id) => ({ subject: { type: "agent", id } }));
  const others = [{ subject: { type: "human", id: "x" } }, { subject: { type: "agent" } }];
  const allow = policy(["{ id: all, effect: allow }"]);
  const agents = "agents: [{ id: a }]";
  const named = (text: string): unknown =>
    replayed([text, allow], [...calls, ...others]).tally.notes.notes(0, {
      baseline: 0,
      candidate: 0,
    }).unknownAgents;
  expect(named(catalog(agents))).toEqual([
    { agent: "agent:ghost", calls: 2 },
    { agent: "agent:spook", calls: 1 },
  ]);
  expect(named(catalog(`${agents}\nunregistered: policy`))).toEqual([]);
  expect(named(catalog("tools: []"))).toEqual([]);
});
