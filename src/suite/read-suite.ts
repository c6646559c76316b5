import {
  defaulted,
  optional,
  readFields,
  required,
  type Decode,
  type Fields,
} from "../policy/fields.ts";
import { eachOf, entriesOf, listOf, recordOf, someOf } from "../policy/lists.ts";
import { json } from "../policy/json-values.ts";
import { didYouMean, quoted, type DiagnosticSink } from "../policy/log.ts";
import type { SuiteDocument } from "../policy/model.ts";
import { entryOf, toJson, type Entry, type MapNode, type Node } from "../policy/node.ts";
import { instant, integer, invalid, text, wrongType } from "../policy/scalars.ts";
import { DEFAULT_NOW, parseDuration, parseInstant } from "../text/time.ts";
import { isJsonObject, type JsonObject } from "../request/json.ts";
import { checkApprovalWords } from "./approval-words.ts";
import { readPath } from "./call-path.ts";
import { mergeDeep } from "./merge.ts";
import type { Dimension, Expectation, Step, Suite, Test } from "./model.ts";
import { expectations } from "./read-expect.ts";

const MAX_CASES = 100_000;

/** The most calls of one test, repetitions and cases together. */
const MAX_CALLS = 1_000_000;

/** A map of anything, as it is written: nulls stay, since they remove when calls merge. */
const anyMap: Decode<JsonObject> = (node, log) => {
  const value = node.kind === "map" ? toJson(node) : undefined;
  return isJsonObject(value) ? value : wrongType(node, "a map", log);
};

const clearable =
  (decode: Decode<unknown>): Decode<unknown> =>
  (node, log) =>
    node.kind === "scalar" && node.value === null ? null : decode(node, log);

/** How the parts of a call are written that people give as one text. */
const AS_MAP: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ["subject", typeAndId],
  ["resource", typeAndId],
  [
    "action",
    (text: string) => {
      const [, server, name] = /^([\w-]+)\/([\w-]+)$/.exec(text) ?? [];
      return name === undefined ? undefined : `{ server: ${server}, name: ${name} }`;
    },
  ],
]);

function typeAndId(text: string): string | undefined {
  const [, type, id] = /^([\w-]+):([\w-]+)$/.exec(text) ?? [];
  return id === undefined ? undefined : `{ type: ${type}, id: ${id} }`;
}

/** A part of a call; a text such as `agent:bot` is told how to be written. */
const partOf =
  (name: string): Decode<JsonObject> =>
  (node, log) => {
    const text = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
    const map = AS_MAP.get(name)?.(text);
    return map === undefined
      ? anyMap(node, log)
      : wrongType(node, "a map", log, `write \`${name}: ${map}\``);
  };

const NO_STATE =
  "a test starts with empty state; to set state, list earlier calls under `session` of the test";

/** WHY a help: requests and examples write state here, which a test never does. */
const sessionId: Decode<string> = (node, log) =>
  node.kind === "map" ? wrongType(node, "the id of a session", log, NO_STATE) : text(node, log);

/** The fields of a call; the values are taken from the whole, so these only check. */
const CALL = {
  use: optional(text),
  subject: optional(clearable(partOf("subject"))),
  action: optional(clearable(partOf("action"))),
  resource: optional(clearable(partOf("resource"))),
  context: optional(clearable(anyMap)),
  args: optional(clearable(anyMap)),
  outcome: optional(clearable(anyMap)),
  session: optional(clearable(sessionId)),
  parent: optional(clearable(text)),
  unrecorded: optional(clearable(listOf(text))),
};

const call: Decode<JsonObject> = recordOf("a call", CALL, (_fields, node, log) => {
  checkApprovalWords(node, [], log);
  const value = toJson(node);
  return isJsonObject(value) ? value : undefined;
});

interface At {
  readonly time: number;
  readonly absolute: boolean;
}

const AT_HELP = "write `+59m`, counted from the suite's `now`, or a time with its offset";

