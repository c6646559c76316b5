import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/diagnostic.ts";
import type { Outcome } from "../engine/decide.ts";
import type { InputCheck } from "../engine/input-check.ts";
import { DiagnosticSink } from "../policy/log.ts";
import type { Document } from "../policy/model.ts";
import { durationText } from "../text/time.ts";
import type { Json } from "../request/json.ts";
import type { CallPlace, Decided, TestObserver } from "./run-test.ts";
import { SuiteRunner } from "./run-test.ts";
import { checkSuite } from "./check-suite.ts";
import { failureDocument } from "./failure.ts";
import type { Expectation, Suite, Test } from "./model.ts";
import { readSuiteBody } from "./read-suite.ts";
import type {
  Difference,
  FailureDocument,
  TestEntry,
  TestSummary,
} from "../documents/test-result.ts";
import { RuleNames } from "./rule-names.ts";
import { unknownRules } from "./unknown-rules.ts";
import type { Explaining } from "./rule-tree.ts";

/** The suites among documents, and what is wrong with them; a suite with a mistake is not run. */
export interface LoadedSuites {
  readonly suites: readonly Suite[];
  readonly broken: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What suites are held against. */
interface Known {
  /** Undefined: there is nothing that they could be held against. */
  readonly check: InputCheck | undefined;
  /** Undefined: whoever runs the tests says which rules there are not. */
  readonly rules?: RuleNames;
}

/**
 * Reads the suites of a set, and holds them against what it knows. `loaded` are the findings that
 * loading gave already: a suite with one of them is broken too.
 */
export function loadSuites(
  documents: readonly Document[],
  loaded: readonly Diagnostic[],
  { check, rules }: Known,
): LoadedSuites {
  const suites: Suite[] = [];
  const broken: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of documents) {
    if (document.kind !== "Suite") continue;
    const log = new DiagnosticSink();
    const suite = readSuiteBody(document, log);
    const inputs = check === undefined ? [] : checkSuite(suite, document, check);
    const others = rules === undefined ? [] : unknownRules(suite, document, rules);
    diagnostics.push(...log.found, ...inputs, ...others);
    const faulty =
      log.count > 0 ||
      inputs.some((d) => d.severity === "error") ||
      loaded.some((d) => d.severity === "error" && d.file === document.place.file);
    if (faulty) broken.push(document.name);
    else suites.push(suite);
  }
  return { suites, broken, diagnostics: sortDiagnostics(diagnostics) };
}

/** The tests that `--filter` names: a part of `<suite>/<test>`, in any case of letters. */
export function chosenTests(suite: Suite, filter: string | undefined): readonly Test[] {
  if (filter === undefined) return suite.tests;
  const wanted = filter.toLowerCase();
  return suite.tests.filter((test) => `${suite.name}/${test.name}`.toLowerCase().includes(wanted));
}

function actualOf({ decision }: Outcome): Json {
  const { effect, permitted, indeterminate, rules } = decision;
  return { effect, permitted, ...(indeterminate ? { indeterminate } : {}), rules };
}

function whereText(expected: Expectation): Json {
  const { where } = expected;
  if (where === undefined) return null;
  return where.by === "condition"
    ? where.condition.text
    : Object.fromEntries(where.values.map(({ path, value }) => [path, value]));
}

/** An expectation as JSON, with the names that the document has. */
function expectedOf(expected: Expectation | undefined): Json {
  if (expected === undefined) return null;
  const { effect, rules, permitted, indeterminate, approval, obligations, missing, state } =
    expected;
  const json: { [name: string]: Json } = {};
  const where = whereText(expected);
  if (where !== null) json["where"] = where;
  if (effect !== undefined) json["effect"] = effect;
  if (rules !== undefined) json["rule"] = rules.length === 1 ? (rules[0] ?? null) : rules;
  if (permitted !== undefined) json["permitted"] = permitted;
  if (indeterminate !== undefined) json["indeterminate"] = indeterminate;
  if (approval !== undefined)
    json["approval"] =
      approval === "none"
        ? "none"
        : {
            ...approval,
            ...(approval.within === undefined ? {} : { within: durationText(approval.within) }),
          };
  if (obligations !== undefined)
    json["obligations"] = obligations === "none" ? "none" : { ...obligations };
  if (missing !== undefined) json["missing"] = missing;
  if (state !== undefined)
    json["state"] = {
      labels: Object.fromEntries(state.labels),
      counters: Object.fromEntries(state.counters),
      values: Object.fromEntries(state.values),
    };
  return json;
}

/** Turns what a suite's run tells into entries of the result document. */
class EntryWriter implements TestObserver {
  readonly entries: TestEntry[] = [];
  readonly #suite: Suite;
  readonly #explaining: Explaining;
  readonly #names: RuleNames;
  readonly #expected = new Map<Expectation, Json>();
  #failures: FailureDocument[] = [];
  #first: { readonly expected: Expectation; readonly actual: Json } | undefined;

