import type { Outcome } from "../../../src/engine/decide.ts";
import { PolicySession } from "../../../src/engine/policy-session.ts";
import type { CompiledSet } from "../../../src/engine/compile-set.ts";
import { askInvariants } from "../../../src/proof/answer-invariants.ts";
import type { Json, JsonObject } from "../../../src/request/json.ts";
import type { Request } from "../../../src/request/request.ts";
import { load, policy } from "../load.ts";
import { drawCatalog, drawInvariant, drawRule, type SmallClaim } from "./generate.ts";
import type { Measured } from "./measure.ts";
import { Dice } from "./world.ts";

/**
 * Sets with delegation, windows, keys, events and containment, each with a world so small that
 * every session in it can be tried. INVARIANT: what breaks an invariant is told by the engine
 * alone, of rules in shadow that say what the invariant is about.
 */
interface World {
  readonly policy: string;
  readonly catalog: string;
  readonly claims: readonly SmallClaim[];
  readonly invariants: string;
  /** Calls of which sessions are made, each leaves something behind; and those that end them. */
  readonly before: readonly Request[];
  readonly last: readonly Request[];
}

const START = Date.UTC(2026, 4, 18);
const MINUTE = 60_000;

function drawSession(dice: Dice): string {
  const on = (): string => dice.pick(["", "", ", on: attempted", ", on: completed"]);
  const key = (): string => dice.pick(["", "", ", key: subject", ", key: on_behalf_of"]);
  const within = (): string => dice.pick(["", "", ", within: 10m"]);
  return `session:
  labels:
    - { name: hot, when: "${dice.pick([
      "action.name == 'read'",
      "args.s == 'a'",
      "action.name == 'read' && args.n > 1.0",
    ])}"${on()}${key()} }
    - { name: warm, when: "${dice.pick([
      "'hot' in session.labels",
      "action.name == 'send'",
      "session.counters.sum > 2.0",
    ])}"${on()} }
  counters: [{ name: sum, add: ${dice.pick(["args.n", "args.n", "1"])},
    when: "action.server == 'bank'"${on()}${key()}${within()} }]
  values: [{ name: seen, add: args.s, when: "action.name == 'send'"${on()}${key()}${within()} }]
`;
}

/** A rule that reads what sessions leave more often than others do. */
function drawSessionRule(dice: Dice, id: string): string {
  if (dice.chance(45)) return drawRule(dice, id);
  const effect = dice.pick(["allow", "allow", "deny", "require_approval"]);
  const when = dice.pick([
    "'hot' in session.labels",
    "!('hot' in session.labels)",
    "'warm' in session.labels && args.n <= 2.0",
    "session.counters.sum >= 2.0",
    "session.counters.sum + args.n <= 3.0",
    "args.s in session.values.seen",
    "'b' in session.values.seen",
    "context.delegation.size() == 0",
    "context.on_behalf_of.id == 'h1'",
    "session.counters.sum < 2.0 || 'hot' in session.labels",
  ]);
  const more = [
    ...(effect === "require_approval"
      ? [`approval: { quorum: ${1 + dice.below(2)}, approvers: ['role:boss'] }`]
      : []),
    ...(effect === "deny" && dice.chance(30)
      ? [`on_deny: ${dice.pick(["block_tool", "suspend_session"])}`]
      : []),
  ];
  const actions = dice.pick(["bank/*", "bank/pay", "mail/send", "files/read", "'**'"]);
  return (
    "  - { " +
    `${[`id: ${id}`, `effect: ${effect}`, `actions: [${actions}]`, `when: "${when}"`, ...more].join(", ")} ` +
    "}"
  );
}

interface Drawn {
  readonly subject: JsonObject;
  readonly tool: string;
  readonly n: Json | undefined;
  readonly s: Json | undefined;
  readonly chain: readonly string[] | undefined;
  readonly person: string | undefined;
}

const TOOLS = ["bank/pay", "mail/send", "files/read"] as const;

function requestOf({ subject, tool, n, s, chain, person }: Drawn): Request {
  const [server = "", name = ""] = tool.split("/");
  const path = name === "read" ? "/hr/x" : undefined;
  return {
    subject,
    action: { kind: "tool_call", server, name },
    ...(path !== undefined && { resource: { type: "file", id: path } }),
    args: {
      ...(n !== undefined && { n }),
      ...(s !== undefined && { s }),
      ...(path !== undefined && { path }),
    },
    context: {
      ...(chain !== undefined && { delegation: [...chain] }),
      ...(person !== undefined && { on_behalf_of: { type: "human", id: person } }),
    },
    session: "s",
    time: START,
    closed: true,
    outcome: { status: "ok" },
    complete: ["subject", "action", "resource", "context", "args"],
  };
}

const AGENT_1 = { type: "agent", id: "a1" };
const AGENT_2 = { type: "agent", id: "a2" };
const HUMAN = { type: "human", id: "h1" };