const at: Decode<At> = (node, log) => {
  const written = text(node, log);
  if (written === undefined) return undefined;
  const after = written.startsWith("+") ? parseDuration(written.slice(1)) : undefined;
  if (after !== undefined) return { time: after, absolute: false };
  const point = parseInstant(written);
  return point === undefined
    ? invalid(node, `${quoted(written)} is not a time of a call`, log, AT_HELP)
    : { time: point.time, absolute: true };
};

interface RawStep {
  readonly raw: JsonObject;
  readonly at: At | undefined;
  readonly repeat: number;
  readonly outcome: JsonObject | undefined;
  readonly expect: readonly Expectation[];
  readonly node: MapNode;
}

const STEP = {
  call: required(call),
  at: optional(at),
  repeat: defaulted(integer(1), 1),
  outcome: optional(anyMap),
  expect: defaulted(expectations, []),
};

function rawStep(fields: Fields<typeof STEP>, node: MapNode): RawStep {
  return {
    raw: fields.call,
    at: fields.at,
    repeat: fields.repeat,
    outcome: fields.outcome,
    expect: fields.expect,
    node,
  };
}

const step: Decode<RawStep> = recordOf("a call of a session", STEP, rawStep);

const dimension = (entry: Entry, log: DiagnosticSink): Dimension | undefined => {
  const values = someOf(json, "it would make no case")(entry.value, log);
  const path = readPath(entry.key);
  if (path === undefined) {
    log.add({
      code: "invalid-value",
      place: entry.keyPlace,
      message: `${quoted(entry.key)} is not a path of a call`,
      help: "write `args.amount`, `subject.id`, or `session[1].args.amount` for one call of a session",
    });
    return undefined;
  }
  if (entry.value.kind === "list")
    for (const value of entry.value.items) checkApprovalWords(value, path.segments, log);
  return values === undefined
    ? undefined
    : { path: entry.key, ...path, values, place: entry.value.place };
};

const matrix: Decode<readonly Dimension[]> = (node, log) => {
  const read = entriesOf("a matrix", dimension)(node, log);
  const cases = (read ?? []).reduce((product, { values }) => product * values.length, 1);
  return cases <= MAX_CASES
    ? read
    : invalid(
        node,
        `the matrix has too many cases: ${cases.toLocaleString("en-US")}`,
        log,
        `the maximum is ${MAX_CASES.toLocaleString("en-US")}; use fewer values`,
      );
};

const someCalls: Decode<readonly RawStep[]> = someOf(step, "the test would make no call");
const calls: Decode<readonly RawStep[]> = (node, log) =>
  node.kind === "map" ? wrongType(node, "a list of calls", log, NO_STATE) : someCalls(node, log);

const TEST = {
  name: required(text),
  description: optional(text),
  call: optional(call),
  at: optional(at),
  outcome: optional(anyMap),
  session: optional(calls),
  matrix: defaulted(matrix, []),
  expect: optional(expectations),
};

interface RawTest {
  readonly name: string;
  readonly steps: readonly RawStep[];
  readonly single: boolean;
  readonly matrix: readonly Dimension[];
  readonly node: MapNode;
}

function nameSpan(node: MapNode): Node {
  return entryOf(node, "name")?.value ?? node;
}

/** The calls of a test: one, or those of its session. */
function rawSteps(fields: Fields<typeof TEST>, node: MapNode): readonly RawStep[] {
  const { call, session, at, outcome, expect } = fields;
  if (session !== undefined || call === undefined) return session ?? [];
  return [{ raw: call, at, repeat: 1, outcome, expect: expect ?? [], node }];
}

interface TestFault {
  readonly message: string;
  readonly help?: string;
}

