import { describe, expect, it } from "vitest";
import { compileSet, type CompiledSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";
import { byColumns, byEvents, sha256 } from "./columns.ts";

const OPTIONS = { history: "counterfactual", approvals: "recorded", idle: undefined } as const;

/** A set of one policy and, where `catalog` says more, a catalog. */
function set(
  rules: readonly string[],
  more: { readonly session?: string; readonly catalog?: string } = {},
): CompiledSet {
  const policy =
    `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n${more.session ?? ""}\n` +
    `rules:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`;
  const catalog =
    more.catalog === undefined
      ? ""
      : `---\napiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\n${more.catalog}\n`;
  const { documents, diagnostics } = loadDocuments([
    { file: "p.yaml", text: `${policy}${catalog}` },
  ]);
  expect(diagnostics).toEqual([]);
  return compileSet(documents, sha256);
}

interface Line {
  readonly id: string;
  readonly [member: string]: unknown;
}

const MINUTE = 60_000;
const START = Date.parse("2026-05-18T09:00:00Z");

function lines(events: readonly Line[]): readonly string[] {
  const whole = events.map((event, i) => ({
    time: new Date(START + i * MINUTE).toISOString(),
    session: "s",
    complete: ["context"],
    context: {},
    ...event,
  }));
  return whole.map((event) => JSON.stringify(event));
}

function decoded(text: string, i: number): TraceEvent {
  const event = decodeEvent(JSON.parse(text), { file: "t", line: i + 1 });
  if (typeof event === "string") throw new Error(event);
  return event;
}

type Sets = { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet };

/** Every call's result, by its id; what the walk over columns counts is held to the same. */
function replayed(
  sets: Sets,
  events: readonly Line[],
  history: "counterfactual" | "recorded" = "counterfactual",
): ReadonlyMap<string, CallResult> {
  const results = new Map<string, CallResult>();
  const options = { ...OPTIONS, history };
  const walk = new ReplayWalk(sets, options, [
    { call: (result) => void results.set(result.event.id, result) },
  ]);
  const texts = lines(events);
  texts.map(decoded).forEach((event) => walk.take(event));
  const columns = byColumns(texts, sets, { options, size: 2 });
  // sets that mix the call with state in one operand are not asked by columns
  if (columns !== undefined) expect(columns).toEqual(byEvents(texts, sets, options));
  return results;
}

const call = (id: string, action: string, more: object = {}): Line => {
  const [server = "", name = ""] = action.split("/");
  return {
    id,
    subject: { type: "agent", id: "boss" },
    action: { kind: "tool_call", server, name },
    args: {},
    ...more,
  };
};
const invocation = (id: string, more: object = {}): Line =>
  call(id, "host/spawn", {
    action: { kind: "subagent_invocation", server: "host", name: "spawn" },
    ...more,
  });
const MID = { subject: { type: "agent", id: "mid" } };
const SUB = { subject: { type: "agent", id: "sub" } };

const AP = {
  context: {
    on_behalf_of: { type: "human", id: "jo" },
    approvals: [{ id: "ap", by: "human:ann", at: "2026-05-18T09:00:00Z" }],
    delegation: [],
  },
};

/**
 * What one call may leave behind, and a later call that sees it: `made` is its effect where the
 * first was made, `never` where it was not.
 */
interface Kind {
  readonly kind: string;
  readonly session?: string;
  readonly catalog?: string;
  readonly rules: readonly string[];
  readonly child: Line;
  readonly probe: Line;
  readonly made: string;
  readonly never: string;
  /** Where the effect does not tell, whether the call was permitted. */
  readonly by?: "permitted";
}

const LOOK = "{ id: look, effect: allow, actions: [crm/lookup] }";
const child = (action: string, more: object = {}): Line =>
  call("child", action, { parent: "spawn", ...SUB, ...more });
const contained = (onDeny: string, probe: Line): Kind => ({
  kind: `containment: ${onDeny}`,
  rules: [
    LOOK,
    "{ id: drop, effect: allow, actions: [db/drop] }",
    `{ id: no-drop, effect: deny, actions: [db/drop], when: args.all == true, on_deny: ${onDeny} }`,
  ],
  child: child("db/drop", { args: { all: true } }),
  probe,
  made: "deny",
  never: "allow",
});

const KINDS: readonly Kind[] = [
  {
    kind: "label",
    session: "session: { labels: [{ name: read, when: \"action.name == 'lookup'\" }] }",
    rules: [
      LOOK,
      "{ id: pay, effect: allow, actions: [bank/pay], when: \"'read' in session.labels\" }",
    ],
    child: child("crm/lookup"),
    probe: call("probe", "bank/pay"),
    made: "allow",
    never: "deny",
  },
  {
    kind: "counter",
    session:
      "session: { counters: [{ name: spent, add: args.amount, within: 1h, when: \"action.name == 'pay'\" }] }",
    rules: ["{ id: pay, effect: allow, actions: [bank/pay], when: session.counters.spent < 50.0 }"],
    child: child("bank/pay", { args: { amount: 60 } }),
    probe: call("probe", "bank/pay", { args: { amount: 1 } }),
    made: "deny",
    never: "allow",
  },
  {
    kind: "values",
    session:
      "session: { values: [{ name: seen, add: args.order, when: \"action.name == 'lookup'\" }] }",
    rules: [
      LOOK,
      "{ id: pay, effect: allow, actions: [bank/pay], when: args.order in session.values.seen }",
    ],
    child: child("crm/lookup", { args: { order: "o1" } }),
    probe: call("probe", "bank/pay", { args: { order: "o1" } }),
    made: "allow",
    never: "deny",
  },
  {
    kind: "a label kept by subject",
    session:
      "session: { labels: [{ name: read, key: subject, when: \"action.name == 'lookup'\" }] }",
    rules: [
      LOOK,
      "{ id: pay, effect: allow, actions: [bank/pay], when: \"'read' in session.labels\" }",
    ],
    child: child("crm/lookup", { session: "t" }),
    probe: call("probe", "bank/pay", SUB),
    made: "allow",
    never: "deny",
  },
  {
    kind: "on: completed",
    session:
      "session: { labels: [{ name: done, on: completed, when: \"action.name == 'lookup'\" }] }",
    rules: [
      LOOK,
      "{ id: pay, effect: allow, actions: [bank/pay], when: \"'done' in session.labels\" }",
    ],
    child: child("crm/lookup", { outcome: { status: "ok" } }),
    probe: call("probe", "bank/pay"),
    made: "allow",
    never: "deny",
  },
  {
    kind: "on: attempted",
    session:
      "session: { counters: [{ name: tries, add: '1.0', on: attempted, when: \"action.name == 'drop'\" }] }",
    rules: ["{ id: pay, effect: allow, actions: [bank/pay], when: session.counters.tries < 1.0 }"],
    child: child("db/drop"),
    probe: call("probe", "bank/pay"),
    made: "deny",
    never: "allow",
  },
  {
    kind: "decision.effect of a refused try",
    session:
      "session: { labels: [{ name: refused, on: attempted, when: \"decision.effect == 'deny' " +
      "&& action.name == 'drop'\" }] }",
    rules: [
      "{ id: pay, effect: allow, actions: [bank/pay], when: \"!('refused' in session.labels)\" }",
    ],
    child: child("db/drop"),
    probe: call("probe", "bank/pay"),
    made: "deny",
    never: "allow",
  },
  contained("block_tool", call("probe", "db/drop", { args: { all: false } })),
  contained("suspend_session", call("probe", "crm/lookup")),
  contained("terminate_session", call("probe", "crm/lookup")),
  contained("revoke_credential", call("probe", "crm/lookup", { session: "t", ...SUB })),
  {
    kind: "an approval",
    rules: ["{ id: pay, effect: require_approval, actions: [bank/pay], approval: { quorum: 1 } }"],
    child: child("bank/pay", AP),
    probe: call("probe", "bank/pay", { ...SUB, ...AP }),
    made: "false",
    never: "true",
    by: "permitted",
  },
  {
    kind: "max_calls",
    catalog:
      "agents: [{ id: boss }, { id: mid }, { id: sub, manifest: { tools: [{ name: crm/lookup }], max_calls: 1 } }]",
    rules: [LOOK],
    child: child("crm/lookup"),
    probe: call("probe", "crm/lookup", SUB),
    made: "deny",
    never: "allow",
  },
];

type Fate = "runs" | "stopped" | "doubtful";
const SPAWN: { readonly [fate in Fate]: readonly string[] } = {
  runs: ["{ id: spawn, effect: allow, actions: [host/spawn] }"],
  stopped: [],
  doubtful: [
    "{ id: spawn, effect: allow, actions: [host/spawn], when: context.signals.injection < 0.5 }",
  ],
};
const FATES: readonly Fate[] = ["runs", "stopped", "doubtful"];

const version = (kind: Kind, fate: Fate): CompiledSet => set([...kind.rules, ...SPAWN[fate]], kind);
const trace = (kind: Kind): readonly Line[] => [
  invocation("spawn", { complete: [] }),
  kind.child,
  kind.probe,
];

/** How a version decided the call that sees what the sub-agent left behind. */
function told(
  result: CallResult | undefined,
  side: "baseline" | "candidate",
  by: Kind["by"],
): string {
  const decided = result?.[side];
  if (decided?.indeterminate === true)
    return `indeterminate, ${decided.permitted ? "permitted" : "not permitted"}`;
  return String(by === undefined ? decided?.effect : decided?.permitted);
}

function expected(kind: Kind, fate: Fate): string {
  if (fate === "doubtful") return "indeterminate, not permitted";
  return fate === "runs" ? kind.made : kind.never;
}

describe.each(KINDS)("what a call under an invocation leaves behind: $kind", (kind) => {
  const pairs = FATES.flatMap((baseline) => FATES.map((candidate) => ({ baseline, candidate })));

  it.each(pairs)(
    "design 7.5, 5.3: the baseline's own ($baseline) and the candidate's own ($candidate), whatever stands beside",
    ({ baseline, candidate }) => {
      const results = replayed(
        { baseline: version(kind, baseline), candidate: version(kind, candidate) },
        trace(kind),
      );
      const probe = results.get("probe");
      expect([told(probe, "baseline", kind.by), told(probe, "candidate", kind.by)]).toEqual([
        expected(kind, baseline),
        expected(kind, candidate),
      ]);
      expect(results.get("child")?.class === "unreachable").toBe(
        baseline === "runs" && candidate === "stopped",
      );
      // on the baseline's history the candidate, whose rules on this call are the same, decides as
      // the baseline does
      if (probe?.class === "widened" || probe?.class === "narrowed")
        expect(probe.direct).toBe(false);
    },
  );

  it.each(FATES)(
    "design 7.5: the same beside what was recorded, where the invocation is %s",
    (fate) => {
      const results = replayed(
        { baseline: undefined, candidate: version(kind, fate) },
        trace(kind),
      );
      expect(told(results.get("probe"), "candidate", kind.by)).toBe(expected(kind, fate));
    },
  );

  it("design 7.5: all the way down, and through events that are no calls", () => {
    const [spawn, below, probe] = trace(kind);
    if (spawn === undefined || below === undefined || probe === undefined)
      throw new Error("a trace of three");
    const nested = [
      spawn,
      invocation("second", { parent: "spawn", ...MID }),
      { id: "prompt", type: "prompt", parent: "second" },
      call("tool", "crm/none", { parent: "prompt", ...MID }),
      { ...below, parent: "tool" },
      probe,
    ];
    const rules = {
      baseline: set(
        [
          ...kind.rules,
          ...SPAWN.doubtful.map((rule) =>
            rule
              .replace("actions: [host/spawn]", "actions: [host/spawn], subjects: ['agent:boss']")
              .replace("id: spawn", "id: first"),
          ),
          "{ id: second, effect: allow, actions: [host/spawn], subjects: ['agent:mid'] }",
        ],
        kind,
      ),
    };
    const doubtful = replayed({ ...rules, candidate: version(kind, "stopped") }, nested).get(
      "probe",
    );
    expect([told(doubtful, "baseline", kind.by), told(doubtful, "candidate", kind.by)]).toEqual([
      expected(kind, "doubtful"),
      expected(kind, "stopped"),
    ]);
  });

  it("design 7.5: history as recorded takes what really ran, containments aside", () => {
    const both = { baseline: version(kind, "stopped"), candidate: version(kind, "doubtful") };
    const probe = replayed(both, trace(kind), "recorded").get("probe");
    const really = kind.kind.startsWith("containment")
      ? kind.never
      : kind.kind === "decision.effect of a refused try"
        ? "allow"
        : kind.made;
    expect([told(probe, "baseline", kind.by), told(probe, "candidate", kind.by)]).toEqual([
      really,
      really,
    ]);
  });
});
