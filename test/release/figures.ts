import fc from "fast-check";
import { parse, stringify } from "yaml";
import { compileSet } from "../../src/engine/compile-set.ts";
import type { Outcome } from "../../src/engine/decide.ts";
import { compareApprovals, compareObligations } from "../../src/engine/demand.ts";
import { PolicySession } from "../../src/engine/policy-session.ts";
import { checkSet } from "../../src/policy/check-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Document, Effect } from "../../src/policy/model.ts";
import { checkVersions } from "../../src/release/version-check.ts";
import type { Bump } from "../../src/documents/version-result.ts";
import { counterfactual } from "../../src/replay/version-decision.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";
import { catalog, policies, type Plain } from "../fuzz/documents.ts";
import { trace } from "../fuzz/events.ts";
import { scenarioOf, type Scenario } from "../fuzz/scenario.ts";
import { Dice, NARROWING, PRESERVING, WILD, type Edit } from "./edits.ts";
import { sha256 } from "./sets.ts";

const TRACES = 30;

const drawn = fc.record({
  policies,
  catalog: fc.oneof(
    { weight: 1, arbitrary: fc.constant<Plain | undefined>(undefined) },
    { weight: 12, arbitrary: catalog },
  ),
  traces: fc.array(trace, { minLength: TRACES, maxLength: TRACES }),
});

/** A set, and traces for it, each of a world of its own. */
export interface Material {
  readonly scenario: Scenario;
  readonly traces: readonly (readonly TraceEvent[])[];
}

export function materials(seed: number, count: number): readonly Material[] {
  return fc.sample(drawn, { seed, numRuns: count }).map(({ traces, ...rest }) => {
    const scenario = scenarioOf({ ...rest, events: traces.flat() });
    let from = 0;
    const split = traces.map(({ length }) => scenario.events.slice(from, (from += length)));
    return { scenario, traces: split.map((events) => events.map((event, i) => eventOf(event, i))) };
  });
}

function eventOf(event: Scenario["events"][number], line: number): TraceEvent {
  const plain: unknown = JSON.parse(
    JSON.stringify({
      ...event,
      time: event.time === undefined ? undefined : new Date(event.time).toISOString(),
    }),
  );
  const decoded = decodeEvent(plain, { file: "trace", line: line + 1 });
  if (typeof decoded === "string") throw new Error(decoded);
  return decoded;
}

/** The documents of texts, or undefined where they do not load. */
export function load(texts: readonly string[]): readonly Document[] | undefined {
  const loaded = loadDocuments(texts.map((text, i) => ({ file: `${i}.yaml`, text })));
  if (
    loaded.diagnostics.length > 0 ||
    checkSet(loaded.documents).some((one) => one.severity === "error")
  )
    return undefined;
  return loaded.documents;
}

export interface Pair {
  readonly edit: string;
  readonly before: readonly Document[];
  readonly after: readonly Document[];
  readonly texts: { readonly before: readonly string[]; readonly after: readonly string[] };
}

export function edited(
  texts: readonly string[],
  names: readonly (readonly [string, Edit])[],
  dice: Dice,
): Pair | undefined {
  const plain = texts.map((text): { [key: string]: unknown } => parse(text));
  const [name, edit] = dice.pick(names) ?? ["", () => false];
  if (!edit(plain, dice)) return undefined;
  const after = plain.map((one) => stringify(one, { aliasDuplicateObjects: false }));
  const [a, b] = [load(texts), load(after)];
  return a === undefined || b === undefined
    ? undefined
    : { edit: name, before: a, after: b, texts: { before: texts, after } };
}

/** What two versions said on the same call and state, where they differ. */
export interface Moved {
  readonly widened: boolean;
  readonly event: TraceEvent;
  readonly before: Outcome;
  readonly after: Outcome;
}

const STRICTNESS: readonly Effect[] = ["allow", "require_approval", "deny"];

function requirements(
  outcome: Outcome,
): { approvers?: readonly string[]; quorum: number; within?: number }[] {
  return outcome.members.flatMap((member) =>
    member.rules.flatMap((item) => item.compiled.approval?.approval ?? []),
  );
}

const STOPS: { readonly [act: string]: readonly string[] } = {
  block_tool: ["block_tool"],
  suspend_session: ["block_tool", "suspend_session"],
  terminate_session: ["block_tool", "suspend_session", "terminate_session"],
  revoke_credential: ["revoke_credential"],
};

/**
 * What a decision contains, a stronger containment standing for the weaker ones; a certain one for
 * the possible one.
 */
function contained({ containments }: Outcome): string {
  const all = containments.flatMap(({ act, subject, doubt }) =>
    (STOPS[act] ?? []).flatMap((one) => [
      `${one} ${subject} possible`,
      ...(doubt === undefined ? [`${one} ${subject} certain`] : []),
    ]),
  );
  return [...new Set(all)].sort().join();
}

function difference(before: Outcome, after: Outcome): "widened" | "moved" | undefined {
  const [a, b] = [before.decision, after.decision];
  const step = STRICTNESS.indexOf(b.effect) - STRICTNESS.indexOf(a.effect);
  if (step !== 0) return step < 0 ? "widened" : "moved";
  const asked =
    b.effect === "require_approval"
      ? compareApprovals(requirements(before), requirements(after))
      : "equal";
  const duties = compareObligations(a.obligations, b.obligations);
  if (asked === "laxer" || duties === "laxer") return "widened";
  const same =
    asked === "equal" &&
    duties === "equal" &&
    a.permitted === b.permitted &&
    a.indeterminate === b.indeterminate &&
    a.possible.join() === b.possible.join();
  return same && contained(before) === contained(after) ? undefined : "moved";
}

