import { expect, it } from "vitest";
import { compileSet, type CompiledSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { boundTexts } from "../../src/replay/bound-text.ts";
import { catalog, policy } from "../fuzz/written.ts";
import { sha256 } from "./columns.ts";

const set = (...texts: readonly string[]): CompiledSet =>
  compileSet(
    loadDocuments(texts.map((text, i) => ({ file: `${i}.yaml`, text }))).documents,
    sha256,
  );

const NO = '{ id: no, effect: deny, actions: [b/pay], when: "args.n > 10" }';
const PAY = "{ id: pay, effect: allow, actions: [b/pay] }";
const LOOK = "{ id: look, effect: allow, actions: [b/look] }";
const STOP = "{ id: stop, effect: deny, actions: [b/x], on_deny: suspend_session }";
const baseline = set(policy([NO, PAY, LOOK]));
const WIDER = { fromRules: ["p/no"], toRules: ["p/pay"], action: "b/pay" };
const STOPPED = { fromRules: ["containment"], toRules: ["p/pay"], action: "b/pay" };
const COUNTER = "session: { counters: [{ name: paid, add: args.n, on: attempted }] }";
const tool = (effects: string): string =>
  catalog(`tools: [{ name: pay, server: b, effects: [${effects}] }]`);

const to = (limit: string): string => NO.replace("10", limit);
const accepted = set(policy([to("100"), PAY, LOOK]));

it.each([
  ["a limit that is raised once more", set(policy([to("1000000"), PAY, LOOK]))],
  ["the rule that denied is gone", set(policy([PAY, LOOK]))],
  [
    "it is a shadow",
    set(policy([to("100").replace("effect: deny", "effect: deny, mode: shadow"), PAY, LOOK])),
  ],
  [
    "it asks for approval",
    set(policy([to("100").replace("effect: deny", "effect: require_approval"), PAY, LOOK])),
  ],
  [
    "it is for fewer subjects",
    set(
      policy([to("100").replace("effect: deny", 'effect: deny, subjects: ["agent:a"]'), PAY, LOOK]),
    ),
  ],
  [
    "the rule that allows reaches further",
    set(policy([to("100"), PAY.replace("b/pay", "b/*"), LOOK])),
  ],
  ["the catalog changed besides", set(policy([to("100"), PAY, LOOK]), tool("pay"))],
  ["session state is declared besides", set(policy([to("100"), PAY, LOOK], COUNTER))],
])("an acceptance does not cover what the rules became since: %s", (_, later) => {
  const before = boundTexts({ baseline, candidate: accepted })(WIDER);
  expect(boundTexts({ baseline, candidate: later })(WIDER)).not.toBe(before);
});

it.each([
  ["another rule changed", set(policy([to("100"), PAY, LOOK.replace("look]", "look, b/see]")]))],
  ["the order changed", set(policy([LOOK, PAY, to("100")]))],
])("it holds where nothing that it is for changed: %s", (_, later) => {
  const before = boundTexts({ baseline, candidate: accepted })(WIDER);
  expect(boundTexts({ baseline, candidate: later })(WIDER)).toBe(before);
});

it("holds where a catalog and session state are the same on both sides, whatever they say", () => {
  const both = (more: string): string => {
    const sides = [NO, to("100")].map((no) => set(policy([no, PAY, LOOK], COUNTER), tool(more)));
    const [old, fresh = accepted] = sides;
    return boundTexts({ baseline: old, candidate: fresh })(WIDER);
  };
  expect(both("pay")).toBe(both("read"));
});

it("asks again against a recording as soon as the catalog says something else", () => {
  const against = (effects: string): string =>
    boundTexts({ baseline: undefined, candidate: set(policy([to("100"), PAY]), tool(effects)) })(
      WIDER,
    );
  expect(against("pay")).not.toBe(against("read"));
});

it("binds what `containment` decided to every rule that contains", () => {
  const stopping = (rule: string): string =>
    boundTexts({ baseline: set(policy([STOP, PAY])), candidate: set(policy([rule, PAY])) })(
      STOPPED,
    );
  expect(stopping(STOP.replace("b/x", "b/y"))).not.toBe(stopping(STOP));
});

it("a rule that did not decide, and whose change lets more calls into the group, asks again", () => {
  const ask = "{ id: ask, effect: require_approval, actions: [b/pay], when: args.n > 1000 }";
  const old = set(policy([NO, PAY, ask]));
  const texts = ["b/pay", "?/pay", "b/look"].map((action) => {
    const [first, later] = [set(policy([PAY, ask])), set(policy([PAY]))].map((candidate) =>
      boundTexts({ baseline: old, candidate })({ ...WIDER, action }),
    );
    return first === later;
  });
  expect(texts).toEqual([false, false, true]);
});
