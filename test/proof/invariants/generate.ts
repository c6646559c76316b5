import type { Approval } from "../../../src/policy/model.ts";
import type { Dice, SmallCall } from "./world.ts";

/** A condition with what it says of a call, told without any code of the project: true or not. */
interface Atom {
  readonly text: string;
  readonly holds: (call: SmallCall) => boolean;
}

type Op = "<" | "<=" | ">" | ">=";
const ORDERS: Readonly<Record<Op, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const OPS: readonly [Op, ...Op[]] = ["<", "<=", ">", ">="];

function known(call: SmallCall, name: string): unknown {
  return call.masked.includes(`args.${name}`) ? undefined : call.args[name];
}

function drawAtom(dice: Dice): Atom {
  const bound = dice.pick([0, 1, 1.5, 2, 3]);
  const op = dice.pick(OPS);
  const name = dice.pick(["n", "m"]);
  const word = dice.pick(["a", "b", "ab"]);
  const both = (call: SmallCall): readonly [unknown, unknown] => [
    known(call, "n"),
    known(call, "m"),
  ];
  return dice.pick<Atom>([
    {
      text: `args.${name} ${op} ${bound.toFixed(1)}`,
      holds: (call) => {
        const value = known(call, name);
        return typeof value === "number" && ORDERS[op](value, bound);
      },
    },
    {
      text: `args.n ${op} args.m`,
      holds: (call) => {
        const [n, m] = both(call);
        if (typeof n === "boolean" && typeof m === "boolean")
          return ORDERS[op](Number(n), Number(m));
        if (typeof n === "string" && typeof m === "string")
          return ORDERS[op](n < m ? -1 : n > m ? 1 : 0, 0);
        return typeof n === "number" && typeof m === "number" && ORDERS[op](n, m);
      },
    },
    {
      text: `args.n - args.m ${op} ${bound.toFixed(1)}`,
      holds: (call) => {
        const [n, m] = both(call);
        return typeof n === "number" && typeof m === "number" && ORDERS[op](n - m, bound);
      },
    },
    { text: `args.s == '${word}'`, holds: (call) => known(call, "s") === word },
    {
      text: `args.s != '${word}'`,
      holds: (call) => known(call, "s") !== undefined && known(call, "s") !== word,
    },
    {
      text: `args.s.startsWith('${word}')`,
      holds: (call) => {
        const value = known(call, "s");
        return typeof value === "string" && value.startsWith(word);
      },
    },
    {
      text: `args.s in ['${word}', 'ba']`,
      holds: (call) => known(call, "s") === word || known(call, "s") === "ba",
    },
    {
      text: `args.s.matches('^${word}')`,
      holds: (call) => {
        const value = known(call, "s");
        return typeof value === "string" && value.startsWith(word);
      },
    },
    {
      text: `[args.s, args.n].exists(v, v == '${word}')`,
      holds: (call) => {
        const values = [known(call, "s"), known(call, "n")];
        return values.every((value) => value !== undefined) && values.includes(word);
      },
    },
    { text: "has(args.n)", holds: (call) => known(call, "n") !== undefined },
    {
      text: "!has(args.s)",
      holds: (call) => call.args["s"] === undefined && !call.masked.includes("args.s"),
    },
    { text: "'hot' in session.labels", holds: ({ state }) => state.labels.includes("hot") },
    { text: "!('hot' in session.labels)", holds: ({ state }) => !state.labels.includes("hot") },
    {
      text: `session.counters.sum ${op} ${bound.toFixed(1)}`,
      holds: ({ state }) => ORDERS[op](state.counters["sum"] ?? 0, bound),
    },
    {
      text: "'a' in session.values.seen",
      holds: ({ state }) => state.values["seen"]?.includes("a") === true,
    },
    {
      text: "resource.classification == 'restricted'",
      holds: ({ path }) => path?.startsWith("/hr/") === true,
    },
    { text: "subject.type == 'agent'", holds: ({ type }) => type === "agent" },
  ]);
}

/** Joined by AND alone: so what it says can be told without a third value. */
function drawCondition(dice: Dice): Atom {
  const atoms = Array.from({ length: 1 + dice.below(2) }, () => drawAtom(dice));
  return {
    text: atoms.map(({ text }) => text).join(" && "),
    holds: (call) => atoms.every(({ holds }) => holds(call)),
  };
}

export function drawRule(dice: Dice, id: string): string {
  const effect = dice.pick(["allow", "allow", "deny", "require_approval"]);
  const joined = [drawAtom(dice).text, drawAtom(dice).text].join(dice.pick([" && ", " || "]));
  const when = dice.pick([joined, `!(${joined})`, drawAtom(dice).text, undefined]);
  const fields = [
    `id: ${id}`,
    `effect: ${effect}`,
    ...(dice.chance(80)
      ? [
          `actions: [${dice.pick(["bank/*", "bank/pay", "mail/send", "files/read", "pay", "'**'"])}]`,
        ]
      : []),
    ...(dice.chance(40)
      ? [`subjects: ['${dice.pick(["agent:*", "agent:a1", "human:*", "*:a*"])}']`]
      : []),
    ...(dice.chance(15) ? ["resources: ['file:/hr/**']"] : []),
    ...(when === undefined ? [] : [`when: "${when}"`]),
    ...(effect === "require_approval"
      ? [
          `approval: { quorum: ${1 + dice.below(2)}${dice.chance(50) ? ", approvers: ['role:boss']" : ""} }`,
        ]
      : []),
    ...(dice.chance(15)
      ? [`exceptions: [{ when: "${drawAtom(dice).text}", reason: r, owner: o }]`]
      : []),
    ...(dice.chance(8) ? ["mode: shadow"] : []),
  ];
  return `  - { ${fields.join(", ")} }`;
}

