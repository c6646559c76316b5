import { afterAll, expect, test } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { sha256 } from "../fuzz/engine-adapter.ts";
import { ReplayedTrace } from "../fuzz/walks.ts";
import { policy } from "../fuzz/written.ts";

const trace = new ReplayedTrace();
afterAll(() => trace.close());

const text = policy([
  "{ id: all, effect: allow, actions: ['**'] }",
  "{ id: one, effect: deny, resources: ['order:1'] }",
]);
const { documents } = loadDocuments([{ file: "p.yaml", text }]);
const versions = { baseline: undefined, candidate: compileSet(documents, sha256) };

const call = (id: string, i: number): string =>
  JSON.stringify({
    id: `e${i}`,
    time: "2026-05-18T09:00:00.000Z",
    session: "s",
    type: "call",
    subject: { type: "agent", id: "a1" },
    action: { kind: "tool_call", server: "pay", name: "refund" },
    resource: { id },
    decision: { effect: "allow" },
  });

// an id that no pattern of any type fits decides the call; another one leaves it open
test.each([
  ["2", "1"],
  ["1", "2"],
])(
  "design 2.6: resources without a type are told apart by their ids: %s, then %s",
  async (...ids) => {
    trace.write(ids.map(call));
    const { decisions } = await trace.byColumns(versions);
    expect(decisions).toEqual((await trace.byWalk(versions)).decisions);
    const denied = decisions.filter((line) => line.includes('"missing":["resource.type"]'));
    expect(denied).toHaveLength(1);
  },
);