/**
 * Walks both versions through traces on one state, the one that the version before makes; the first
 * differences found.
 */
export function walk(
  pair: Pair,
  traces: Material["traces"],
): {
  readonly calls: number;
  readonly widened: Moved | undefined;
  readonly moved: Moved | undefined;
} {
  const [old, now] = [compileSet(pair.before, sha256), compileSet(pair.after, sha256)];
  let calls = 0;
  let widened: Moved | undefined;
  let moved: Moved | undefined;
  for (const events of traces) {
    const [a, b] = [new PolicySession(old), new PolicySession(now)];
    for (const event of events) {
      for (const run of [a, b]) run.observe(event.session, event.time);
      if (event.type !== "call") for (const run of [a, b]) run.pass(event);
      if (event.type !== "call") continue;
      calls++;
      const [x, y] = [a.prepare(event.request), b.prepare(event.request)];
      const [before, after] = [a.decide(x), b.decide(y, a)];
      const found = difference(before, after);
      if (found !== undefined) moved ??= { widened: found === "widened", event, before, after };
      if (found === "widened") widened ??= { widened: true, event, before, after };
      const as = counterfactual(before, event);
      a.advance(x, before, as, event);
      b.advance(y, after, as, event);
    }
  }
  return { calls, widened, moved };
}

export interface Tally {
  pairs: number;
  calls: number;
  readonly bumps: { [bump: string]: number };
  readonly missed: { [edit: string]: number };
  /** Pairs of which a call really moved, and really widened. */
  moved: number;
  widened: number;
  readonly faults: string[];
}

function tally(): Tally {
  return { pairs: 0, calls: 0, bumps: {}, missed: {}, moved: 0, widened: 0, faults: [] };
}

function fault(pair: Pair, bump: Bump, found: Moved): string {
  const show = ({ decision: d }: Outcome): string =>
    JSON.stringify({
      effect: d.effect,
      permitted: d.permitted,
      possible: d.possible,
      rules: d.rules,
      undecided: d.undecided,
      obligations: d.obligations,
      approval: d.approval,
      errors: d.errors,
    });
  return (
    `"${pair.edit}" was called ${bump}, and ${found.widened ? "widens" : "moves"}\n` +
    `${JSON.stringify(found.event.request)}\n  before ${show(found.before)}\n  after  ` +
    `${show(found.after)}\n--- before\n${pair.texts.before.join("---\n")}\n--- after\n` +
    `${pair.texts.after.join("---\n")}`
  );
}

function judge(pair: Pair, material: Material, into: Tally, wanted: readonly Bump[]): void {
  const { required } = checkVersions(pair.before, pair.after, sha256);
  const seen = walk(pair, material.traces);
  into.pairs++;
  into.calls += seen.calls;
  into.bumps[required] = (into.bumps[required] ?? 0) + 1;
  if (!wanted.includes(required)) into.missed[pair.edit] = (into.missed[pair.edit] ?? 0) + 1;
  if (seen.moved !== undefined) into.moved++;
  if (seen.widened !== undefined) into.widened++;
  if (seen.widened !== undefined && required !== "major")
    into.faults.push(fault(pair, required, seen.widened));
  else if (seen.moved !== undefined && (required === "patch" || required === "none"))
    into.faults.push(fault(pair, required, seen.moved));
}

export const KINDS: {
  readonly [kind: string]: {
    readonly edits: readonly (readonly [string, Edit])[];
    readonly wanted: readonly Bump[];
  };
} = {
  preserving: { edits: Object.entries(PRESERVING), wanted: ["patch", "none"] },
  narrowing: { edits: Object.entries(NARROWING), wanted: ["minor", "patch", "none"] },
  wild: {
    edits: Object.entries({ ...PRESERVING, ...NARROWING, ...WILD }),
    wanted: ["major", "minor", "patch", "none"],
  },
};

/**
 * Makes `pairs` random edits of a kind on random sets, judges each, and tries it on random calls.
 */
export function figures(
  kind: string,
  of: { readonly seed: number; readonly pairs: number; readonly calls?: number },
): Tally {
  const into = tally();
  const { edits, wanted } = KINDS[kind] ?? { edits: [], wanted: [] };
  const dice = new Dice(of.seed);
  for (let seed = of.seed; into.pairs < of.pairs && into.calls < (of.calls ?? Infinity); seed++) {
    for (const material of materials(seed, 5)) {
      for (let tries = 0; tries < 4 && into.pairs < of.pairs; tries++) {
        const texts = material.scenario.texts;
        const pair = edited(texts, edits, dice);
        if (pair === undefined) continue;
        judge(pair, material, into, wanted);
        const back = {
          ...pair,
          edit: `${pair.edit}, undone`,
          before: pair.after,
          after: pair.before,
          texts: { before: pair.texts.after, after: pair.texts.before },
        };
        if (kind === "wild" && into.pairs < of.pairs) judge(back, material, into, wanted);
      }
      if (into.faults.length > 5) return into;
    }
  }
  return into;
}
