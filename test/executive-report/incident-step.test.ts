import { expect, test } from "vitest";
import { incidentStep } from "../../src/executive-report/incident-step.ts";

/** An incident of two calls: how many are stopped, and how many the baseline stops. */
const incident = (session: string, stopped: number, before: number): object => ({
  session,
  calls: 2,
  stopped,
  before: { stopped: before, held: 0, indeterminate: 0 },
});
const UNDONE = incident("s-1", 0, 2);
const GROUP = { incidents: 2, fromRules: ["default"], toRules: ["pay/small"] };
const BOUND = {
  about: "rule pay/small",
  sentence: "rule `pay/small`: it now applies to `args.amount` up to 1500 instead of 150",
  effect: "widens",
  rule: { before: { effect: "allow" }, after: { effect: "allow" } },
};
const other = (about: string, effect = "unknown"): object => ({
  about,
  sentence: `${about} changed`,
  effect,
});
const UNDO = "put back, or narrow, ";
const KEEP = "; and keep it as a test: `agentz test --pin s-1`";

test.each<[string, object[], object, string]>([
  [
    "what the baseline does not stop wants a rule",
    [incident("s-1", 1, 1)],
    {},
    "write a rule that stops this incident, and keep it as a test: `agentz test --pin s-1`",
  ],
  [
    "what a changed rule lets run",
    [UNDONE],
    { groups: [GROUP], changes: [other("agent x"), BOUND] },
    `${UNDO}what lets it run: allow ${BOUND.sentence}${KEEP}`,
  ],
  [
    "what a changed catalog lets run",
    [UNDONE],
    { groups: [GROUP], changes: [other("resource file:a"), other("rule pay/other", "widens")] },
    `${UNDO}what lets it run: resource file:a changed${KEEP}`,
  ],
  [
    "one of several changes may let it run",
    [UNDONE],
    {
      groups: [GROUP],
      changes: [other("agent x"), other("tool a/b"), other("agent y", "narrows")],
    },
    `${UNDO}what may let it run: agent x changed and tool a/b changed${KEEP}`,
  ],
  [
    "many changes are named",
    [UNDONE],
    { groups: [GROUP], changes: ["x", "y", "z"].map((name) => other(`agent ${name}`)) },
    `${UNDO}what may let it run: agent \`x\`, agent \`y\` and agent \`z\`${KEEP}`,
  ],
  [
    "nothing compared the policies",
    [UNDONE],
    { groups: [GROUP] },
    `${UNDO}the change that lets it run: the policies of today stop it${KEEP}`,
  ],
  [
    "a policy that is gone",
    [UNDONE],
    {
      groups: [{ ...GROUP, fromRules: ["pay/no"], toRules: ["default"] }],
      removed: new Set(["pay"]),
    },
    `put policy \`pay\` back${KEEP}`,
  ],
  [
    "of several, those that are undone first",
    [incident("s-0", 0, 0), UNDONE],
    { groups: [GROUP], changes: [BOUND] },
    `${UNDO}what lets it run: allow ${BOUND.sentence}; write rules that stop the others; ` +
      "and keep each as a test: begin with `agentz test --pin s-1`",
  ],
])("the step for an incident that would happen again: %s", (_, open, changed, said) => {
  const facts = { groups: [], removed: new Set(), ...changed };
  expect(Reflect.apply(incidentStep, undefined, [open, facts])).toBe(said);
});