/** Every call of the world. */
function callsOf(dice: Dice): readonly Request[] {
  const subjects: readonly JsonObject[] = dice.pick([
    [AGENT_1, AGENT_2],
    [AGENT_1, HUMAN],
    [AGENT_2],
  ]);
  const numbers: readonly (Json | undefined)[] = dice.pick([
    [1, 3],
    [0, 2, 2.5],
    [undefined, 2],
    ["t", 1.5],
  ]);
  const texts: readonly (Json | undefined)[] = dice.pick([["a"], ["a", "b"], [undefined, "b"]]);
  const chains: readonly (readonly string[] | undefined)[] = dice.pick([
    [[]],
    [[], ["agent:a2"]],
    [undefined],
    [["agent:a1", "agent:a2"]],
  ]);
  const people: readonly (string | undefined)[] = dice.pick([[undefined], ["h1"], ["h1", "h2"]]);
  return subjects.flatMap((subject) =>
    TOOLS.flatMap((tool) =>
      numbers.flatMap((n) =>
        texts.flatMap((s) =>
          chains.flatMap((chain) =>
            people.map((person) => requestOf({ subject, tool, n, s, chain, person })),
          ),
        ),
      ),
    ),
  );
}

const MOST_BEFORE = 5;

/** The calls that sessions are made of: few kinds, at once or after a while, that end well or not. */
function beforeOf(dice: Dice, calls: readonly Request[]): readonly Request[] {
  const [first, ...others] = calls;
  if (first === undefined) return [];
  const kinds = Array.from({ length: 2 + dice.below(2) }, () => dice.pick([first, ...others]));
  const statuses = dice.chance(25) ? ["ok", "error"] : ["ok"];
  return kinds
    .flatMap((call) =>
      [0, 20].flatMap((wait) =>
        statuses.map((status) => ({
          ...call,
          time: START + wait * MINUTE,
          outcome: { status },
        })),
      ),
    )
    .slice(0, MOST_BEFORE);
}

function drawWorld(dice: Dice): World {
  const rules = Array.from({ length: 2 + dice.below(4) }, (_, i) => drawSessionRule(dice, `r${i}`));
  const drawn = Array.from({ length: 4 }, (_, i) => drawInvariant(dice, `i${i}`));
  const delegation = dice.pick(["", "", "delegation: agents\n", "delegation: user\n"]);
  const calls = callsOf(dice);
  const unrecorded = calls
    .filter(() => dice.chance(10))
    .map((call) => ({ ...call, unrecorded: [dice.pick(["args.n", "args.s", "subject.id"])] }));
  return {
    policy:
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n" +
      `${delegation}${drawSession(dice)}rules:\n${rules.join("\n")}\n`,
    catalog: drawCatalog(dice),
    claims: drawn.map(({ claim }) => claim),
    invariants:
      "apiVersion: agentz/v1\nkind: Invariant\nname: i\nversion: 1.0.0\nrules:\n" +
      `${drawn.map(({ text }) => text).join("\n")}\n`,
    before: beforeOf(dice, calls),
    last: [...calls, ...unrecorded],
  };
}

/** The claims as rules in shadow: whom each is about, and who alone may. */
function shadows(claims: readonly SmallClaim[]): string {
  const rules = claims.flatMap(({ actions, when, after, subjects }, i) => [
    `- { id: c${i}, effect: deny, mode: shadow, actions: [${actions}], when: ` +
      `"${after ? "'hot' in session.labels && " : ""}${when}" }`,
    ...(subjects === undefined
      ? []
      : [`- { id: s${i}, effect: deny, mode: shadow, subjects: ${subjects} }`]),
  ]);
  return policy(rules.join("\n"), "", "asked");
}

function isTrue({ members }: Outcome, name: string): boolean | undefined {
  const item = members[0]?.shadow.find((one) => one.name === `asked/${name}`);
  return item === undefined ? false : item.truth === true ? true : undefined;
}

/** Whether a permitted call breaks a claim, as the engine says. */
function breaks(outcome: Outcome, { subjects, quorum }: SmallClaim, i: number): boolean {
  if (isTrue(outcome, `c${i}`) !== true) return false;
  if (subjects !== undefined && isTrue(outcome, `s${i}`) !== false) return false;
  const asked = outcome.members.flatMap(({ rules }) =>
    rules.flatMap((item) => item.compiled.approval?.approval ?? []),
  );
  return quorum === undefined || !asked.some((one) => one.quorum >= quorum);
}

const APPROVERS = [[], ["h1"], ["h2"], ["h1", "h2"]];

/** The call with each choice of approvals that the set may ask for. */
function withApprovals(call: Request, at: number, asks: boolean): readonly Request[] {
  return (asks ? APPROVERS : [[]]).map((people) =>
    people.length === 0
      ? call
      : {
          ...call,
          context: {
            ...call.context,
            approvals: people.map((id) => ({
              id: `ap-${at}-${id}`,
              by: `human:${id}`,
              at: new Date(call.time ?? START).toISOString(),
              decision: "granted",
            })),
          },
        },
  );
}