  constructor(suite: Suite, explaining: Explaining, names: RuleNames) {
    this.#suite = suite;
    this.#explaining = explaining;
    this.#names = names;
  }

  failing(
    { call, outcome }: Decided,
    at: CallPlace,
    expected: Expectation,
  ): (differences: readonly Difference[]) => void {
    const { single, steps } = at.test;
    const place = {
      step: single ? null : at.step + 1,
      repetition: (steps[at.step]?.repeat ?? 1) > 1 ? at.repetition + 1 : null,
      at: this.#explaining.lines.of(expected.place),
    };
    const failure = failureDocument({
      ...this.#explaining,
      call,
      outcome,
      expected,
      names: this.#names,
      ...place,
    });
    return (differences) => {
      this.#first ??= { expected, actual: actualOf(outcome) };
      this.#failures.push(failure(differences));
    };
  }

  broken(
    message: string,
    at: { test: Test; case?: { label: string | null }; step?: number },
  ): void {
    const { lines } = this.#explaining;
    const place = at.test.steps[at.step ?? 0]?.expect[0]?.place ?? at.test.place;
    const failure = {
      message,
      step: at.test.single || at.step === undefined ? null : at.step + 1,
      repetition: null,
      at: lines.of(place),
      differences: [],
      deciding: [],
      nearest: null,
      requirements: [],
      uncounted: [],
      declared: [],
      help: null,
    };
    if (at.case === undefined)
      this.#add(at.test, {
        label: null,
        status: "failed",
        expected: null,
        actual: null,
        failures: [failure],
      });
    else this.#failures.push(failure);
  }

  ended(
    at: { test: Test; case: { label: string | null } },
    { passed, last }: { passed: boolean; last: Decided | undefined },
  ): void {
    const failures = this.#failures;
    const expected = this.#first?.expected ?? at.test.steps.at(-1)?.expect[0];
    const actual = this.#first?.actual ?? (last === undefined ? null : actualOf(last.outcome));
    this.#failures = [];
    this.#first = undefined;
    this.#add(at.test, {
      label: at.case.label,
      status: passed ? "passed" : "failed",
      expected: this.#expectedOf(expected),
      actual,
      failures,
    });
  }

  #expectedOf(expected: Expectation | undefined): Json {
    if (expected === undefined) return null;
    const known = this.#expected.get(expected) ?? expectedOf(expected);
    this.#expected.set(expected, known);
    return known;
  }

  #add(
    test: Test,
    testEntry: Pick<TestEntry, "status" | "expected" | "actual" | "failures"> & {
      label: string | null;
    },
  ): void {
    const { file, line } = this.#explaining.lines.of(test.place);
    const { label, status, expected, actual, failures } = testEntry;
    this.entries.push({
      suite: this.#suite.name,
      name: label === null ? test.name : `${test.name} [${label}]`,
      status,
      expected,
      actual,
      file,
      line,
      failures,
    });
  }

  /** A suite without tests fails: it would pass for ever (design 8.2). */
  empty(): void {
    const at = this.#explaining.lines.of(this.#suite.place);
    const message = "the suite has no tests, so it tests nothing";
    const failure = {
      message,
      step: null,
      repetition: null,
      at,
      differences: [],
      deciding: [],
      nearest: null,
      requirements: [],
      uncounted: [],
      declared: [],
      help: "add tests, or remove the suite",
    };
    this.entries.push({
      suite: this.#suite.name,
      name: "(no tests)",
      status: "failed",
      expected: null,
      actual: null,
      file: at.file,
      line: at.line,
      failures: [failure],
    });
  }
}

/**
 * Runs suites on a set and tells of every case. `observe` hears every call besides, before it
 * changes the state.
 */
export function runSuites(
  suites: readonly Suite[],
  explaining: Explaining & {
    readonly filter?: string | undefined;
    readonly observe?: (decided: Decided) => void;
  },
): readonly TestEntry[] {
  const names = new RuleNames(explaining.set);
  return suites.flatMap((suite) => {
    const writer = new EntryWriter(suite, explaining, names);
    const { observe } = explaining;
    const observer: TestObserver = {
      ...(observe === undefined ? {} : { decided: observe }),
      failing: (...all) => writer.failing(...all),
      broken: (...all) => writer.broken(...all),
      ended: (...all) => writer.ended(...all),
    };
    const runner = new SuiteRunner(explaining.set, suite, names);
    if (suite.tests.length === 0) writer.empty();
    for (const test of chosenTests(suite, explaining.filter)) runner.run(test, observer);
    return writer.entries;
  });
}

export function summaryOf(
  entries: readonly TestEntry[],
  { suites, broken }: { readonly suites: number; readonly broken: number },
): TestSummary {
  const passed = entries.filter((entry) => entry.status === "passed").length;
  const failed = entries.filter((entry) => entry.status === "failed").length;
  return { suites, tests: entries.length, passed, failed, errors: broken };
}
