import type { Plain } from "../fuzz/documents.ts";

/** A source of choices, seeded: the same seed makes the same edits. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 up to, and without, `n`. */
  roll(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.roll(items.length)];
  }
}

type Doc = { [key: string]: unknown };
type Rule = { [key: string]: unknown };

/** An edit of documents in place; false where there was nothing to edit. */
export type Edit = (documents: Doc[], dice: Dice) => boolean;

const ATOMS = [
  "args.amount > 50",
  "args.amount <= 50.0",
  "args.order == '1'",
  "has(args.amount)",
  "subject.type == 'agent'",
  "resource.classification == 'confidential'",
  "'read' in action.effects",
  "session.counters.c1 < 3.0",
  "context.surface in ['gw', 'cli']",
  "args.to.all(a, host(a) in data.own)",
];

function policiesIn(documents: readonly Doc[]): Doc[] {
  return documents.filter((one) => one["kind"] === "Policy");
}
function rulesIn(documents: readonly Doc[]): { policy: Doc; rule: Rule; rules: Rule[] }[] {
  return policiesIn(documents).flatMap((policy) => {
    const rules = policy["rules"] as Rule[];
    return rules.map((rule) => ({ policy, rule, rules }));
  });
}
function catalogIn(documents: readonly Doc[]): Doc | undefined {
  return documents.find((one) => one["kind"] === "Catalog");
}
function list(doc: Doc | undefined, key: string): Doc[] {
  const value = doc?.[key];
  return Array.isArray(value) ? (value as Doc[]) : [];
}

/** An edit of one rule among those that fit. */
function onRule(
  fits: (rule: Rule) => boolean,
  edit: (of: { policy: Doc; rule: Rule; rules: Rule[] }, dice: Dice) => boolean | void,
): Edit {
  return (documents, dice) => {
    const found = dice.pick(rulesIn(documents).filter(({ rule }) => fits(rule)));
    return found !== undefined && edit(found, dice) !== false;
  };
}

const always = (): boolean => true;
const isAllow = (rule: Rule): boolean => rule["effect"] === "allow" && rule["mode"] === undefined;
const isDeny = (rule: Rule): boolean => rule["effect"] === "deny" && rule["mode"] === undefined;
const asks = (rule: Rule): boolean =>
  rule["effect"] === "require_approval" && rule["mode"] === undefined;
const bare = (rule: Rule): boolean => isAllow(rule) && rule["obligations"] === undefined;
const hasWhen = (rule: Rule): boolean => typeof rule["when"] === "string";
const whenOf = (rule: Rule): string => String(rule["when"] ?? "true");

let counter = 0;
const fresh = (): string => `n${counter++}`;

function copyOf(rule: Rule): Rule {
  return { ...(JSON.parse(JSON.stringify(rule)) as Rule), id: fresh() };
}

