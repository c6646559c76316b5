import { describe, expect, it } from "vitest";
import { compileSet, type CompiledSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import { byColumns, byEvents, sha256 } from "./columns.ts";

function set(rules: readonly string[], more = ""): CompiledSet {
  const text =
    `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n${more}\nrules:\n` +
    `${rules.map((rule) => `  - ${rule}\n`).join("")}`;
  const { documents, diagnostics } = loadDocuments([{ file: "p.yaml", text }]);
  expect(diagnostics).toEqual([]);
  return compileSet(documents, sha256);
}

const START = Date.parse("2026-05-18T09:00:00Z");
const call = (action: string, more: object = {}): object => {
  const [server, name] = action.split("/");
  return {
    session: "s",
    subject: { type: "agent", id: "a" },
    action: { kind: "tool_call", server, name },
    args: {},
    complete: ["context"],
    ...more,
  };
};

/** How each call changes: its class, and whether that is direct. */
function changes(
  baseline: CompiledSet | undefined,
  candidate: CompiledSet,
  calls: readonly object[],
): readonly string[] {
  const lines = calls.map((one, i) =>
    JSON.stringify({ id: String(i), time: new Date(START + i * 60_000).toISOString(), ...one }),
  );
  const options = { history: "counterfactual", approvals: "recorded", idle: undefined } as const;
  const told: string[] = [];
  const walk = new ReplayWalk({ baseline, candidate }, options, [
    {
      call: ({ class: change, direct }: CallResult) =>
        void told.push(
          direct === undefined ? change : `${change} ${direct ? "direct" : "downstream"}`,
        ),
    },
  ]);
  for (const [i, text] of lines.entries()) {
    const event = decodeEvent(JSON.parse(text), { file: "t", line: i + 1 });
    if (typeof event === "string") throw new Error(event);
    walk.take(event);
  }
  const columns = byColumns(lines, { baseline, candidate }, { options, size: 2 });
  if (columns !== undefined)
    expect(columns).toEqual(byEvents(lines, { baseline, candidate }, options));
  return told;
}

const PAY = call("bank/pay", { resource: { type: "account", id: "1" } });
const pay = (more: string): string =>
  `{ id: pay, effect: require_approval, actions: [bank/pay], approval: { ${more} } }`;
const allow = (more = ""): string => `{ id: pay, effect: allow, actions: [bank/pay]${more} }`;
const NO_PROD = "{ id: no-prod, effect: deny, when: \"resource.environment == 'production'\" }";
const LOGS = ", obligations: { log: true }";

describe("design 7.4: indeterminate calls that are surely not permitted more", () => {
  const LOGS_IN_TESTS =
    "{ id: log, effect: allow, when: \"resource.environment == 'test'\", obligations: { log: true } }";
  it.each([
    ["the baseline allows it, and demands nothing", [allow()], [allow(), NO_PROD], 1],
    ["so does what is recorded", undefined, [allow(), NO_PROD], 1],
    ["an obligation may be dropped", [allow(LOGS)], [allow(), NO_PROD], undefined],
    ["one that is undecided too", [allow(), LOGS_IN_TESTS], [allow(), NO_PROD], undefined],
    ["the baseline holds it", [pay("quorum: 1")], [allow(), NO_PROD], undefined],
    ["the baseline may deny it", [allow(), NO_PROD], [allow()], undefined],
    ["the candidate denies it", [allow(LOGS), NO_PROD], ["{ id: stop, effect: deny }"], 1],
    ["the candidate may deny it", [allow(LOGS)], [allow(), NO_PROD], undefined],
  ])("%s", (_name, before, after, expected) => {
    const sets = {
      baseline: before === undefined ? undefined : set(before),
      candidate: set(after),
    };
    expect(changes(sets.baseline, sets.candidate, [PAY])).toEqual(["indeterminate"]);
    const options = { history: "counterfactual", approvals: "recorded", idle: undefined } as const;
    const { changes: counted } = byEvents([JSON.stringify({ id: "0", ...PAY })], sets, options);
    expect(counted).toMatchObject({ indeterminate: 1 });
    expect(Reflect.get(Object(counted), "notWidened")).toBe(expected);
  });
});

describe("design 7.4: what is demanded behind an undecided rule", () => {
  it.each([
    ["a smaller quorum", [pay("quorum: 2"), NO_PROD], [pay("quorum: 1"), NO_PROD], "indeterminate"],
    ["a larger quorum", [pay("quorum: 1"), NO_PROD], [pay("quorum: 2"), NO_PROD], "indeterminate"],
    [
      "more approvers",
      [pay("approvers: ['human:ann']"), NO_PROD],
      [pay("approvers: ['human:*']"), NO_PROD],
      "indeterminate",
    ],
    [
      "a longer validity",
      [pay("within: 1h"), NO_PROD],
      [pay("within: 2h"), NO_PROD],
      "indeterminate",
    ],
    ["an obligation dropped", [allow(LOGS), NO_PROD], [allow(), NO_PROD], "indeterminate"],
    ["an obligation added", [allow(), NO_PROD], [allow(LOGS), NO_PROD], "indeterminate"],
    [
      "a redaction narrowed",
      [allow(", obligations: { redact: [outcome.a, outcome.b] }"), NO_PROD],
      [allow(", obligations: { redact: [outcome.a] }"), NO_PROD],
      "indeterminate",
    ],
    ["the same", [pay("quorum: 2"), NO_PROD], [pay("quorum: 2"), NO_PROD], "unchanged"],
    [
      "the same by other names",
      [pay("quorum: 2"), NO_PROD],
      [NO_PROD.replace("no-prod", "never-prod"), pay("quorum: 2").replace("id: pay", "id: hold")],
      "unchanged",
    ],
    [
      "a rule more, which demands nothing more",
      [allow(), NO_PROD],
      [allow(), "{ id: any, effect: allow, subjects: ['agent:*'] }", NO_PROD],
      "unchanged",
    ],
    [
      "the deny itself reads something else",
      [pay("quorum: 2"), NO_PROD],
      [pay("quorum: 2"), NO_PROD.replace("production", "live")],
      "indeterminate",
    ],
    [
      "a deny that is certain beside it",
      [pay("quorum: 2"), NO_PROD, "{ id: never, effect: deny }"],
      [pay("quorum: 1"), NO_PROD, "{ id: never, effect: deny }"],
      "unchanged",
    ],
    ["the deny dropped", [allow(), NO_PROD], [allow()], "indeterminate"],
    [
      "the deny made certain",
      [allow(), NO_PROD],
      [allow(), "{ id: never, effect: deny }"],
      "indeterminate",
    ],
    [
      "narrowed whichever way",
      [
        allow(),
        "{ id: hold, effect: require_approval, when: \"resource.environment == 'production'\", " +
          "approval: { quorum: 1 } }",
      ],
      ["{ id: never, effect: deny }"],
      "narrowed direct",
    ],
    [
      "weaker whichever way",
      [
        pay("quorum: 2"),
        "{ id: log, effect: allow, when: \"resource.environment == 'test'\", obligations: { log: true } }",
      ],
      [
        pay("quorum: 1"),
        "{ id: log, effect: allow, when: \"resource.environment == 'test'\", obligations: { log: true } }",
      ],
      "widened direct",
    ],
    [
      "a weaker approval in an undecided rule",
      [
        "{ id: hold, effect: require_approval, when: \"resource.environment == 'test'\", approval: { quorum: 2 } }",
      ],
      [
        "{ id: hold, effect: require_approval, when: \"resource.environment == 'test'\", approval: { quorum: 1 } }",
      ],
      "indeterminate",
    ],
  ] as const)("%s", (_, before, after, wanted) => {
    expect(changes(set(before), set(after), [PAY])).toEqual([wanted]);
  });

  const many = Array.from(
    { length: 12 },
    (_, i) => `{ id: d${i}, effect: deny, when: context.x${i} == 1 }`,
  );
  const open = { ...PAY, complete: [] };
  it("however many rules are undecided: the same demands are unchanged, a weaker one is not", () => {
    expect(
      changes(set([pay("quorum: 2"), ...many]), set([pay("quorum: 2"), ...many]), [open]),
    ).toEqual(["unchanged"]);
    expect(
      changes(set([pay("quorum: 2"), ...many]), set([pay("quorum: 1"), ...many]), [open]),
    ).toEqual(["indeterminate"]);
  });

  it.each(["delegation: agents", "delegation: user"])(
    "where somebody is not recorded who decides besides: %s",
    (mode) => {
      const under = { ...open, parent: "elsewhere" };
      const held = (quorum: number): CompiledSet => set([pay(`quorum: ${quorum}`)], mode);
      expect(changes(held(2), held(2), [under])).toEqual(["unchanged"]);
      expect(changes(held(2), held(1), [under])).toEqual(["indeterminate"]);
      expect(changes(set([allow(LOGS)], mode), set([allow()], mode), [under])).toEqual([
        "indeterminate",
      ]);
      expect(
        changes(
          set([allow()], mode),
          set([allow(), "{ id: any, effect: allow, subjects: ['agent:*'] }"], mode),
          [under],
        ),
      ).toEqual(["unchanged"]);
    },
  );
});

describe("design 7.5: a change is direct where the versions differ, in any way, on the baseline's history too", () => {
  const LOOK = "{ id: look, effect: allow, actions: [crm/lookup] }";
  const DROP = call("db/drop");
  const SEEN = call("crm/lookup");
  const unused = 'session: { labels: [{ name: unused, when: "false" }] }';

  it.each(["block_tool", "suspend_session", "terminate_session", "revoke_credential"])(
    "%s in the baseline alone",
    (act) => {
      const stop = `{ id: stop, effect: deny, actions: [db/drop], when: args.hard == true, on_deny: ${act} }`;
      const drop = "{ id: drop, effect: allow, actions: [db/drop] }";
      const calls = [
        call("db/drop", { args: { hard: true } }),
        call("db/drop", { args: { hard: false } }),
      ];
      for (const more of ["", unused]) {
        const told = changes(
          set([LOOK, drop, stop]),
          set([LOOK, drop, stop.replace(/, on_deny: \w+/, "")], more),
          calls,
        );
        expect(told).toEqual(["unchanged", "widened downstream"]);
      }
    },
  );

  it("a containment in the candidate alone is downstream too", () => {
    const stop = "{ id: stop, effect: deny, actions: [db/drop] }";
    const suspends = "{ id: stop, effect: deny, actions: [db/drop], on_deny: suspend_session }";
    expect(changes(set([LOOK, stop]), set([LOOK, suspends]), [DROP, SEEN])).toEqual([
      "unchanged",
      "narrowed downstream",
    ]);
  });

  it("a candidate that would differ on the baseline's history the other way differs there: direct", () => {
    const label = "session: { labels: [{ name: read, when: \"action.name == 'lookup'\" }] }";
    const baseline = set(
      [
        LOOK,
        "{ id: mail, effect: require_approval, actions: [mail/send], approval: { quorum: 1 } }",
      ],
      label,
    );
    const candidate = set(
      [
        "{ id: mail, effect: allow, actions: [mail/send] }",
        "{ id: no-mail, effect: deny, actions: [mail/send], when: \"'read' in session.labels\" }",
      ],
      label,
    );
    // on its own history nothing was read: allow, so it is wider; on the baseline's it denies:
    // narrower
    expect(changes(baseline, candidate, [SEEN, call("mail/send")])).toEqual([
      "narrowed direct",
      "widened direct",
    ]);
  });

  it("neither version keeps anything: direct", () => {
    expect(
      changes(set([LOOK]), set(["{ id: mail, effect: allow, actions: [mail/send] }"]), [
        SEEN,
        call("mail/send"),
      ]),
    ).toEqual(["narrowed direct", "widened direct"]);
  });

  it("beside what was recorded nothing was contained", () => {
    const stop = "{ id: stop, effect: deny, actions: [db/drop], on_deny: suspend_session }";
    expect(changes(undefined, set([LOOK, stop]), [DROP, SEEN])).toEqual([
      "narrowed direct",
      "narrowed downstream",
    ]);
  });

  it("an approval that the baseline used up lets fewer calls run, which later calls see", () => {
    const kept = "session: { labels: [{ name: paid, when: \"action.name == 'send'\" }] }";
    const approved = {
      context: {
        delegation: [],
        on_behalf_of: { type: "human", id: "jo" },
        approvals: [{ id: "ap", by: "human:ann" }],
      },
    };
    const send =
      "{ id: send, effect: require_approval, actions: [mail/send], approval: { quorum: 1 } }";
    const look =
      "{ id: look, effect: deny, actions: [crm/lookup], when: \"'paid' in session.labels\" }";
    const held = set([pay("quorum: 1"), send, LOOK.replace("look,", "all,"), look], kept);
    const free = set([allow(), send, LOOK.replace("look,", "all,"), look], kept);
    // the baseline's payment uses the approval up, so its mail does not run; the candidate's does,
    // and sets the label
    expect(
      changes(held, free, [call("bank/pay", approved), call("mail/send", approved), SEEN]),
    ).toEqual(["widened direct", "unchanged", "narrowed downstream"]);
  });
});
