import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { ReportResult } from "../../src/documents/report-result.ts";
import { render } from "../../src/api/render.ts";
import { ownersOfGroup } from "../../src/executive-report/group-owners.ts";
import { gravestRisks } from "../../src/executive-report/gravest.ts";
import { CONCERN_ORDER } from "../../src/report/replay/group-order.ts";
import { trendChart } from "../../src/report/executive-report/chart.ts";
import { byFate, happenedText } from "../../src/report/executive-report/incident-words.ts";
import { bandIn } from "../../src/report/executive-report/bands.ts";
import { bandOf } from "../../src/text/band.ts";
import { harmText } from "../../src/report/executive-report/harm.ts";
import { openingTexts, spokenText } from "../../src/report/executive-report/lead-words.ts";
import { doubts, unlistedText } from "../../src/report/executive-report/words.ts";
import { alsoTexts } from "../../src/report/executive-report/also-words.ts";
import { sentenceParts } from "../../src/report/executive-report/sentence-parts.ts";
import { html } from "../../src/report/executive-report/html-text.ts";
import { firstOf } from "../../src/report/executive-report/verdict-words.ts";
import { ownersText } from "../../src/report/executive-report/owner-words.ts";
import { count } from "../../src/text/count.ts";
import { EVENTS, jsonl, ROOT, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

const report = (cwd: string, ...args: readonly string[]) =>
  runInProcess(cwd, {}, ["report", "--format", "json", ...args]);

describe("the board's page of the sample", () => {
  let document: ReportResult;
  beforeAll(async () => void (document = JSON.parse((await report(ROOT)).stdout)));

  test("names three risks with owner, calls and next step", () => {
    expect(document.gravest).toHaveLength(3);
    for (const { title, owners, calls, nextStep } of document.gravest) {
      expect([title, nextStep].every((text) => text.length > 20)).toBe(true);
      expect(owners.length).toBeGreaterThan(0);
      expect(calls).toBeGreaterThan(0);
    }
    expect(document.gravest[1]).toMatchObject({ calls: 249 - 163 });
    for (const { calls, byOwner } of document.gravest)
      expect(byOwner.reduce((sum, one) => sum + one.calls, 0)).toBe(calls);
  });

  test("names the owners of the calls with which a step begins", () => {
    const [, , identity] = document.gravest;
    expect(identity?.nextStep).toMatch(
      /begin with the callers of `host\/shell` \(16 calls: platform-engineering \d+, no owner in the catalog \d+\)$/,
    );
  });

  test("lists every labelled incident once, with how it is stopped", () => {
    const { incidents, replay } = document;
    const sum = (key: "calls" | "stopped"): number =>
      incidents.reduce((all, one) => all + one[key], 0);
    const { incident } = replay.labels;
    expect([sum("calls"), sum("stopped"), incidents.length]).toEqual([
      incident.calls,
      incident.stopped,
      incident.sessions,
    ]);
    expect(happenedText(document)).toContain("(1 only because conditions are errors), ");
    for (const { decisions, calls } of incidents)
      expect(decisions.reduce((all, one) => all + one.calls, 0)).toBe(calls);
    // its line is one that the conditions of both rules cannot read, so nothing certain stops it
    const failing = incidents.filter(({ decisions }) => decisions.some((one) => one.failing));
    expect(failing.map(({ session }) => session)).toEqual(["junior-06"]);
  });

  test("counts the benign calls that are denied only because conditions are errors", () => {
    const failing = document.replay.groups.filter(({ benignFailing = 0 }) => benignFailing > 0);
    expect(failing).toMatchObject([
      { example: "coder-07/11", calls: 1, benignDenied: 1, benignFailing: 1 },
    ]);
    expect(document.replay.labels.benign).toMatchObject({ denied: 2, failing: 1 });
  });

  test("measures each control, and refers to published ones as the page of controls does", () => {
    const page = readFileSync(`${ROOT}docs/controls.md`, "utf8");
    const said = (numbers: readonly string[]): string => numbers.join(", ") || "–";
    for (const { id, measure, references, status } of document.controls) {
      expect(measure.met).toBeLessThanOrEqual(measure.total);
      if (status === "met") expect([id, measure.met]).toEqual([id, measure.total]);
      expect(page).toContain(
        `| \`${id}\` | ${said(references.nistAiRmf)} | ${said(references.iso42001)} | ${said(references.csaAicm)} |`,
      );
    }
  });

  test("says what differing numbers count", async () => {
    const page = await render(document, "html");
    for (const said of [
      "9 identities: 7 in the catalog, 1 agent that acted without being in it, 1 not recorded as an agent.",
      "8 agents made such calls",
      "met for 7 of 8 agents",
      "Without a label, so in neither number: 20 calls of 364.",
      "so the lines can add up to more than its gap",
      "more rows in the file itself: paper shows the first 12",
      "These calls need 17 approvals, because some need more than one.",
      "coding/no-downloads (2)",
      "would be denied (1 of them only because conditions are errors), ",
      "the strictest outcome counts: coding/junior-commands (1), coding/known-commands (1), " +
        "coding/no-downloads (2), coding/no-hidden-commands (2), coding/other-commands (1)<",
      "The shares at the right are of the last day alone; the large numbers are of all days.",
      '<span class="of">The others: 7 denied and 4 indeterminate.</span>',
      '<span class="mark bad">not recorded as an agent</span>',
      "100% have models, 13.8% have all five. No call is decided differently on two surfaces.</p>",
      "classification coverage counts only the calls whose resource is known",
    ])
      expect(page).toContain(said);
    expect(page).toMatch(
      /denied only because conditions are errors \(1 call\): fix .*no-<wbr>downloads.*explain coder-07\/11/,
    );
    expect(page).toMatch(/<strong>30<\/strong> calls narrowed \(/);
  });

  test("no reason and no step that speaks of an incident is folded away", async () => {
    const reasons = [1, 2, 3, 4, 5, 6].map((n) => `reason ${n}`);
    const said = "1 call would be permitted more, it is of the incident `s-1`";
    const verdict = { ...document.verdict, reasons: [...reasons, said, "reason 8"] };
    const page = await render({ ...document, verdict }, "html");
    const [, folded = ""] = /<summary>and 4 more<\/summary>(.*?)<\/details>/s.exec(page) ?? [];
    expect(folded).toContain("reason 8");
    expect(folded).not.toContain("incident");
    expect(page).toContain("it is of the incident");
  });

  test("no text touches the text before it, for those who hear or copy the page", async () => {
    const page = await render(document, "html");
    expect(page).not.toMatch(/[\w%.)](?:<\/?(?:strong|span|data)\b[^>]*>)+(?<=>)[A-Za-z(]\w/);
  });

  test("lists changed calls in the order that the caption says, since paper shows the first rows", async () => {
    const page = await render(document, "html");
    const table = page.slice(page.indexOf("Groups of changed calls"));
    const classes = [
      ...table.matchAll(/class="mark (widened|narrowed|indeterminate|unreachable)">/g),
    ];
    const order = classes.map(([, kind = ""]) => kind);
    expect(order).toHaveLength(document.replay.groups.length);
    // two indeterminate ones may be permitted more, two narrowed ones are benign calls that are denied
    const inOrder = ["widened", "indeterminate", "narrowed", "indeterminate", "narrowed"].concat(
      "unreachable",
    );
    expect(order.filter((kind, i) => kind !== order[i - 1])).toEqual(inOrder);
    const open = "indeterminate for lack of recorded data (at the strictest ";
    const places = [
      `${open}deny in both); may be permitted more`,
      "denied only because conditions are errors",
      `${open}allow → deny)`,
    ].map((text) => table.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(table).toContain(CONCERN_ORDER);
    expect(table).toMatch(/owner of the rules/);
    expect(document.replay.groups.map(({ owners }) => owners).flat()).toContain("customer-care");
  });

  test("shows no identity without a credential as sound", async () => {
    const [first] = document.identities;
    if (first === undefined) throw new Error("the sample has identities");
    const bare = {
      ...first,
      subject: "agent:bare",
      problems: [],
      calls: 3,
      credentials: 0,
      credentialKinds: [],
    };
    const page = await render({ ...document, identities: [bare] }, "html");
    expect(page).toContain(">no credential recorded</span>");
    expect(page).not.toContain(">sound</span>");
  });
});

const CLOSED = { covered: 1, total: 1 };
const RUNNING = { baseline: { allow: 9, require_approval: 1, indeterminate: 0 } };
const UNLABELLED = {
  labels: { benign: { calls: 0, denied: 0, deniedBefore: 0 } },
  groups: [],
  decisions: RUNNING,
};
const NOBODY = { agent: {}, action: {} };
const NOTHING_OPEN = { enforcement: CLOSED, oversight: CLOSED, policy: CLOSED, identity: CLOSED };

/** What risks follow from where `agent:a` of the treasury pays, and one group of that is listed. */
function paysOf(open: object, group: object): object {
  return {
    coverage: {
      ...open,
      uncovered: [group],
      by: { agent: { "agent:a": open }, action: { "bank/pay": open } },
    },
    identities: [{ subject: "agent:a", owner: "treasury" }],
    incidents: [],
    invariants: null,
    replay: UNLABELLED,
  };
}

test("a risk counts every open call, of groups that are not listed too", () => {
  const open = { metrics: { ...NOTHING_OPEN, enforcement: { covered: 2, total: 9 } } };
  const group = { subject: "agent:a", action: "bank/pay", metrics: { enforcement: 3 }, calls: 3 };
  expect(Reflect.apply(gravestRisks, undefined, [paysOf(open, group)])).toMatchObject([
    {
      calls: 7,
      title: "7 calls are decided by nothing outside the agent: `bank/pay`",
      byOwner: [{ owner: "treasury", calls: 7 }],
    },
  ]);
});

test.each([
  [{ denied: 9 }, []],
  [
    { wildcard: 9 },
    [
      {
        title:
          "9 calls have no rule of their own: only a rule for everything decides them: `bank/pay`",
        nextStep: "write rules for these tools; begin with `bank/pay` (9 calls: treasury 9)",
        calls: 9,
      },
    ],
  ],
  [
    { denied: 4, wildcard: 3 },
    [
      {
        title:
          "5 calls have no rule of their own: only a rule for everything decides 3 of them, " +
          "the others are indeterminate: `bank/pay`",
        calls: 5,
        byOwner: [{ owner: "treasury", calls: 5 }],
      },
    ],
  ],
  [{ denied: 8 }, [{ title: "Which rule decides 1 call is indeterminate: `bank/pay`", calls: 1 }]],
])("calls that are denied for certain are no risk for want of a rule: %j", (policyGap, said) => {
  const open = { metrics: { ...NOTHING_OPEN, policy: { covered: 0, total: 9 } } };
  const group = { subject: "agent:a", action: "bank/pay", metrics: { policy: 9 }, policyGap };
  expect(Reflect.apply(gravestRisks, undefined, [paysOf(open, group)])).toMatchObject(said);
});

describe("the risks of policies that have one rule for everything", () => {
  const titles = async (effect: string): Promise<readonly string[]> => {
    const folder = scratch({
      "p.yaml":
        "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n" +
        `rules: [{ id: all, effect: ${effect} }]\n`,
      "t.jsonl": jsonl(EVENTS),
      "agentz.yaml": "candidate: [p.yaml]\nbaseline: recorded\ntrace: [t.jsonl]\n",
    });
    const document: ReportResult = JSON.parse((await report(folder)).stdout);
    return document.gravest.map(({ title }) => title);
  };

  test("that denies: no call wants a rule", async () => {
    expect((await titles("deny")).join()).not.toMatch(/rule of (?:its|their) own/);
  });

  test("that allows: only this rule decides", async () => {
    expect((await titles("allow")).join()).toMatch(
      /only a rule for everything decides (?:it|them)/,
    );
  });
});

test("an incident that would happen again is the gravest, whatever else is open", () => {
  const incident = {
    session: "s-9",
    subject: "agent:a",
    actions: ["bank/pay"],
    first: null,
    calls: 2,
    stopped: 1,
    before: { stopped: 1, held: 0, indeterminate: 0 },
    decisions: [],
  };
  const facts = {
    coverage: { uncovered: [], metrics: NOTHING_OPEN, by: NOBODY },
    identities: [{ subject: "agent:a", owner: "treasury" }],
    incidents: [incident],
    invariants: { answers: [{ id: "i/r", answer: "refuted" }] },
    replay: UNLABELLED,
  };
  const risks = Reflect.apply(gravestRisks, undefined, [facts]);
  expect(risks).toMatchObject([
    { kind: "incident", calls: 1, owners: ["treasury"] },
    { kind: "invariant", calls: 0 },
  ]);
});

test.each([
  [{ calls: 200, denied: 2, deniedBefore: 0 }, []],
  [{ calls: 200, denied: 3, deniedBefore: 3 }, []],
  [
    { calls: 200, denied: 3, deniedBefore: 0 },
    [
      {
        kind: "benign",
        title: "3 of 200 calls of benign work would be denied: `bank/pay` and `bank/look`",
        calls: 3,
        byOwner: [
          { owner: "treasury", calls: 2 },
          { owner: null, calls: 1 },
        ],
        nextStep: expect.stringContaining(
          "; begin with `p/stop` (3 calls, 2 of them only because its condition is an error on them; " +
            "`agentz explain s/1` shows why): “Changed calls”",
        ),
      },
    ],
  ],
])(
  "benign work is a risk if more than one call in a hundred is denied anew: %j",
  (benign, said) => {
    const group = { subject: "agent:a", fromRules: [], toRules: ["p/stop"] };
    const groups = [
      {
        ...group,
        action: "bank/pay",
        calls: 2,
        benignDenied: 2,
        benignFailing: 2,
        example: "s/1",
      },
      { ...group, action: "bank/look", subject: "agent:b", benignDenied: 1 },
      { ...group, action: "bank/mail" },
    ];
    const facts = {
      coverage: { uncovered: [], metrics: NOTHING_OPEN, by: NOBODY },
      identities: [{ subject: "agent:a", owner: "treasury" }],
      incidents: [],
      invariants: null,
      replay: { labels: { benign }, groups },
    };
    expect(Reflect.apply(gravestRisks, undefined, [facts])).toMatchObject(said);
  },
);

test("much benign work is told with what is new, and belongs to the owner of the rule that denies it", () => {
  const group = { subject: "agent:a", fromRules: ["p/look"], action: "bank/pay" };
  const facts = {
    coverage: { uncovered: [], metrics: NOTHING_OPEN, by: NOBODY },
    identities: [{ subject: "agent:a", owner: "treasury" }],
    incidents: [],
    invariants: null,
    owners: new Map([["rules", "security"]]),
    replay: {
      labels: { benign: { calls: 50, denied: 5, deniedBefore: 2, failing: 0 } },
      groups: [{ ...group, toRules: ["rules/stop"], calls: 3, benignDenied: 3 }],
      gate: { checks: [] },
    },
  };
  const gravest = Reflect.apply(gravestRisks, undefined, [facts]);
  expect(gravest).toMatchObject([
    {
      title: "3 more calls of benign work would be denied (5 of 50; before: 2): `bank/pay`",
      calls: 3,
      byOwner: [{ owner: "security", calls: 3 }],
    },
  ]);
  const page = { ...facts, gravest, incidentsRest: 0 };
  expect(Reflect.apply(harmText, undefined, [page])).toBe(
    "The new policies would stop work that has to go on: they would deny 5 of 50 calls of benign work (before: 2).",
  );
});

test("calls that the record of an agent stops are its owner's, and a policy of that name keeps its own", () => {
  const group = { subject: "agent:a", fromRules: ["containment"], toRules: ["lifecycle/a"] };
  const agents = new Map([["agent:a", "treasury"]]);
  expect(ownersOfGroup(group, new Map(), agents)).toEqual(["treasury"]);
  expect(ownersOfGroup(group, new Map([["lifecycle", "security"]]), agents)).toEqual(["security"]);
  const other = { ...group, fromRules: ["p/look"] };
  expect(ownersOfGroup(other, new Map(), agents)).toEqual([]);
});

test.each([
  ["narrows", "(3 calls; agent `a`: its status goes from commissioned to suspended): "],
  ["none", "(3 calls): "],
])("work that the record of an agent stops is told with what changed there: %s", (effect, said) => {
  const sentence = "agent `a`: its status goes from commissioned to suspended";
  const toRules = ["lifecycle/a"];
  const group = { subject: "agent:a", fromRules: ["p/look"], toRules, action: "bank/pay" };
  const facts = {
    coverage: { uncovered: [], metrics: NOTHING_OPEN, by: NOBODY },
    identities: [{ subject: "agent:a", owner: "treasury" }],
    incidents: [],
    invariants: null,
    changes: [{ about: "agent a", sentence, effect }],
    replay: {
      labels: { benign: { calls: 50, denied: 3, deniedBefore: 0, failing: 0 } },
      groups: [{ ...group, calls: 3, benignDenied: 3 }],
      gate: { checks: [] },
    },
  };
  const [risk] = Reflect.apply(gravestRisks, undefined, [facts]);
  expect(risk.nextStep).toContain(`begin with \`lifecycle/a\` ${said}`);
});

describe("work that a policy allowed which is gone", () => {
  const group = { subject: "agent:a", action: "bank/pay", toRules: ["default"] };
  const told = (...groups: readonly object[]): unknown => {
    const facts = {
      coverage: { uncovered: [], metrics: NOTHING_OPEN, by: NOBODY },
      identities: [{ subject: "agent:a", owner: "treasury" }],
      incidents: [],
      invariants: null,
      owners: new Map([["old", "research"]]),
      removed: new Set(["old"]),
      replay: {
        labels: { benign: { calls: 50, denied: 5, deniedBefore: 0, failing: 0 } },
        groups: groups.map((one) => ({ ...group, ...one })),
        gate: { checks: [] },
      },
    };
    return Reflect.apply(gravestRisks, undefined, [facts])[0];
  };

  test("belongs to the owner of that policy, and goes on if the policy is put back", () => {
    expect(told({ fromRules: ["old/pay"], benignDenied: 5 })).toMatchObject({
      nextStep:
        "put policy `old` back, or change the rules so that this work can go on: “Changed calls” lists them",
      byOwner: [{ owner: "research", calls: 5 }],
    });
  });

  test("is told apart from work that other policies stop", () => {
    const other = { fromRules: ["new/pay"], toRules: ["new/stop"], benignDenied: 3 };
    expect(told({ fromRules: ["old/pay"], benignDenied: 2 }, other)).toMatchObject({
      nextStep:
        "put policy `old` back (2 of the calls), and change the rules so that the other work can go on; " +
        "begin with `new/stop` (3 calls): “Changed calls” lists them",
    });
  });

  test("stays denied where a rule denies it now", () => {
    const denied = { fromRules: ["old/pay"], toRules: ["new/stop"], benignDenied: 5 };
    expect(told(denied)).toMatchObject({
      nextStep: expect.stringMatching(/^change the rules so that this work can go on; begin with/),
    });
  });
});

test.each([
  [
    [5, 5, 2],
    "The new policies would deny 5 of 5 calls of benign work (2 of them only because conditions are errors).",
  ],
  [[5, 0, 0], "The new policies would deny none of the 5 calls of benign work."],
  [[0, 0, 0], ""],
])("page 1 says what benign work would be denied: %j", ([calls, denied, failing], said) => {
  const replay = { labels: { benign: { calls, denied, deniedBefore: 0, failing } }, groups: [] };
  const facts = { incidents: [], incidentsRest: 0, replay };
  expect(Reflect.apply(happenedText, undefined, [facts])).toBe(said);
});

describe("the bands", () => {
  const target = { target: 0.95, alarm: 0.8, from: "default" } as const;
  test.each([
    [95, "good"],
    [94, "warn"],
    [80, "warn"],
    [79, "bad"],
  ])("%i of 100 is %s", (covered, band) => {
    expect(bandOf({ covered, total: 100 }, target)).toBe(band);
    expect(bandOf({ covered: 0, total: 0 }, target)).toBe("none");
  });

  test("come from agentz.yaml, which is checked", async () => {
    const files = (targets: string): Record<string, string> => ({
      "p.yaml":
        "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n" +
        "rules: [{ id: a, effect: allow, actions: [crm/lookup] }]\n",
      "t.jsonl": jsonl(EVENTS.slice(0, 1)),
      "agentz.yaml": `candidate: [p.yaml]\nbaseline: recorded\ntrace: [t.jsonl]\nreport: ${targets}\n`,
    });
    const good = await report(scratch(files("{ targets: { policy: { target: 1, alarm: 0.5 } } }")));
    expect(JSON.parse(good.stdout).targets).toMatchObject({
      policy: { target: 1, alarm: 0.5 },
      enforcement: target,
    });
    for (const [wrong, message] of [
      ["{ targets: { polcy: { target: 1, alarm: 0.5 } } }", "did you mean `policy`?"],
      ["{ targets: { policy: { target: 95, alarm: 0.5 } } }", "`targets.policy.target` is a share"],
      ["{ targets: { policy: { target: 0.5, alarm: 0.9 } } }", "is above"],
      ["{ targets: { policy: { target: 0.5 } } }", "`targets.policy.alarm` has to be a number"],
      ["[]", "`report` has to be a map"],
    ] as const) {
      const { status, stderr } = await report(scratch(files(wrong)));
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});

test.each([
  [{ covered: 1999, total: 2000 }, "99.9% of the consequential actions of our agents are"],
  [{ covered: 1, total: 10_000 }, "0.1% of the consequential actions of our agents are"],
  [{ covered: 5, total: 5 }, "Every consequential action of our agents is"],
  [{ covered: 0, total: 5 }, "No consequential action of our agents is"],
  [{ covered: 2, total: 3 }, "66.7% of the consequential actions of our agents are"],
])("the sentence never rounds to all or to none: %j", (enforcement, said) => {
  const facts = {
    coverage: { metrics: { enforcement, oversight: { covered: 0, total: 0 } } },
    targets: { enforcement: { target: 0.95, alarm: 0.8 }, oversight: { target: 0.5, alarm: 0 } },
    gravest: [],
    incidents: [],
    incidentsRest: 0,
    replay: { gate: { checks: [] } },
  };
  const spoken = Reflect.apply(spokenText, undefined, [facts]);
  expect(spoken).toContain(said);
  expect(spoken).toMatch(/; our target is 95%\.$/);
});

test("a replay that proves nothing has no band of what the policies decide, and says so aloud", async () => {
  const folder = scratch({
    "p.yaml":
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n" +
      "rules: [{ id: a, effect: allow, actions: [other/tool] }]\n",
    "t.jsonl": jsonl(EVENTS),
    "agentz.yaml": "candidate: [p.yaml]\nbaseline: recorded\ntrace: [t.jsonl]\n",
  });
  const document: ReportResult = JSON.parse((await report(folder)).stdout);
  expect(spokenText(document)).toContain("what the new policies would do is not known: no call");
  const page = await render(document, "html");
  expect(page.match(/"mark moot">\? proves nothing</g)).toHaveLength(3);
});

interface Given {
  readonly benign?: object;
  readonly gravest?: readonly object[];
  readonly checks?: readonly object[];
}

/** Facts of a replay that does no harm, but for what is given. */
function openingFacts(more: {
  readonly oversight: object;
  readonly targets: object;
  readonly gravest?: readonly object[];
}): object {
  const { oversight, targets, gravest = [] } = more;
  return {
    coverage: { metrics: { enforcement: { covered: 1, total: 2 }, oversight } },
    coverageBefore: { metrics: { oversight: { covered: 1, total: 4 } } },
    targets,
    gravest,
    incidents: [],
    incidentsRest: 0,
    replay: {
      gate: { checks: [] },
      labels: { benign: { calls: 5, denied: 5, deniedBefore: 0, failing: 0 } },
      groups: [],
    },
  };
}

test.each<[string, object[], string]>([
  ["none", [{ newlyHeld: 0 }], ""],
  [
    "benign ones before all",
    [
      { newlyHeld: 4, benignNewlyHeld: 2, heldFor: ["role:lead", "role:sre"] },
      { newlyHeld: 9, heldFor: ["role:other"] },
      { newlyHeld: 1, benignNewlyHeld: 1, heldFor: ["role:lead"] },
    ],
    "3 benign calls that run today would wait for role:lead and role:sre.",
  ],
  [
    "all, where none is labelled",
    [{ newlyHeld: 1, heldFor: [] }],
    "1 call that runs today would wait for an approval.",
  ],
  [
    "of many approvers the first",
    [{ newlyHeld: 4, heldFor: ["role:a", "role:b", "role:c", "role:d"] }],
    "4 calls that run today would wait for role:a and 3 more.",
  ],
])("page 1 says which calls that run today would wait, and for whom: %s", (_, groups, said) => {
  const benign = { calls: 0, denied: 0, deniedBefore: 0, failing: 0 };
  const facts = { incidents: [], incidentsRest: 0, replay: { labels: { benign }, groups } };
  expect(Reflect.apply(happenedText, undefined, [facts])).toBe(said);
  const broken = { ...facts, error: { message: "no call", help: "add" } };
  expect(Reflect.apply(happenedText, undefined, [broken])).toBe("");
});

const OWN = { target: 0.95, alarm: 0.8, from: "agentz.yaml" };
const TARGETS = { enforcement: OWN, oversight: { ...OWN, target: 0.5 } };

test.each([
  [{ covered: 3, total: 4 }, "25.0% are stopped or wait for a person today, and 75.0% would"],
  [{ covered: 0, total: 4 }, "25.0% are stopped or wait for a person today, and none would"],
  [{ covered: 4, total: 4 }, "25.0% are stopped or wait for a person today, and all would"],
])("the numbers say what becomes of the gravest actions: %j", (oversight, said) => {
  const facts = openingFacts({ oversight, targets: TARGETS });
  const { numbers } = Reflect.apply(openingTexts, undefined, [facts]);
  expect(numbers).toContain(said);
  expect(numbers).toMatch(/; our target is 50%\.$/);
  expect(Reflect.apply(spokenText, undefined, [facts])).toMatch(/; our target is 95%\.$/);
});

test.each([
  [OWN, { ...OWN, from: "default" }, "agentz’s default target is 95%, nobody has set ours."],
  [OWN, OWN, "the target for these is the same."],
])("the numbers say whose target it is", (enforcement, oversight, said) => {
  const targets = { enforcement, oversight };
  const facts = openingFacts({ oversight: { covered: 0, total: 1 }, targets });
  expect(Reflect.apply(openingTexts, undefined, [facts]).numbers).toContain(`; ${said}`);
});

describe("the harm that the new policies would do comes first", () => {
  const before = { stopped: 1, held: 1, indeterminate: 0 };
  const incident = {
    calls: 1,
    stopped: 0,
    before,
    decisions: [{ effect: "allow", permitted: true }],
  };
  const unknown = { ...incident, decisions: [{ effect: "indeterminate", permitted: false }] };
  const over = { ...incident, stopped: 1, decisions: [{ effect: "deny", permitted: false }] };
  const benign = { calls: 9, denied: 3, deniedBefore: 0, failing: 1 };
  test.each([
    [[over], {}, ""],
    [[over, incident], {}, "The new policies would let 1 of 2 incidents happen again."],
    [[incident], {}, "The new policies would let the one incident happen again."],
    [[incident, incident], {}, "The new policies would let all 2 incidents happen again."],
    [[unknown, over], {}, "The new policies would perhaps let 1 of 2 incidents happen again."],
    [
      [over],
      { benign, gravest: [{ kind: "benign" }] },
      "The new policies would stop work that has to go on: they would deny 3 of 9 calls of benign work " +
        "(1 of them only because conditions are errors).",
    ],
    [
      [incident, over],
      { benign: { ...benign, failing: 0 }, gravest: [{ kind: "benign" }] },
      "The new policies would let 1 of 2 incidents happen again, and deny 3 of 9 calls of benign work.",
    ],
    [
      [],
      {
        benign: { calls: 9, denied: 9, deniedBefore: 0, failing: 0 },
        gravest: [{ kind: "benign" }],
      },
      "The new policies would stop all work: they would deny 9 of 9 calls of benign work.",
    ],
    [
      [],
      { benign, gravest: [{ kind: "benign" }], checks: [{ name: "benign_broken", passed: true }] },
      "",
    ],
  ])("%j %j", (incidents, { gravest = [], checks = [], ...labels }: Given, said) => {
    const facts = { incidents, incidentsRest: 0, gravest, replay: { labels, gate: { checks } } };
    expect(Reflect.apply(harmText, undefined, [facts])).toBe(said);
  });

  test("nothing praises that much benign work is denied", () => {
    const given = { oversight: { covered: 4, total: 4 }, targets: TARGETS };
    const harmful = openingFacts({ ...given, gravest: [{ kind: "benign" }] });
    expect(Reflect.apply(bandIn, undefined, [openingFacts(given), "oversight"])).toBe("good");
    expect(Reflect.apply(bandIn, undefined, [harmful, "oversight"])).toBe("costly");
    const { happened, numbers } = Reflect.apply(openingTexts, undefined, [harmful]);
    expect(happened).toBe("");
    expect(numbers).toMatch(/^50\.0% of the consequential/);
    expect(numbers).toContain("and all would with the new policies, which deny benign work, too;");
  });
});

test.each([
  [5, []],
  [
    6,
    [
      {
        kind: "benign",
        title:
          "6 of 10 calls that are not denied today would be, and no label says which are benign: `bank/pay`",
        calls: 6,
        nextStep: expect.stringMatching(
          /^label benign calls and incidents, or change the rules .*begin with `p\/stop` \(6 calls\)/,
        ),
      },
    ],
  ],
])("most calls that nobody has labelled are a risk if they are denied: %i of 10", (calls, said) => {
  const group = { subject: "agent:a", action: "bank/pay", fromRules: [], toRules: ["p/stop"] };
  const replay = {
    ...UNLABELLED,
    groups: [{ ...group, class: "narrowed", to: "deny", calls }],
    gate: { checks: [] },
  };
  const facts = {
    coverage: { uncovered: [], metrics: NOTHING_OPEN, by: NOBODY },
    identities: [],
    incidents: [],
    incidentsRest: 0,
    invariants: null,
    replay,
  };
  const gravest = Reflect.apply(gravestRisks, undefined, [facts]);
  expect(gravest).toMatchObject(said);
  expect(Reflect.apply(harmText, undefined, [{ ...facts, gravest }])).toBe(
    said.length === 0
      ? ""
      : "The new policies would stop most of what runs today: they would deny 6 of 10 calls that are not " +
          "denied today, and no label says which are benign.",
  );
});

test("the page of policies that deny everything has nothing green that praises it", async () => {
  const folder = scratch({
    "p.yaml":
      "apiVersion: agentz/v1\nkind: Policy\nname: nothing\nversion: 1.0.0\n" +
      "rules: [{ id: stop, effect: deny, actions: ['**'] }]\n",
  });
  const args = ["--candidate", "policies/catalog.yaml", "--candidate", `${folder}/p.yaml`];
  const document: ReportResult = JSON.parse((await report(ROOT, ...args)).stdout);
  const page = await render(document, "html");
  const first = page.slice(page.indexOf("<main>"), page.indexOf('id="measures"'));
  expect(first).toMatch(/class="aloud">The new policies would stop all work: .*333 of 333 calls/);
  expect(first).toContain("✗ by stopping work");
  expect(first).not.toMatch(/class="[^"]*\bgood\b/);
});

test("page 1 has today's number beside the one of the new policies", async () => {
  const document: ReportResult = JSON.parse((await report(ROOT)).stdout);
  const page = await render(document, "html");
  expect(page).toContain(
    '<p class="was">today 6.3%; with the new policies</p><p class="big bad">16.7%</p>',
  );
  expect(page).toContain('<span class="was">today 99.6% → </span>95.6%');
  expect(page).toContain("Oversight is what the new policies would do.");
  expect(page.indexOf("What to decide first")).toBeLessThan(page.indexOf('<div class="hero">'));
  expect(openingTexts(document).numbers).toContain(
    "6.3% are stopped or wait for a person today, and 16.7% would with the new policies",
  );
});

test("a card names the owner with most calls, and how many more teams there are", () => {
  const teams = ["a", "b", "c", "d"].map((owner, i) => ({ owner, calls: 9 - i }));
  const risk = { kind: "coverage", owners: ["a", "b", "c", "d"], byOwner: teams };
  const said = (more: object): string =>
    Reflect.apply(ownersText, undefined, [{ ...risk, ...more }]);
  expect(said({})).toBe("a (9 calls) and 3 more teams");
  expect(said({ byOwner: teams.slice(0, 2) })).toBe("a (9 calls), b (8)");
  expect(said({ byOwner: [...teams.slice(0, 3), { owner: null, calls: 1 }] })).toBe(
    "a (9 calls) and 3 more",
  );
  expect(said({ owners: [], byOwner: [{ owner: null, calls: 1 }] })).toBe(
    "nobody is named: write an `owner` for these agents in the catalog",
  );
});

test("a list of what failed says how many more there are, and counts a rule once", () => {
  const errors = Array.from({ length: 13 }, (_, i) => ({ rule: `p/${i}`, message: "m", calls: 1 }));
  const all = [...errors, { rule: "p/0", message: "another", calls: 4 }];
  const none = { unknownTools: [], unknownLabels: [], lookalikes: [], contradictions: [] };
  const notes = { ...none, errors: all };
  const facts = {
    candidate: {},
    replay: { decisions: { candidate: { indeterminate: 0 } }, missing: [], notes },
    trace: { malformed: 0, undecided_events: 0 },
    coverage: { unknownTools: [], coarse: false },
    timelines: [],
    partial: false,
  };
  const [line = "", ...more] = Reflect.apply(doubts, undefined, [facts]);
  expect(more).toEqual([]);
  expect(line).toMatch(/: p\/0 \(5\), p\/1 \(1\), .*, p\/9 \(1\), and 3 more$/);
});

test("a report whose gate fails says so where the page goes to a file", async () => {
  const folder = scratch({
    "p.yaml":
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n" +
      "rules: [{ id: a, effect: deny, actions: [crm/lookup] }]\n",
    "t.jsonl": jsonl(EVENTS.slice(0, 1)),
    "agentz.yaml": "candidate: [p.yaml]\nbaseline: recorded\ntrace: [t.jsonl]\n",
  });
  const { status, stderr } = await report(folder, "--gate", "narrowed=0", "-o", "r.json");
  expect([status, stderr]).toEqual([1, expect.stringContaining("the gate failed: narrowed is 1,")]);
});

/** Targets of the lines of the chart; `oversight`: its own. */
const sharing = (target: number, oversight = target) => ({
  enforcement: { target, alarm: 0.8 },
  identity: { target, alarm: 0.8 },
  oversight: { target: oversight, alarm: 0.8 },
});

test("the chart has no target across where its lines do not share one", () => {
  const ratio = { covered: 1, total: 2 };
  const day = { metrics: { enforcement: ratio, oversight: ratio, identity: ratio } };
  const days = { "2026-05-01": day, "2026-05-02": day };
  const drawn = (targets: object): string =>
    Reflect.apply(trendChart, undefined, [days, targets]).text;
  expect(drawn(sharing(0.9))).toContain('class="target"');
  expect(drawn(sharing(0.9, 0.1))).not.toMatch(/target|alarm/);
});

test("the chart has no line over days without calls", () => {
  const day = (covered: number, total: number) => {
    const ratio = { covered, total };
    return {
      consequential: total,
      metrics: { enforcement: ratio, oversight: ratio, identity: ratio },
    };
  };
  const days = {
    "2026-05-01": day(1, 2),
    "2026-05-02": day(1, 2),
    "2026-05-05": day(2, 2),
    "2026-05-06": day(0, 0),
    "2026-05-07": day(2, 2),
  };
  const { text } = Reflect.apply(trendChart, undefined, [days, sharing(0.95)]);
  const path = /class="line enforcement" d="([^"]*)"/.exec(text)?.[1] ?? "";
  expect([path.match(/M/g)?.length, path.match(/L/g)?.length]).toEqual([3, 1]);
  expect(text.match(/class="dot enforcement"/g)).toHaveLength(4);
  const ends = [...text.matchAll(/class="end (\w+)" x="\d+" y="([\d.]+)"/g)];
  expect(ends.map(([, kind]) => kind).sort()).toEqual(
    ["alarm", "enforcement", "identity", "oversight", "target"].sort(),
  );
  const places = ends.map(([, , y]) => Number(y)).sort((a, b) => a - b);
  for (const [i, y] of places.slice(1).entries())
    expect(y - (places[i] ?? 0)).toBeGreaterThanOrEqual(13);
});

test("the owner of an invariant that does not hold is named; one without owner says so", () => {
  const invariants = {
    answers: [
      { id: "a/one", owner: "treasury", answer: "refuted" },
      { id: "a/two", owner: "treasury", answer: "refuted" },
      { id: "b/one", owner: "risk", answer: "refuted" },
      { id: "c/one", owner: "nobody-asked", answer: "proved" },
    ],
  };
  const coverage = { uncovered: [], metrics: NOTHING_OPEN, by: NOBODY };
  const facts = { coverage, identities: [], incidents: [], invariants, replay: UNLABELLED };
  const [risk] = Reflect.apply(gravestRisks, undefined, [facts]);
  expect(risk.owners).toEqual(["risk", "treasury"]);
  expect(ownersText(risk)).toBe("risk, treasury");
  const bare = { answers: [{ id: "a/one", answer: "refuted" }] };
  const [open] = Reflect.apply(gravestRisks, undefined, [{ ...facts, invariants: bare }]);
  expect(ownersText(open)).toBe("nobody is named: write an `owner` for the invariant");
});

const incident = (
  session: string | null,
  ...decisions: readonly (readonly [string, boolean])[]
) => ({
  session,
  calls: decisions.length,
  stopped: decisions.filter(([effect, permitted]) => !permitted && effect !== "indeterminate")
    .length,
  before: { stopped: 0, held: 0, indeterminate: 0 },
  decisions: decisions.map(([effect, permitted]) => ({
    effect: effect === "failing" ? "deny" : effect,
    permitted,
    rules: [],
    calls: 1,
    ...(effect === "failing" && { failing: true }),
  })),
});

test.each([
  [[], 0, ""],
  [
    [incident("a", ["deny", false]), incident("b", ["deny", false], ["require_approval", false])],
    0,
    "2 incidents happened; the new policies would have stopped 1 of them, and 1 would wait for an approval.",
  ],
  [
    [incident("a", ["deny", false]), incident("b", ["deny", false], ["failing", false])],
    0,
    "2 incidents happened; the new policies would have stopped 2 of them " +
      "(1 only because conditions are errors).",
  ],
  [
    [incident(null, ["deny", false], ["allow", true], ["indeterminate", false])],
    0,
    "at least 1 incident happened; the new policies would have stopped none of them (as before): 1 would happen again.",
  ],
  [
    [incident("a", ["deny", false], ["indeterminate", false])],
    4,
    "5 incidents happened; the new policies would have stopped none of the 1 listed: 1 cannot be decided.",
  ],
])("page 1 says what happened, and what would have become of it: %j", (incidents, rest, said) => {
  const facts = { incidents, incidentsRest: rest, replay: UNLABELLED };
  expect(Reflect.apply(happenedText, undefined, [facts])).toBe(said);
});

const AGAIN = ["allow", true] as const;
const STOPPED = ["deny", false] as const;
const HELD = ["require_approval", false] as const;
const UNKNOWN = ["indeterminate", false] as const;

type Decided = Parameters<typeof incident>[1];

/** Incidents of one call each, by what both versions decide. */
function incidentsOf(fates: readonly (readonly [before: Decided, after: Decided])[]) {
  return fates.map(([before, after], i) => ({
    ...incident(`s-${i}`, after),
    before: {
      stopped: Number(before === STOPPED || before === HELD),
      held: Number(before === HELD),
      indeterminate: Number(before === UNKNOWN),
    },
  }));
}

describe("the candidate takes no credit for what the baseline stops", () => {
  test.each([
    [[[STOPPED, STOPPED]], "would have stopped 1 of them (as before)."],
    [
      [
        [STOPPED, STOPPED],
        [STOPPED, STOPPED],
        [HELD, HELD],
        [AGAIN, AGAIN],
      ],
      "would have stopped 2 of them, 1 would wait for an approval, and 1 would happen again: all as before.",
    ],
    [[[AGAIN, AGAIN]], "would have stopped none of them (as before): 1 would happen again."],
    [
      [
        [STOPPED, STOPPED],
        [AGAIN, STOPPED],
        [AGAIN, HELD],
      ],
      "would have stopped 2 of them (before: 1), and 1 would wait for an approval.",
    ],
    [
      [
        [HELD, STOPPED],
        [STOPPED, STOPPED],
      ],
      "would have stopped 2 of them (before: 1), and none would wait for an approval (before: 1).",
    ],
    [
      [
        [STOPPED, AGAIN],
        [STOPPED, AGAIN],
        [STOPPED, STOPPED],
      ],
      "would have stopped 1 of them (before: 3), and 2 would happen again.",
    ],
    [
      [
        [STOPPED, AGAIN],
        [AGAIN, STOPPED],
      ],
      "would have stopped 1 of them (before: 1, not the same ones), and 1 would happen again.",
    ],
    [
      [[STOPPED, HELD]],
      "would have stopped none of them (before: 1): 1 would wait for an approval.",
    ],
    [
      [
        [UNKNOWN, STOPPED],
        [STOPPED, STOPPED],
      ],
      "would have stopped 2 of them (before: 1; 1 indeterminate before).",
    ],
    [
      [
        [STOPPED, STOPPED],
        [STOPPED, ["failing", false]],
      ],
      "would have stopped 2 of them (as before; 1 of the 2 only because conditions are errors).",
    ],
    [
      [
        [STOPPED, STOPPED],
        [AGAIN, HELD],
      ],
      "would have stopped 1 of them (as before), and 1 would wait for an approval.",
    ],
  ] as const)("%j: %s", (fates, said) => {
    const facts = { incidents: incidentsOf(fates), incidentsRest: 0, replay: UNLABELLED };
    expect(Reflect.apply(happenedText, undefined, [facts])).toBe(
      `${count(fates.length, "incident")} happened; the new policies ${said}`,
    );
  });

  test.each([
    [[[AGAIN, AGAIN]], "let the one incident happen again (as before)."],
    [
      [
        [AGAIN, AGAIN],
        [AGAIN, STOPPED],
      ],
      "let 1 of 2 incidents happen again (before: 2).",
    ],
    [
      [
        [STOPPED, AGAIN],
        [STOPPED, STOPPED],
      ],
      "let 1 of 2 incidents happen again.",
    ],
  ] as const)("nor the blame for what it lets happen: %j: %s", (fates, said) => {
    const facts = { incidents: incidentsOf(fates), incidentsRest: 0, gravest: [] };
    const replay = { ...UNLABELLED, gate: { checks: [] } };
    expect(Reflect.apply(harmText, undefined, [{ ...facts, replay }])).toBe(
      `The new policies would ${said}`,
    );
  });
});

test.each([
  [[], ""],
  [[{ tool: "a/b", calls: 9 }], ""],
  [[{ tool: "a/b", calls: 10 }], "No catalog says what 1 tool does, so 10 calls of 100 count as "],
])("page 1 warns of many calls on tools that no catalog lists: %j", (unknownTools, said) => {
  const facts = { coverage: { unknownTools }, trace: { calls: 100 } };
  expect(Reflect.apply(unlistedText, undefined, [facts]).slice(0, said.length || 99)).toBe(said);
});

test("of a replay that proves nothing only what happened is said", () => {
  const incidents = [incident("a", ["deny", false])];
  const facts = { incidents, incidentsRest: 0, error: { message: "no call" }, replay: UNLABELLED };
  expect(Reflect.apply(happenedText, undefined, [facts])).toBe("1 incident happened.");
});

test("a list is cut only where it is much longer than its limit", () => {
  expect(firstOf(["a", "b", "c", "d", "e"], 3)).toEqual(["a", "b", "c", "d", "e"]);
  expect(firstOf(["a", "b", "c", "d", "e", "f"], 3)).toEqual(["a", "b", "c", "and 3 more"]);
});

test("a sentence leads to the parts that it names, and no comma stands alone", () => {
  const parts = html`${sentenceParts("see “Twelve controls”, “Nothing” (`a/b`, `c`), then `d`")}`
    .text;
  expect(parts).toBe(
    'see <a href="#controls">“Twelve controls”</a>, “Nothing” ' +
      '<span class="word">(<span class="mono">a/b</span>,</span> ' +
      '<span class="word"><span class="mono">c</span>),</span> then <span class="mono">d</span>',
  );
});

test("page one says which coverage the new policies lower, and how the controls are", () => {
  const ofPolicy = (covered: number) => ({ metrics: { policy: { covered, total: 200 } } });
  const texts = (before: number, after: number): readonly string[] =>
    Reflect.apply(alsoTexts, undefined, [
      {
        coverageBefore: ofPolicy(before),
        coverage: {
          ...ofPolicy(after),
          uncovered: [{ policyGap: { denied: 17, wildcard: 1 } }, {}],
          uncoveredRest: { groups: 0 },
        },
        controls: [{ status: "met" }, { status: "not met" }],
      },
    ]);
  const controls = "“Twelve controls” finds 1 met, 1 not met, 0 without evidence";
  expect(texts(190, 180)).toEqual([
    "Fewer consequential calls would have a rule of their own: 95.0% today, 90.0% with the new policies. " +
      "The others: 17 denied, 1 left to a rule for everything and 2 indeterminate",
    controls,
  ]);
  expect(texts(180, 190)).toEqual([controls]);
});

test("incidents that are not surely stopped come first", () => {
  const incident = (session: string, decision: object) => ({
    session,
    calls: 1,
    stopped: 1,
    decisions: [{ effect: "deny", permitted: false, rules: [], calls: 1, ...decision }],
  });
  const all = [
    incident("denied", {}),
    incident("held", { effect: "require_approval" }),
    incident("by errors", { failing: true }),
    incident("permitted", { effect: "allow", permitted: true }),
  ];
  const places = Reflect.apply(byFate, undefined, [all]).map(({ i }: { i: number }) => i);
  expect(places).toEqual([3, 2, 1, 0]);
});