/** Edits that change no decision. */
export const PRESERVING: { readonly [name: string]: Edit } = {
  "rename a rule": onRule(always, ({ rule }) => void (rule["id"] = fresh())),
  "turn rules round": onRule(always, ({ rules }) => void rules.reverse()),
  "and true": onRule(hasWhen, ({ rule }) => void (rule["when"] = `(${whenOf(rule)}) && true`)),
  "or false": onRule(hasWhen, ({ rule }) => void (rule["when"] = `false || (${whenOf(rule)})`)),
  "not not": onRule(
    (rule) => hasWhen(rule),
    ({ rule }) => void (rule["when"] = `!(!(${whenOf(rule)}))`),
  ),
  "say it twice": onRule(
    hasWhen,
    ({ rule }) => void (rule["when"] = `(${whenOf(rule)}) && (${whenOf(rule)})`),
  ),
  "turn a conjunction round": onRule(
    (rule) => /^\((.*)\) && \((.*)\)$/.test(whenOf(rule)),
    ({ rule }) => {
      const [, a, b] = /^\((.*?)\) && \((.*)\)$/.exec(whenOf(rule)) ?? [];
      rule["when"] = `(${b}) && (${a})`;
    },
  ),
  "turn a comparison round": onRule(
    (rule) => /^args\.amount (>|<=) [\d.]+$/.test(whenOf(rule)),
    ({ rule }) => {
      const [, op, n] = /^args\.amount (>|<=) ([\d.]+)$/.exec(whenOf(rule)) ?? [];
      rule["when"] = op === ">" ? `${n} < args.amount` : `${n} >= args.amount`;
    },
  ),
  "De Morgan": onRule(
    (rule) => /^\((.*)\) \|\| \((.*)\)$/.test(whenOf(rule)),
    ({ rule }) => {
      const [, a, b] = /^\((.*?)\) \|\| \((.*)\)$/.exec(whenOf(rule)) ?? [];
      rule["when"] = `!(!(${a}) && !(${b}))`;
    },
  ),
  "split the actions": onRule(
    (rule) => Array.isArray(rule["actions"]) && rule["actions"].length > 1,
    ({ rule, rules }) => {
      const actions = rule["actions"] as string[];
      rules.push({ ...copyOf(rule), actions: actions.slice(1) });
      rule["actions"] = actions.slice(0, 1);
    },
  ),
  "copy a rule": onRule(always, ({ rule, rules }) => void rules.push(copyOf(rule))),
  "add a rule that never matches": onRule(
    always,
    ({ rule, rules }) => void rules.push({ ...copyOf(rule), when: "false" }),
  ),
  "add a shadow rule": onRule(
    always,
    ({ rule, rules }) => void rules.push({ ...copyOf(rule), mode: "shadow" }),
  ),
  "add a pattern that is covered": onRule(
    (rule) =>
      Array.isArray(rule["actions"]) &&
      (rule["actions"] as string[]).some((one) => one.endsWith("/*") && !one.startsWith("*")),
    ({ rule }) => {
      const actions = rule["actions"] as string[];
      actions.push(
        `${(actions.find((one) => one.endsWith("/*") && !one.startsWith("*")) ?? "pay/*").slice(0, -1)}zz`,
      );
    },
  ),
  "add state that nobody reads": (documents) => {
    const session = policiesIn(documents)[0]?.["session"] as Doc | undefined;
    const counters = session?.["counters"];
    if (!Array.isArray(counters)) return false;
    counters.push({ name: fresh(), add: "1", within: "1h" });
    return true;
  },
  "label a rule": onRule(always, ({ rule }) => void (rule["labels"] = ["x"])),
  describe: (documents, dice) =>
    void (documents[dice.roll(documents.length)] ?? {})["description"] === undefined &&
    ((documents[0] as Doc)["description"] = fresh()) !== "",
  "add a decision point": (documents) => {
    const catalog = catalogIn(documents);
    if (catalog !== undefined)
      catalog["decision_points"] = [{ id: fresh(), external: true, surfaces: ["gw"] }];
    return catalog !== undefined;
  },
  "give a person a team": (documents, dice) => {
    const person = dice.pick(list(catalogIn(documents), "people"));
    if (person !== undefined) person["team"] = fresh();
    return person !== undefined;
  },
  "note who retires an agent": (documents, dice) => {
    const agent = dice.pick(list(catalogIn(documents), "agents"));
    if (agent !== undefined) agent["purpose"] = fresh();
    return agent !== undefined;
  },
  "describe a tool's arguments": (documents, dice) => {
    const tool = dice.pick(
      list(catalogIn(documents), "tools").filter((one) => one["args"] !== undefined),
    );
    if (tool !== undefined) tool["args"] = { ...(tool["args"] as Doc), maxProperties: 9 };
    return tool !== undefined;
  },
};

function agentEdit(
  fits: (agent: Doc) => boolean,
  edit: (agent: Doc) => void,
  unless: RegExp,
): Edit {
  return (documents, dice) => {
    const agent = unless.test(JSON.stringify(policiesIn(documents)))
      ? undefined
      : dice.pick(list(catalogIn(documents), "agents").filter(fits));
    if (agent !== undefined) edit(agent);
    return agent !== undefined;
  };
}

const NEVER_READ = /(?!)/;