/** Why the fields of a test do not go together. */
function fieldFault(fields: Fields<typeof TEST>): TestFault | undefined {
  const { call, session, name } = fields;
  if ((call === undefined) === (session === undefined))
    return {
      message: `the test ${quoted(name)} needs either \`call\` or \`session\``,
      help: "a session is a list of calls in order",
    };
  if (session === undefined || (fields.expect ?? fields.outcome ?? fields.at) === undefined)
    return undefined;
  return {
    message:
      `the test ${quoted(name)} is a session, so write \`expect\`, \`outcome\` and ` +
      "`at` in its calls",
  };
}

/** Why the calls of a test cannot be run, or would show nothing. */
function stepFault(
  { name, matrix }: Fields<typeof TEST>,
  steps: readonly RawStep[],
): TestFault | undefined {
  if (steps.every(({ expect }) => expect.length === 0))
    return {
      message: `the test ${quoted(name)} expects nothing, so it cannot fail`,
      help: "write at least `expect: { effect: .. }`",
    };
  const beyond = matrix.find(({ step }) => step !== undefined && step >= steps.length);
  if (beyond !== undefined)
    return {
      message: `the matrix path ${quoted(beyond.path)} names a call that the session does not have`,
    };
  const cases = matrix.reduce((product, { values }) => product * values.length, 1);
  const calls = cases * steps.reduce((sum, { repeat }) => sum + repeat, 0);
  if (calls <= MAX_CALLS) return undefined;
  return {
    message: `the test ${quoted(name)} makes too many calls: ${calls.toLocaleString("en-US")}`,
    help: `the maximum is ${MAX_CALLS.toLocaleString("en-US")}; repeat less, or use fewer values`,
  };
}

/** A test is one call or a session of them, and expects something somewhere. */
function rawTest(
  fields: Fields<typeof TEST>,
  node: MapNode,
  log: DiagnosticSink,
): RawTest | undefined {
  const { name, session, matrix } = fields;
  const steps = rawSteps(fields, node);
  const fault = fieldFault(fields) ?? stepFault(fields, steps);
  if (fault !== undefined) return invalid(nameSpan(node), fault.message, log, fault.help);
  return { name, steps, single: session === undefined, matrix, node };
}

const SUITE = {
  apiVersion: optional(text),
  kind: optional(text),
  name: optional(text),
  description: optional(text),
  owner: optional(text),
  now: optional(instant),
  fixtures: defaulted(
    entriesOf("fixtures", (entry, log) => ({ entry, value: call(entry.value, log) })),
    [],
  ),
  tests: defaulted(eachOf(recordOf("a test", TEST, rawTest)), []),
};

/** Takes `use` into calls: the fixture first, then what the call itself says. */
class Fixtures {
  readonly resolved = new Map<string, JsonObject>();
  readonly #raw: ReadonlyMap<string, JsonObject>;
  /** Those of which the fault has been reported: what uses them says nothing more. */
  readonly #broken: Set<string>;

  constructor(raw: ReadonlyMap<string, JsonObject>, broken: Iterable<string>) {
    this.#raw = raw;
    this.#broken = new Set(broken);
  }

