import fc from "fast-check";
import { stringify } from "yaml";
import { checkSet } from "../../src/policy/check-set.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Document } from "../../src/policy/model.ts";
import { callDigest } from "../reference/approvals.ts";
import { callerRoots } from "../reference/decide.ts";
import { knownOf } from "../reference/known.ts";
import type { Event } from "../reference/request.ts";
import { isObject, type Json } from "../reference/value.ts";
import { edited, picks } from "../replay/edits.ts";
import { catalog, policies, type Plain } from "./documents.ts";
import { RIGHT_DIGEST, trace } from "./events.ts";

/**
 * A policy set and a trace for it. `texts` is what a person would write: the documents come of it.
 */
export interface Scenario {
  readonly texts: readonly string[];
  readonly documents: readonly Document[];
  readonly events: readonly Event[];
  /** As `--idle`. */
  readonly idle?: number | undefined;
  /** A second version, and how a person reads what it is; undefined: there is none. */
  readonly second?: { readonly documents: readonly Document[]; readonly shown: string };
}

export interface Drawn {
  readonly policies: readonly Plain[];
  readonly catalog: Plain | undefined;
  readonly events: readonly Event[];
  readonly idle?: number | undefined;
}

export const drawn: fc.Arbitrary<Drawn> = fc.record({
  policies,
  catalog: fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 12, arbitrary: catalog },
  ),
  events: trace,
  idle: fc.constantFrom(undefined, undefined, 1_800_000, 3_600_000),
});

function write(plain: Plain): string {
  return stringify(JSON.parse(JSON.stringify(plain)), { aliasDuplicateObjects: false });
}

function load(texts: readonly string[]): {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const loaded = loadDocuments(texts.map((text, i) => ({ file: `${i}.yaml`, text })));
  const diagnostics = [
    ...loaded.diagnostics,
    ...(loaded.diagnostics.length > 0 ? [] : checkSet(loaded.documents)),
  ].filter((one) => one.severity === "error");
  return { documents: loaded.documents, diagnostics };
}

type Session = { readonly [what in "labels" | "counters" | "values"]: readonly Plain[] };

function repairSession(session: unknown, paths: readonly string[]): unknown {
  if (typeof session !== "object" || session === null) return session;
  const fix =
    (what: keyof Session) =>
    (one: Plain, i: number): Plain => {
      if (!paths.some((path) => path.startsWith(`$.session.${what}[${i}]`))) return one;
      return {
        name: one["name"],
        ...(what === "labels" ? {} : { add: what === "counters" ? "1" : "args.order" }),
      };
    };
  const { labels, counters, values } = session as Session;
  return {
    labels: labels.map(fix("labels")),
    counters: counters.map(fix("counters")),
    values: values.map(fix("values")),
  };
}

/**
 * The policy without what the loader refuses: most random conditions check, those that do not are
 * left out.
 */
function repair(policy: Plain, paths: readonly string[]): Plain {
  const rules = (policy["rules"] as readonly Plain[]).map((rule, i) => {
    if (!paths.some((path) => path.startsWith(`$.rules[${i}]`))) return rule;
    return { ...rule, when: undefined, exceptions: undefined };
  });
  return {
    ...policy,
    rules,
    ...(policy["session"] !== undefined && { session: repairSession(policy["session"], paths) }),
  };
}

function withDigests(documents: readonly Document[], events: readonly Event[]): readonly Event[] {
  const known = knownOf(documents);
  return events.map((event) => {
    const approvals = event.context?.["approvals"];
    if (!Array.isArray(approvals)) return event;
    const digest = callDigest(event, callerRoots(known, event));
    const filled = (approvals as readonly Json[]).map((one) =>
      isObject(one) && one["digest"] === RIGHT_DIGEST
        ? { ...one, digest: digest ?? `sha256:${"1".repeat(64)}` }
        : one,
    );
    return { ...event, context: { ...event.context, approvals: filled } };
  });
}

/**
 * Loads what was drawn; what the checker refuses is left out. Throws where even that does not load:
 * then the generator is wrong.
 */
export function scenarioOf(given: Drawn): Scenario {
  const others = given.catalog === undefined ? [] : [write(given.catalog)];
  const first = load([...given.policies.map(write), ...others]);
  const refused = (i: number): readonly string[] =>
    first.diagnostics.filter((one) => one.file === `${i}.yaml`).map((one) => one.path);
  const texts = [
    ...given.policies.map((policy, i) => write(repair(policy, refused(i)))),
    ...others,
  ];
  const second = first.diagnostics.length === 0 ? first : load(texts);
  const [problem] = second.diagnostics;
  if (problem !== undefined)
    throw new Error(
      `the generated set does not load: ${problem.file} ${problem.path} ${problem.message}\n${texts.join("---\n")}`,
    );
  return {
    texts,
    documents: second.documents,
    events: withDigests(second.documents, given.events),
    idle: given.idle,
  };
}

export const scenario: fc.Arbitrary<Scenario> = drawn.map(scenarioOf);

/** Scenarios with a second version that is an edit of the first. */
export const editedScenario: fc.Arbitrary<Scenario> = fc
  .tuple(scenario, picks)
  .map(([one, chosen]) => ({
    ...one,
    second: { documents: edited(one.documents, chosen), shown: `edits ${chosen.join()}` },
  }));

/** A scenario as a person reads it. */
export function show(one: Scenario): string {
  return (
    `${one.idle === undefined ? "" : `idle ${one.idle}\n`}${
      one.second === undefined ? "" : `second version: ${one.second.shown}\n`
    }${one.texts.join("---\n")}\n` +
    `${one.events.map((event) => JSON.stringify(event)).join("\n")}`
  );
}