/** Edits that can only make decisions stricter. */
export const NARROWING: { readonly [name: string]: Edit } = {
  "a conjunct more on an allow": onRule(
    bare,
    ({ rule }, dice) => void (rule["when"] = `(${whenOf(rule)}) && (${dice.pick(ATOMS)})`),
  ),
  "a bound of an allow": onRule(
    (rule) => bare(rule) && /^args\.amount <= 50\.0$/.test(whenOf(rule)),
    ({ rule }) => void (rule["when"] = "args.amount <= 20.0"),
  ),
  "a disjunct more on a deny": onRule(
    (rule) => isDeny(rule) && hasWhen(rule),
    ({ rule }, dice) => void (rule["when"] = `(${whenOf(rule)}) || (${dice.pick(ATOMS)})`),
  ),
  "a deny more": onRule(
    always,
    ({ rules }, dice) => void rules.push({ id: fresh(), effect: "deny", when: dice.pick(ATOMS) }),
  ),
  "an allow less": onRule(bare, ({ rule, rules }) =>
    rules.length < 2 ? false : void rules.splice(rules.indexOf(rule), 1),
  ),
  "a deny without a condition": onRule(
    (rule) => isDeny(rule) && hasWhen(rule),
    ({ rule }) => void delete rule["when"],
  ),
  "a larger quorum": onRule(
    (rule) => asks(rule) && rule["approval"] !== undefined,
    ({ rule }) => {
      const approval = rule["approval"] as Doc;
      approval["quorum"] = Number(approval["quorum"] ?? 1) + 1;
    },
  ),
  "a shorter validity": onRule(
    (rule) => asks(rule) && rule["approval"] !== undefined,
    ({ rule }) => void ((rule["approval"] as Doc)["within"] = "5m"),
  ),
  "an obligation more": onRule(
    (rule) => isAllow(rule) || asks(rule),
    ({ rule }) =>
      void (rule["obligations"] = {
        ...(rule["obligations"] as Doc | undefined),
        notify: [
          "role:audit",
          ...(((rule["obligations"] as Doc | undefined)?.["notify"] as string[] | undefined) ?? []),
        ],
      }),
  ),
  "an action less of an allow": onRule(
    (rule) => bare(rule) && Array.isArray(rule["actions"]) && rule["actions"].length > 1,
    ({ rule }) => void (rule["actions"] as string[]).pop(),
  ),
  "an exception of an allow": onRule(
    bare,
    ({ rule }, dice) =>
      void (rule["exceptions"] = [
        ...((rule["exceptions"] as Doc[] | undefined) ?? []),
        { when: dice.pick(ATOMS), reason: "r", owner: "o" },
      ]),
  ),
  "an exception less of a deny": onRule(
    (rule) => isDeny(rule) && Array.isArray(rule["exceptions"]),
    ({ rule }) => void delete rule["exceptions"],
  ),
  "allow to require_approval": onRule(
    bare,
    ({ rule }) => void (rule["effect"] = "require_approval"),
  ),
  "allow to deny": onRule(bare, ({ rule }) => void (rule["effect"] = "deny")),
  "require_approval to deny": onRule(
    (rule) => asks(rule) && rule["obligations"] === undefined,
    ({ rule }) => {
      rule["effect"] = "deny";
      delete rule["approval"];
    },
  ),
  "a containment": onRule(
    (rule) => isDeny(rule) && rule["on_deny"] === undefined,
    ({ rule }) => void (rule["on_deny"] = "suspend_session"),
  ),
  delegation: (documents, dice) => {
    const policy = dice.pick(
      policiesIn(documents).filter(
        (one) => one["delegation"] === undefined || one["delegation"] === "subject",
      ),
    );
    if (policy !== undefined) policy["delegation"] = "agents";
    return policy !== undefined;
  },
  "an agent suspended": agentEdit(
    (agent) => (agent["status"] ?? "commissioned") === "commissioned",
    (agent) => (agent["status"] = "suspended"),
    /subject\.status/,
  ),
  "a tool less in a manifest": agentEdit(
    (agent) => list(agent["manifest"] as Doc | undefined, "tools").length > 1,
    (agent) => void list(agent["manifest"] as Doc, "tools").pop(),
    NEVER_READ,
  ),
  "fewer calls in a session": agentEdit(
    (agent) => agent["manifest"] !== undefined,
    (agent) => ((agent["manifest"] as Doc)["max_calls"] = 1),
    NEVER_READ,
  ),
  "a manifest's arguments": agentEdit(
    (agent) => list(agent["manifest"] as Doc | undefined, "tools").length > 0,
    (agent) => {
      const [tool] = list(agent["manifest"] as Doc, "tools");
      if (tool !== undefined)
        tool["args"] = {
          ...((tool["args"] as Doc | undefined) ?? {}),
          required: ["order", "amount"],
        };
    },
    NEVER_READ,
  ),
};