  get names(): readonly string[] {
    return [...this.#raw.keys(), ...this.#broken];
  }

  /** Notes that a fixture has been reported. */
  breaks(name: string): void {
    this.#broken.add(name);
  }

  /** The call with its fixtures; a text says what is wrong, undefined: that has been reported. */
  resolve(raw: JsonObject, above: readonly string[] = []): JsonObject | string | undefined {
    const { use, ...rest } = raw;
    if (typeof use !== "string") return mergeDeep({}, rest);
    if (this.#broken.has(use)) return undefined;
    if (above.includes(use)) return `the fixture ${quoted(use)} uses itself`;
    const known = this.resolved.get(use);
    const fixture = this.#raw.get(use);
    if (fixture === undefined) return `there is no fixture ${quoted(use)}`;
    const base = known ?? this.resolve(fixture, [...above, use]);
    if (typeof base !== "object") return base;
    this.resolved.set(use, base);
    return mergeDeep(base, rest);
  }
}

function useNode(node: Node): Node {
  const inner = node.kind === "map" ? entryOf(node, "use")?.value : undefined;
  return inner ?? node;
}

function resolved(
  fixtures: Fixtures,
  raw: JsonObject,
  { node, log }: { node: Node; log: DiagnosticSink },
): JsonObject | undefined {
  const call = fixtures.resolve(raw);
  if (typeof call !== "string") return call;
  const use = raw["use"];
  return invalid(
    useNode(node),
    call,
    log,
    typeof use === "string" && !fixtures.names.includes(use) && fixtures.names.length > 0
      ? didYouMean(use, fixtures.names)
      : undefined,
  );
}

interface Reading {
  readonly fixtures: Fixtures;
  readonly now: number;
  readonly log: DiagnosticSink;
}

function stepsOf(test: RawTest, { fixtures, now, log }: Reading): readonly Step[] | undefined {
  const steps: Step[] = [];
  let before: number | undefined;
  for (const { raw, at: said, repeat, outcome, expect, node } of test.steps) {
    const callNode = entryOf(node, "call")?.value ?? node;
    const full = resolved(fixtures, raw, { node: callNode, log });
    if (full === undefined) return undefined;
    const next = said === undefined ? (before ?? now) : said.absolute ? said.time : now + said.time;
    if (before !== undefined && next < before)
      return invalid(
        entryOf(node, "at")?.value ?? node,
        "this call comes before the one above it",
        log,
        "write the calls of a session in the order of time",
      );
    before = next;
    steps.push({
      raw,
      call: full,
      at: next,
      repeat,
      ...(outcome === undefined ? {} : { outcome }),
      expect,
      place: node.place,
    });
  }
  return steps;
}

function testOf(raw: RawTest, reading: Reading): Test | undefined {
  const used = raw.matrix.find((d) => d.segments[0] === "use")?.values ?? [];
  const unknown = used.find(
    (name) => typeof name !== "string" || !reading.fixtures.names.includes(name),
  );
  if (unknown !== undefined)
    return invalid(
      nameSpan(raw.node),
      `there is no fixture ${quoted(String(unknown))}`,
      reading.log,
      didYouMean(String(unknown), reading.fixtures.names),
    );
  const steps = stepsOf(raw, reading);
  if (steps === undefined) return undefined;
  const { name, single, matrix } = raw;
  return { name, steps, single, matrix, place: nameSpan(raw.node).place };
}

function repeatedNames(tests: readonly RawTest[], log: DiagnosticSink): void {
  const seen = new Set<string>();
  for (const { name, node } of tests) {
    if (seen.has(name))
      log.add({
        code: "duplicate-id",
        place: nameSpan(node).place,
        message: `two tests have the name ${quoted(name)}`,
      });
    seen.add(name);
  }
}

/**
 * A suite ready to run; every mistake in it is reported at its place, and what is sound of it is
 * still there.
 */
export function readSuiteBody(document: SuiteDocument, log: DiagnosticSink): Suite {
  const fields = readFields(document.node, SUITE, "a suite", log)?.part ?? {};
  const raw = new Map(
    (fields.fixtures ?? []).flatMap(({ entry, value }) =>
      value === undefined ? [] : [[entry.key, value] as const],
    ),
  );
  const all = fields.fixtures ?? [];
  const broken = all.filter(({ value }) => value === undefined).map(({ entry }) => entry.key);
  const fixtures = new Fixtures(raw, broken);
  for (const { entry } of all)
    if (resolved(fixtures, { use: entry.key }, { node: entry.value, log }) === undefined)
      fixtures.breaks(entry.key);
  const now = fields.now?.time ?? DEFAULT_NOW;
  const tests = fields.tests ?? [];
  repeatedNames(tests, log);
  return {
    name: document.name,
    now,
    fixtures: fixtures.resolved,
    tests: tests.flatMap((test) => testOf(test, { fixtures, now, log }) ?? []),
    place: document.place,
  };
}
