import { Dice } from "./edits.ts";

/**
 * Small sets as people write them: a few rules that compare one amount with bounds, and little
 * else.
 */

const BOUNDS = [0, 10, 50, 100, 500];
const ACTIONS = [
  ["pay/refund"],
  ["pay/refund", "pay/transfer"],
  ["pay/*"],
  ["**"],
  ["pay/transfer"],
];
const BESIDES = [
  "args.order == 'o1'",
  "has(args.order)",
  "!has(context.ticket)",
  "context.ticket == 'T-1'",
  "'l1' in session.labels",
  "session.counters.c1 < 3.0",
  "subject.id != 'a2'",
  "context.surface in ['gw', 'cli']",
  "args.to.all(a, host(a) in ['shop.example'])",
  "args.amount * 2.0 > 100.0",
  "resource.classification == 'public'",
];

type Rule = { [key: string]: unknown };

function draw<T>(dice: Dice, items: readonly T[]): T {
  const found = dice.pick(items);
  if (found === undefined) throw new Error("nothing to draw from");
  return found;
}

function condition(dice: Dice): string | undefined {
  const parts: string[] = [];
  if (dice.roll(5) > 0)
    parts.push(`args.amount ${draw(dice, ["<", "<=", ">", ">="])} ${draw(dice, BOUNDS)}.0`);
  if (dice.roll(4) === 0)
    parts.push(`args.amount ${draw(dice, ["<", "<=", ">", ">="])} ${draw(dice, BOUNDS)}.0`);
  if (dice.roll(3) === 0) parts.push(draw(dice, BESIDES));
  return parts.length === 0 ? undefined : parts.join(draw(dice, [" && ", " && ", " || "]));
}

function rule(dice: Dice, id: string): Rule {
  const effect = draw(dice, ["allow", "allow", "deny", "require_approval"]);
  const when = condition(dice);
  return {
    id,
    effect,
    actions: draw(dice, ACTIONS),
    ...(dice.roll(4) === 0 ? { subjects: [draw(dice, ["agent:a1", "agent:*", "agent:a2"])] } : {}),
    ...(when === undefined ? {} : { when }),
    ...(effect === "require_approval" ? { approval: { quorum: 1 + dice.roll(3) } } : {}),
    ...(effect !== "deny" && dice.roll(5) === 0 ? { obligations: { log: true } } : {}),
  };
}

function changed(rules: readonly Rule[], dice: Dice): readonly Rule[] {
  const at = dice.roll(rules.length);
  return rules.map((one, i) => (i === at ? edit(one, dice) : one));
}

function edit(one: Rule, dice: Dice): Rule {
  const fresh = rule(dice, String(one["id"]));
  const { when, ...rest } = one;
  switch (dice.roll(5)) {
    case 0:
      return fresh;
    case 1:
      return fresh["when"] === undefined ? rest : { ...one, when: fresh["when"] };
    case 2:
      return when === undefined ? fresh : rest;
    case 3:
      return one["effect"] === "require_approval"
        ? { ...one, approval: { quorum: 1 + dice.roll(4) } }
        : { ...one, actions: fresh["actions"] };
    default:
      return typeof when === "string"
        ? { ...one, when: when.replace(/\d+\.0/, `${draw(dice, BOUNDS)}.0`) }
        : fresh;
  }
}

const MAXIMUM = [100, 250, 1000];

function catalog(dice: Dice): object {
  const amount = { type: "number", minimum: 0, maximum: draw(dice, MAXIMUM) };
  const args = {
    type: "object",
    required: ["amount"],
    properties: { amount, order: { type: "string" } },
    ...(dice.roll(2) === 0 ? { additionalProperties: false } : {}),
  };
  const manifest = { tools: [{ name: "pay/*", ...(dice.roll(2) === 0 ? { args } : {}) }] };
  const open = {
    type: "object",
    properties: {
      amount: { type: "number" },
      order: { type: "string" },
      to: { type: "array", items: { type: "string" } },
    },
  };
  return {
    apiVersion: "agentz/v1",
    kind: "Catalog",
    name: "c",
    version: "1.0.0",
    agents: [
      { id: "a1", ...(dice.roll(2) === 0 ? { manifest } : {}) },
      { id: "a2", ...(dice.roll(3) === 0 ? { expires: "2026-05-18" } : {}) },
    ],
    tools: ["refund", "transfer"].map((name) => ({
      name,
      server: "pay",
      args: open,
      resource: dice.roll(2) === 0 ? "none" : { type: "order", id: "args.order" },
    })),
    resources: [{ match: "order:o1", classification: "public" }],
  };
}

function policy(rules: readonly Rule[]): object {
  return {
    apiVersion: "agentz/v1",
    kind: "Policy",
    name: "p",
    version: "1.0.0",
    session: {
      labels: [{ name: "l1", when: "action.name == 'transfer'" }],
      counters: [{ name: "c1", add: 1 }],
    },
    rules,
  };
}

/** The documents of two versions, as JSON texts (which are YAML too). */
export function plainPair(seed: number): {
  readonly before: readonly string[];
  readonly after: readonly string[];
} {
  const dice = new Dice(seed);
  const rules = Array.from({ length: 1 + dice.roll(4) }, (_, i) => rule(dice, `r${i}`));
  const world = dice.roll(2) === 0 ? [] : [JSON.stringify(catalog(dice))];
  const side = (of: readonly Rule[]): readonly string[] => [
    `${JSON.stringify(policy(of))}\n`,
    ...world.map((one) => `${one}\n`),
  ];
  return { before: side(rules), after: side(changed(rules, dice)) };
}