/** An invariant, and whether a permitted call breaks it, given the approvals that were asked for. */
export interface SmallInvariant {
  readonly text: string;
  readonly breaks: (call: SmallCall, asked: readonly Approval[]) => boolean;
  readonly claim: SmallClaim;
}

/** What an invariant says, for whoever asks the engine. */
export interface SmallClaim {
  readonly actions: string;
  readonly when: string;
  /** Whether it is about calls behind the label `hot` alone. */
  readonly after: boolean;
  /** Who alone may; undefined: nobody. */
  readonly subjects?: string;
  /** How many have to approve. */
  readonly quorum?: number;
}

type Fits = (call: SmallCall) => boolean;

export function drawInvariant(dice: Dice, id: string): SmallInvariant {
  const when = drawCondition(dice);
  const [actions, fitsAction] = dice.pick<readonly [string, Fits]>([
    ["bank/*", ({ server }) => server === "bank"],
    ["bank/pay", ({ server, name }) => server === "bank" && name === "pay"],
    ["send", ({ name }) => name === "send"],
    ["files/read", ({ server }) => server === "files"],
    ["'**'", () => true],
  ]);
  const after = dice.chance(25);
  const fits: Fits = (call) =>
    fitsAction(call) && when.holds(call) && (!after || call.state.labels.includes("hot"));
  const calls = `actions: [${actions}], when: "${when.text}"`;
  const label = after ? "after: { label: hot }, " : "";
  const quorum = 1 + dice.below(2);
  const claim = { actions, when: when.text, after };
  const hidden = (call: SmallCall): boolean => call.masked.includes("subject.id");
  return dice.pick<SmallInvariant>([
    { text: `  - { id: ${id}, ${label}never: { ${calls} } }`, breaks: fits, claim },
    { text: `  - { id: ${id}, ${label}never: { ${calls} } }`, breaks: fits, claim },
    {
      text: `  - { id: ${id}, ${label}only_with: { ${calls}, approval: { quorum: ${quorum} } } }`,
      breaks: (call, asked) => fits(call) && !asked.some((one) => one.quorum >= quorum),
      claim: { ...claim, quorum },
    },
    {
      text: `  - { id: ${id}, ${label}only_by: { ${calls}, subjects: ['agent:a1', 'human:*'] } }`,
      breaks: (call) =>
        fits(call) &&
        !hidden(call) &&
        call.type !== undefined &&
        call.type !== "human" &&
        !(call.type === "agent" && call.id === "a1"),
      claim: { ...claim, subjects: "['agent:a1', 'human:*']" },
    },
  ]);
}

const MANIFEST =
  ", manifest: { tools: [{ name: 'bank/*', args: { type: object, required: [n], properties: { " +
  "n: { type: number, maximum: 2 }, s: { enum: [a, b] } } } }, { name: files/read }] }";

export function drawCatalog(dice: Dice): string {
  const agents = dice.chance(60)
    ? `agents:
  - { id: a1, status: commissioned, owner: o }
  - { id: a2, status: commissioned, owner: o${dice.chance(50) ? MANIFEST : ""} }
  - { id: "off", status: suspended, owner: o }
`
    : "";
  return `apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
${dice.chance(20) ? "unregistered: policy\n" : ""}${agents}people: [{ id: h1, roles: [boss] },
  { id: h2, roles: [boss] }]
tools:
  - { name: read, server: files, effects: [read], resource: { type: file, id: args.path } }
  - { name: pay, server: bank, effects: [pay], resource: none }
  - { name: refund, server: bank, effects: [pay], resource: none }
  - { name: send, server: mail, effects: [send], resource: none }
resources: [{ match: "file:/hr/**", classification: restricted }]
`;
}

/** A random policy set with its catalog, and invariants about it. */
export function drawSet(dice: Dice): {
  readonly texts: readonly string[];
  readonly invariants: readonly SmallInvariant[];
} {
  const rules = Array.from({ length: 1 + dice.below(5) }, (_, i) => drawRule(dice, `r${i}`));
  const invariants = Array.from({ length: 4 }, (_, i) => drawInvariant(dice, `i${i}`));
  const policy = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session:
  labels: [{ name: hot, when: "action.name == 'read'" }, { name: warm, when: "args.s == 'a'" }]
  counters: [{ name: sum, add: args.n, when: "action.server == 'bank'" }]
  values: [{ name: seen, add: args.s, when: "action.name == 'send'" }]
rules:
${rules.join("\n")}
`;
  const invariant =
    "apiVersion: agentz/v1\nkind: Invariant\nname: i\nversion: 1.0.0\nrules:\n" +
    `${invariants.map(({ text }) => text).join("\n")}\n`;
  return { texts: [drawCatalog(dice), policy, invariant], invariants };
}