/** Edits that may do anything. */
export const WILD: { readonly [name: string]: Edit } = {
  "another effect": onRule(always, ({ rule }, dice) => {
    rule["effect"] = dice.pick(["allow", "deny", "require_approval"]);
    if (rule["effect"] !== "require_approval") delete rule["approval"];
    if (rule["effect"] === "deny") delete rule["obligations"];
    if (rule["effect"] !== "deny") delete rule["on_deny"];
  }),
  "another condition": onRule(always, ({ rule }, dice) => void (rule["when"] = dice.pick(ATOMS))),
  "no condition": onRule(hasWhen, ({ rule }) => void delete rule["when"]),
  "a condition negated": onRule(hasWhen, ({ rule }) => void (rule["when"] = `!(${whenOf(rule)})`)),
  "a bound moved": onRule(
    (rule) => / 50(\.0)?/.test(whenOf(rule)),
    ({ rule }, dice) =>
      void (rule["when"] = whenOf(rule).replace(
        / 50(\.0)?/,
        ` ${dice.pick(["20.0", "49", "70.5"])}`,
      )),
  ),
  "operators swapped": onRule(
    (rule) => /&&|\|\|/.test(whenOf(rule)),
    ({ rule }) =>
      void (rule["when"] = whenOf(rule).includes("&&")
        ? whenOf(rule).replace("&&", "||")
        : whenOf(rule).replace("||", "&&")),
  ),
  "other actions": onRule(
    always,
    ({ rule }, dice) =>
      void (rule["actions"] = [dice.pick(["**", "pay/*", "refund", "crm/lookup", "fs/read"])]),
  ),
  "other subjects": onRule(
    always,
    ({ rule }, dice) =>
      void (rule["subjects"] = [dice.pick(["agent:*", "agent:a1", "**", "human:*"])]),
  ),
  "other resources": onRule(
    always,
    ({ rule }, dice) => void (rule["resources"] = [dice.pick(["**", "order:*", "file:*"])]),
  ),
  "no resources": onRule(
    (rule) => rule["resources"] !== undefined,
    ({ rule }) => void delete rule["resources"],
  ),
  "other approvers": onRule(
    asks,
    ({ rule }, dice) =>
      void (rule["approval"] = {
        approvers: [dice.pick(["role:manager", "human:*", "human:jane", "agent:*"])],
        quorum: 1 + dice.roll(2),
      }),
  ),
  "no obligations": onRule(
    (rule) => rule["obligations"] !== undefined,
    ({ rule }) => void delete rule["obligations"],
  ),
  "other obligations": onRule(
    (rule) => isAllow(rule) || asks(rule),
    ({ rule }, dice) =>
      void (rule["obligations"] = dice.pick<Plain>([
        { log: true },
        { redact: { above: "public" } },
        { redact: ["outcome.x"] },
        { redact: { above: "restricted" } },
      ])),
  ),
  "a rule less": onRule(always, ({ rule, rules }) =>
    rules.length < 2 ? false : void rules.splice(rules.indexOf(rule), 1),
  ),
  "a rule more": onRule(
    always,
    ({ rules }, dice) =>
      void rules.push({
        id: fresh(),
        effect: dice.pick(["allow", "require_approval"]),
        when: dice.pick(ATOMS),
      }),
  ),
  "a rule split": onRule(
    (rule) => /^\((.*)\) \|\| \((.*)\)$/.test(whenOf(rule)),
    ({ rule, rules }) => {
      const [, a, b] = /^\((.*?)\) \|\| \((.*)\)$/.exec(whenOf(rule)) ?? [];
      rules.push({ ...copyOf(rule), when: b });
      rule["when"] = a;
    },
  ),
  "no containment": onRule(
    (rule) => rule["on_deny"] !== undefined,
    ({ rule }, dice) => {
      if (dice.roll(2) === 0) delete rule["on_deny"];
      else rule["on_deny"] = "block_tool";
    },
  ),
  "an exception": onRule(
    always,
    ({ rule }, dice) =>
      void (rule["exceptions"] = [
        {
          when: dice.pick(ATOMS),
          reason: "r",
          owner: "o",
          expires: dice.pick(["2026-05-17", "2026-05-18", "2026-05-19"]),
        },
      ]),
  ),
  "enforced or shadow": onRule(
    always,
    ({ rule }) => void (rule["mode"] = rule["mode"] === undefined ? "shadow" : "enforce"),
  ),
  "another target": (documents, dice) => {
    const policy = dice.pick(policiesIn(documents));
    if (policy !== undefined)
      policy["target"] = { subjects: [dice.pick(["agent:*", "agent:a1", "**", "human:*"])] };
    return policy !== undefined;
  },
  "another delegation": (documents, dice) => {
    const policy = dice.pick(policiesIn(documents));
    if (policy !== undefined) policy["delegation"] = dice.pick(["subject", "agents", "user"]);
    return policy !== undefined;
  },
  "another agent": (documents, dice) => {
    const agent = dice.pick(list(catalogIn(documents), "agents"));
    if (agent === undefined) return false;
    const edits: (() => unknown)[] = [
      () => (agent["status"] = dice.pick(["commissioned", "suspended"])),
      () => (agent["data_classes"] = [dice.pick(["public", "restricted"])]),
      () => delete agent["data_classes"],
      () => delete agent["manifest"],
      () => (agent["manifest"] = { tools: [{ name: "pay/*" }], max_calls: 3 }),
      () => (agent["attributes"] = { tenant: dice.pick(["eu", "us"]) }),
      () => (agent["expires"] = dice.pick(["2026-05-17", "2026-05-18", "2026-05-19"])),
      () => (agent["owner"] = dice.pick(["team", "other"])),
      () =>
        list(catalogIn(documents), "agents").splice(
          list(catalogIn(documents), "agents").indexOf(agent),
          1,
        ),
    ];
    dice.pick(edits)?.();
    return true;
  },
  "another catalog": (documents, dice) => {
    const catalog = catalogIn(documents);
    const tool = dice.pick(list(catalog, "tools"));
    const person = dice.pick(list(catalog, "people"));
    const resource = dice.pick(list(catalog, "resources"));
    const edits: (() => unknown)[] = [
      () => catalog && (catalog["unregistered"] = dice.pick(["policy", "deny"])),
      () => tool && (tool["effects"] = [dice.pick(["read", "send", "pay"])]),
      () => tool && (tool["open_world"] = dice.roll(2) === 0),
      () =>
        tool &&
        (tool["resource"] = dice.pick<unknown>(["none", { type: "order", id: "args.order" }])),
      () => tool && list(catalog, "tools").splice(list(catalog, "tools").indexOf(tool), 1),
      () => catalog && list(catalog, "tools").push({ name: "Refund", server: "pay" }),
      () => person && (person["roles"] = [dice.pick(["manager", "support"])]),
      () => person && list(catalog, "people").splice(list(catalog, "people").indexOf(person), 1),
      () => resource && (resource["classification"] = dice.pick(["public", "restricted"])),
      () => resource && (resource["fields"] = { card: dice.pick(["public", "restricted"]) }),
      () =>
        resource &&
        list(catalog, "resources").splice(list(catalog, "resources").indexOf(resource), 1),
      () =>
        catalog &&
        (catalog["data"] = {
          own: dice.pick([
            ["shop.example"],
            ["shop.example", "shop.test", "evil.example"],
            ["other.example"],
          ]),
          limits: { max: 50 },
        }),
    ];
    return catalog !== undefined && dice.pick(edits)?.() !== undefined;
  },
  "other state": (documents, dice) => {
    const session = policiesIn(documents)[0]?.["session"] as Doc | undefined;
    const declaration = dice.pick([
      ...list(session, "counters"),
      ...list(session, "labels"),
      ...list(session, "values"),
    ]);
    if (declaration === undefined) return false;
    declaration["when"] = dice.pick(ATOMS.filter((atom) => !atom.includes("session.")));
    return true;
  },
};
