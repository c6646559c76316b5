import { expect, test } from "vitest";
import { type OversightFacts, oversightCost } from "../../src/executive-report/oversight-cost.ts";
import { costTexts } from "../../src/report/executive-report/oversight-words.ts";

const gap = (action: string, oversight: number) => ({
  subject: "agent:a",
  action,
  metrics: { oversight },
});

function facts(covered: number, given: object = {}): OversightFacts {
  const [rule] = [
    {
      effect: "require_approval",
      mode: "enforce",
      actions: ["bank/*"],
      approval: { approvers: ["role:cfo"] },
    },
  ];
  const made = {
    coverage: {
      metrics: { oversight: { covered, total: 20 } },
      uncovered: [gap("bank/pay", 6), gap("?/pay", 2), gap("mail/send", 1)],
    },
    trace: { from: "2026-05-01T00:00:00Z", to: "2026-05-05T00:00:00Z" },
    target: 0.95,
    rules: [{ name: "p/cfo", rule, target: undefined }],
    unapprovable: { rules: new Map() },
    ...given,
  };
  return Reflect.apply(Object, undefined, [made]);
}

test("the target of oversight costs the calls that it takes, a day, and says whom rules name", () => {
  expect(oversightCost(facts(11))).toEqual({
    calls: 8,
    open: 9,
    perDay: 2,
    isUnderADay: false,
    named: [{ approvers: "role:cfo", calls: 6 }],
    unnamed: 3,
    unlisted: 0,
  });
});

test("whom nobody in the catalog is cannot give approvals", () => {
  const unapprovable = { rules: new Map([["p/cfo", ["role:cfo"]]]) };
  const cost = oversightCost(facts(11, { unapprovable }));
  expect(cost).toMatchObject({
    named: [{ approvers: "role:cfo", calls: 6, nobody: true }],
    unnamed: 3,
  });
  const targets = { oversight: { target: 0.95 } };
  const replay = { approvals: { candidate: { perDay: 1 } } };
  const [, , who] = Reflect.apply(costTexts, undefined, [{ oversightCost: cost, targets, replay }]);
  expect(who).toBe(
    "Who would give them: the trace does not tell, and no rule asks anybody in the catalog for calls of these " +
      "tools; nobody in the catalog could give those that rules ask of role:cfo (6)",
  );
});

test("it costs nothing where it is reached, and no rate is told without times", () => {
  expect(oversightCost(facts(19))).toBeNull();
  expect(oversightCost(facts(18))?.calls).toBe(1);
  expect(oversightCost(facts(11, { trace: { from: null, to: null } }))?.perDay).toBeNull();
});

test("groups that are not listed, and a trace of less than a day, are told as such", () => {
  const uncovered = [gap("bank/pay", 6)];
  const { coverage } = facts(11);
  const trace = { from: "2026-05-01T00:00:00Z", to: "2026-05-01T01:00:00Z" };
  const cost = oversightCost(facts(11, { coverage: { ...coverage, uncovered }, trace }));
  expect(cost).toMatchObject({ perDay: 8, isUnderADay: true, unnamed: 0, unlisted: 3 });
  const targets = { oversight: { target: 0.95 } };
  const [, rate, who] = Reflect.apply(costTexts, undefined, [{ oversightCost: cost, targets }]);
  expect(rate).toContain("at least 8 more approvals; the trace is shorter than a day");
  expect(who).toContain(
    "role:cfo (6 of the 9); 3 of the 9 are in groups that this report does not list",
  );
});

test("approvals of less than one a week are told as such", () => {
  const trace = { from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z" };
  const report = {
    oversightCost: oversightCost(facts(11, { trace })),
    targets: { oversight: { target: 0.95 } },
    replay: { approvals: { candidate: { perDay: 0 } } },
  };
  expect(Reflect.apply(costTexts, undefined, [report])[1]).toBe(
    "If all are held: less than 1 more approval a week, beside 0 a day under the candidate",
  );
});

test.each<[object, number, readonly string[]]>([
  [
    {},
    0.5,
    [
      "To reach 95%, deny or hold 8 of the 9 calls that may run without a person",
      "If all are held: at least 2 more approvals a day (14 a week), beside 0.5 a day under the candidate",
      "Who would give them: for other calls of the same tools, rules already ask role:cfo (6 of the 9); " +
        "for 3 no rule names anybody",
    ],
  ],
  [
    { rules: [], trace: { from: null, to: null } },
    0.5,
    [
      "To reach 95%, deny or hold 8 of the 9 calls that may run without a person",
      "No call has a time, so the trace does not tell how many approvals a day that is",
      "Who would give them: the trace does not tell, and no rule asks anybody for calls of these tools",
    ],
  ],
])("the words for it: %j", (given, perDay, said) => {
  const report = {
    oversightCost: oversightCost(facts(11, given)),
    targets: { oversight: { target: 0.95 } },
    replay: { approvals: { candidate: { perDay } } },
  };
  expect(Reflect.apply(costTexts, undefined, [report])).toEqual(said);
});
