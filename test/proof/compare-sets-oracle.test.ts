import { describe, expect, test } from "vitest";
import { compareSets } from "../../src/proof/compare-sets.ts";
import { decideWithState } from "../../src/engine/decide-with-state.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import type { Request } from "../../src/request/request.ts";
import { Random } from "./oracle/generate.ts";
import { load, policy } from "./load.ts";

const STRICTNESS = ["allow", "require_approval", "deny"];
const PAIRS = 120;
const CALLS = 250;

function atom(random: Random): string {
  const n = random.below(4);
  return random.pick([
    `args.n > ${n}.0`,
    `args.n <= ${n}.0`,
    `args.s == '${random.pick(["a", "b"])}'`,
    "args.s.startsWith('a')",
    "has(args.n)",
    "has(context.x)",
    "context.x == 1.0",
    "'l' in session.labels",
    "session.counters.c + args.n <= 4.0",
    "args.n < args.m",
  ]);
}

function condition(random: Random): string {
  const [a, b] = [atom(random), atom(random)];
  return random.pick([a, `${a} && ${b}`, `${a} || ${b}`, `!(${a}) && ${b}`]);
}

function rule(random: Random, id: string): string {
  const effect = random.pick(["allow", "allow", "deny", "require_approval"]);
  const scope = random.pick([
    "",
    ", actions: [s/t]",
    ", actions: [s/*]",
    ', subjects: ["agent:a"]',
    ', subjects: ["agent:*"], actions: [s/t, s/u]',
  ]);
  const more =
    effect === "require_approval"
      ? random.pick(["", ", approval: { quorum: 2 }"])
      : effect === "allow"
        ? random.pick(["", "", ", obligations: { log: true }"])
        : "";
  return (
    `- { id: ${id}, effect: ` +
    `${effect}${scope}${more}${random.below(5) === 0 ? "" : `, when: "${condition(random)}"`} }`
  );
}

function pair(random: Random): readonly [string, string] {
  const rules = Array.from({ length: 2 + random.below(3) }, (_, i) => rule(random, `r${i}`));
  const changed = [...rules];
  const at = random.below(rules.length);
  if (random.below(4) === 0) changed.push(rule(random, "new"));
  else if (random.below(4) === 0 && changed.length > 1) changed.splice(at, 1);
  else changed[at] = rule(random, `r${at}`);
  return [rules.join("\n"), changed.join("\n")];
}

function call(random: Random): {
  readonly request: Request;
  readonly state: {
    readonly labels: readonly string[];
    readonly counters: { readonly c: number };
    readonly values: object;
  };
} {
  const unrecorded = ["args.n", "args.s", "context.x"].filter(() => random.below(7) === 0);
  const args = {
    ...(random.below(5) > 0 && { n: random.below(10) / 2 }),
    ...(random.below(5) > 0 && { m: random.below(10) / 2 }),
    ...(random.below(5) > 0 && { s: random.pick(["a", "b", "ab", ""]) }),
  };
  const request: Request = {
    subject: { type: random.pick(["agent", "human"]), id: random.pick(["a", "b"]) },
    action: { server: random.pick(["s", "z"]), name: random.pick(["t", "u"]) },
    args,
    context: random.below(2) === 0 ? { x: 1 } : {},
    ...(random.below(2) === 0 ? { complete: ["context"] } : {}),
    ...(unrecorded.length > 0 ? { unrecorded } : {}),
  };
  return {
    request,
    state: {
      labels: random.below(2) === 0 ? ["l"] : [],
      counters: { c: random.below(5) },
      values: {},
    },
  };
}

const SESSION = "session:\n  labels: [{ name: l }]\n  counters: [{ name: c, add: 1 }]";

function strictness(
  set: CompiledSet,
  { request, state }: ReturnType<typeof call>,
): readonly number[] {
  const { decision } = decideWithState(set, request, { ...state, values: {} });
  const quorum = Math.max(
    0,
    ...decision.approval.requirements.map((requirement) => requirement.quorum),
  );
  return [
    STRICTNESS.indexOf(decision.effect),
    decision.effect === "require_approval" ? quorum : 0,
    decision.effect === "deny" ? 0 : decision.obligations.length,
  ];
}

/** Whether `b` asks for less than `a`: by effect first, then by quorum or duties. */
function isLaxer(a: readonly number[], b: readonly number[]): boolean {
  if (a[0] !== b[0]) return (b[0] ?? 0) < (a[0] ?? 0);
  return (b[1] ?? 0) < (a[1] ?? 0) || (b[2] ?? 0) < (a[2] ?? 0);
}

describe("design 10.2: what is proved of a change holds on random calls", () => {
  test.each([
    ["", {}, 10],
    [", where the first search gives up early", { branches: 12 }, 11],
  ])(`${PAIRS} changes, ${CALLS} calls each%s`, (_, effort, seed) => {
    const random = new Random(seed);
    const told = { yes: 0, no: 0, unknown: 0 };
    for (let i = 0; i < PAIRS; i++) {
      const [before, after] = pair(random);
      const [a, b] = [load(policy(before, SESSION)), load(policy(after, SESSION))];
      const { widens, narrows } = compareSets(a, b, effort);
      for (const { kind } of [widens, narrows]) told[kind]++;
      for (let c = 0; c < CALLS; c++) {
        const made = call(random);
        const [old, young] = [strictness(a.set, made), strictness(b.set, made)];
        const seen = `${before}\n=>\n${after}\n${JSON.stringify(made)} ${old.join()} ${young.join()}`;
        if (widens.kind === "no" && isLaxer(old, young))
          expect.fail(`widens, and was said not to:\n${seen}`);
        if (narrows.kind === "no" && isLaxer(young, old))
          expect.fail(`narrows, and was said not to:\n${seen}`);
      }
    }
    expect(told.no).toBeGreaterThan(PAIRS / 4);
    expect(told.unknown / (PAIRS * 2)).toBeLessThan(0.2);
  });
});