const LONGEST = 3;
/** Sessions of one world, at most: those that are no longer are all tried. */
const MOST_SESSIONS = 60;

/** Every session of calls that leave something behind, the shortest first. */
function* sessionsOf(
  { before }: World,
  set: CompiledSet,
  of: { readonly asks: boolean; readonly attempts: boolean },
): Generator<readonly Request[]> {
  let open: (readonly Request[])[] = [[]];
  let left = MOST_SESSIONS;
  for (let length = 0; length <= LONGEST; length++) {
    const next: (readonly Request[])[] = [];
    for (const session of open) {
      if (left-- <= 0) return;
      yield session;
      if (length < LONGEST) next.push(...before.flatMap((call) => longer(session, call, set, of)));
    }
    open = next;
  }
}

function started(set: CompiledSet, session: readonly Request[]): PolicySession {
  const run = new PolicySession(set);
  session.forEach((request, i) => run.step(request, `c${i}`));
  return run;
}

/** The session with a call more, if it leaves anything behind. */
function longer(
  session: readonly Request[],
  call: Request,
  set: CompiledSet,
  { asks, attempts }: { readonly asks: boolean; readonly attempts: boolean },
): readonly (readonly Request[])[] {
  const previous = session.at(-1)?.time ?? START;
  const made = { ...call, time: previous + ((call.time ?? START) - START) };
  const run = started(set, session);
  const choices = withApprovals(made, session.length, asks);
  const permitted = choices.find((one) => run.decide(run.prepare(one)).decision.permitted);
  return permitted === undefined && !attempts ? [] : [[...session, permitted ?? made]];
}

/** The claims that some session of the world breaks, each with one. */
function brokenIn(world: World, set: CompiledSet): ReadonlyMap<number, readonly Request[]> {
  const of = {
    asks: world.policy.includes("require_approval"),
    attempts: /on: attempted|on_deny/.test(world.policy),
  };
  const gaps = world.policy.includes("within: 10m") ? [0, 20] : [0];
  const broken = new Map<number, readonly Request[]>();
  for (const session of sessionsOf(world, set, of)) {
    const run = started(set, session);
    const now = session.at(-1)?.time ?? START;
    for (const call of world.last)
      for (const gap of session.length === 0 ? [0] : gaps)
        for (const last of withApprovals(
          { ...call, time: now + gap * MINUTE },
          session.length,
          of.asks,
        )) {
          const outcome = run.decide(run.prepare(last));
          if (!outcome.decision.permitted) continue;
          world.claims.forEach((claim, i) => {
            if (!broken.has(i) && breaks(outcome, claim, i)) broken.set(i, [...session, last]);
          });
        }
    if (broken.size === world.claims.length) break;
  }
  return broken;
}

/** Whether the engine permits each call that is shown, and the last breaks the claim. */
function isShown(
  set: CompiledSet,
  calls: readonly Request[],
  of: { readonly claim: SmallClaim; readonly i: number },
): boolean {
  const run = new PolicySession(set);
  const outcomes = calls.map((request, i) => run.step(request, `c${i}`));
  const last = outcomes.at(-1);
  return (
    outcomes.every(({ decision }) => decision.permitted) &&
    last !== undefined &&
    breaks(last, of.claim, of.i)
  );
}

/** Asks about worlds drawn from seeds, each answer held against every session of its world. */
export function measureWorlds(seeds: Iterable<number>): Measured {
  const measured: Measured = {
    asked: 0,
    proved: 0,
    refuted: 0,
    cannotTell: 0,
    breakable: 0,
    wrong: [],
  };
  for (const seed of seeds) {
    const world = drawWorld(new Dice(seed));
    const { documents, set } = load(world.catalog, world.policy, world.invariants);
    const asked = load(world.catalog, world.policy, shadows(world.claims)).set;
    const broken = brokenIn(world, asked);
    askInvariants(documents, set, START).forEach(({ id, answer }, i) => {
      const claim = world.claims[i];
      if (claim === undefined) throw new Error(id);
      const found = answer();
      measured.asked++;
      const session = broken.get(i);
      if (found.answer === "refuted") {
        measured.refuted++;
        if (!isShown(asked, found.calls, { claim, i }))
          measured.wrong.push(
            `world ${seed}: ${id} is not broken by ${JSON.stringify(found.calls)}`,
          );
      } else if (found.answer === "proved") {
        measured.proved++;
        if (session !== undefined)
          measured.wrong.push(`world ${seed}: ${id} is not proved: ${JSON.stringify(session)}`);
      } else {
        measured.cannotTell++;
        if (session !== undefined) measured.breakable++;
      }
    });
  }
  return measured;
}
