import { checkExpression } from "../condition/check.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { type Diagnostic, diagnosticAt } from "../diagnostics/diagnostic.ts";
import type { Input, InputCheck } from "../engine/input-check.ts";
import type { InputProblem } from "../engine/input-problem.ts";
import { pathInto } from "../engine/input-types.ts";
import { parsePath, showPath } from "../request/attribute-path.ts";
import { undeclaredName, type StateKind } from "../engine/input-state.ts";
import { LINTED } from "../policy/check-conditions.ts";
import type { Place, SuiteDocument } from "../policy/model.ts";
import { memberPath } from "../policy/node.ts";
import { conditionSpan } from "../policy/read-condition.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import type { Span } from "../text/span.ts";
import { reused } from "./cases.ts";
import { mergeDeep, withValue } from "./merge.ts";
import type { Dimension, Expectation, ExpectedState, Step, Suite, Test } from "./model.ts";
import { omit } from "./omit.ts";

interface Finding {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly help?: string | undefined;
  readonly span?: Span;
}

function isMatrixOf(dimension: Dimension, step: number): boolean {
  return dimension.step === undefined || dimension.step === step;
}

/**
 * What a call is merged from, as far as it is written in a suite: paths under which its parts may
 * stand.
 */
type Bases = readonly string[];

/** Holds the calls of one suite against what a set knows. */
class SuiteCheck {
  readonly #found = new Map<string, Diagnostic>();
  readonly #suite: Suite;
  readonly #document: SuiteDocument;
  readonly #check: InputCheck;

  constructor(suite: Suite, document: SuiteDocument, check: InputCheck) {
    this.#suite = suite;
    this.#document = document;
    this.#check = check;
  }

  run(): readonly Diagnostic[] {
    for (const [name, json] of this.#suite.fixtures) this.#calls([json], this.#fixtureBases(name));
    for (const test of this.#suite.tests) this.#test(test);
    return [...this.#found.values()];
  }

  #add(place: Place, finding: Finding): void {
    const { span = place.span, message } = finding;
    this.#found.set(`${span.start} ${message}`, diagnosticAt({ ...place, span }, finding));
  }

  /** The paths of a fixture, and of those that it uses. */
  #fixtureBases(name: string | undefined, above: Bases = []): Bases {
    const fixtures = objectMember(this.#document.body, "fixtures");
    const raw = name === undefined ? undefined : objectMember(fixtures, name);
    const path = memberPath("$.fixtures", name ?? "");
    if (raw === undefined || above.includes(path)) return above;
    return this.#fixtureBases(stringMember(raw, "use"), [...above, path]);
  }

  #basesOf(step: Step): Bases {
    return [
      `${step.place.path}.call`,
      ...this.#fixtureBases(stringMember(step.raw, "use")),
      step.place.path,
    ];
  }

  /** Where a part of a call is written: in the call itself, else in what it uses. */
  #placeOf(problem: InputProblem, bases: Bases): Place {
    const places = bases.map((base) => ({
      wanted: base + problem.path,
      place: this.#document.locate(base + problem.path, problem.part),
    }));
    const found = places.find(({ wanted, place }) => place.path === wanted) ?? places[0];
    return found?.place ?? this.#document.place;
  }

  /** What all of several calls have that nobody knows. */
  #common(calls: readonly JsonObject[]): readonly InputProblem[] {
    const [first = [], ...others] = calls.map((json) => this.#check.call(input(json)));
    const paths = others.map((problems) => new Set(problems.map(({ path }) => path)));
    return first.filter(({ path }) => paths.every((known) => known.has(path)));
  }

  #calls(calls: readonly JsonObject[], bases: Bases): void {
    for (const problem of this.#common(calls)) this.#add(this.#placeOf(problem, bases), problem);
  }

  #test(test: Test): void {
    const varied = test.steps.map((step, i) =>
      variantsOf(
        this.#suite,
        step,
        test.matrix.filter((one) => isMatrixOf(one, i)),
      ),
    );
    const ownAction = (i: number): boolean =>
      !test.matrix.some((one) => one.segments[0] === "action" && isMatrixOf(one, i));
    test.steps.forEach((step, i) => this.#step(step, varied[i] ?? [], ownAction(i)));
    for (const dimension of test.matrix) {
      if (dimension.segments[0] === "use") continue;
      this.#dimension(dimension, varied.filter((_, i) => isMatrixOf(dimension, i)).flat());
    }
  }

  /**
   * `ownAction`: false where the matrix gives the action, so that its values are looked at there.
   */
  #step(step: Step, calls: readonly JsonObject[], ownAction: boolean): void {
    const problems = this.#common(calls).filter(
      ({ path }) => ownAction || !path.startsWith(".action"),
    );
    for (const problem of problems) this.#add(this.#placeOf(problem, this.#basesOf(step)), problem);
    this.#called(calls[0] ?? {}, step);
    for (const expectation of step.expect) this.#expectation(expectation, calls);
  }

  /**
   * Calls that approvals are for: they are called by nobody, and bound by what they say (design
   * 8.1).
   */
  #called(call: JsonObject, step: Step): void {
    const approvals = member(objectMember(call, "context"), "approvals");
    if (!Array.isArray(approvals)) return;
    approvals.forEach((approval, i) => {
      const meant = isJsonObject(approval) ? objectMember(approval, "for") : undefined;
      if (meant === undefined) return;
      const at = `.context.approvals[${i}].for`;
      const fixture = this.#fixtureBases(stringMember(meant, "use"));
      const bases = [...this.#basesOf(step).map((base) => base + at), ...fixture];
      this.#calls([reused(this.#suite, meant, meant["use"])], bases);
    });
  }

  #dimension(dimension: Dimension, calls: readonly JsonObject[]): void {
    const text = showPath(dimension.segments);
    const slips = calls.map((call) => this.#check.path(text, { input: input(call), path: "" }));
    const [slip] = slips[0] ?? [];
    if (slip !== undefined && slips.every((found) => found.length > 0))
      return this.#add(this.#document.locate(dimension.place.path, "key"), slip);
    const { place, segments } = dimension;
    dimension.values.forEach((value, i) =>
      this.#valueAt({ path: `${place.path}[${i}]`, segments, value }, calls),
    );
  }

  /** What is wrong with a value at a path, in each of the calls that it may go into. */
  #valueAt(
    {
      path,
      segments,
      value,
    }: Pick<Dimension, "segments"> & { readonly path: string; readonly value: Json },
    calls: readonly JsonObject[],
  ): void {
    const prefix = segments[0] === "action" ? ".action" : segments.reduce(pathInto, "");
    const found = this.#common(
      calls.map((call) => withValue(partOf(call, segments[0]), segments, value)),
    );
    for (const problem of found.filter((one) => one.path.startsWith(prefix)))
      this.#add(this.#document.locate(path), problem);
  }

  #expectation({ state, where, place }: Expectation, calls: readonly JsonObject[]): void {
    if (state !== undefined) this.#state(state, `${place.path}.state`);
    const [call = {}] = calls;
    if (where === undefined) return;
    if (where.by === "condition") return this.#where(where.condition, calls.length > 1 ? {} : call);
    for (const { path, value } of where.values) {
      const [written, segments] = [
        memberPath(`${place.path}.where`, path),
        parsePath(path.replace(/^call\./, "")),
      ];
      const slips = this.#check.path(showPath(segments), { input: input(call), path: written });
      for (const slip of slips) this.#add(this.#document.locate(written, "key"), slip);
      if (slips.length === 0) this.#valueAt({ path: written, segments, value }, calls);
    }
  }

  #where(
    condition: Extract<NonNullable<Expectation["where"]>, { by: "condition" }>["condition"],
    call: JsonObject,
  ): void {
    for (const { code, message, start, end, help } of checkExpression(
      condition.expr,
      this.#check.scopeOf(input(call)),
      "bool",
    )) {
      const kept: Pick<Finding, "code" | "severity"> = LINTED.has(code)
        ? { code: "unknown-input", severity: "warning" }
        : { code, severity: "error" };
      this.#add(condition.place, {
        ...kept,
        message,
        help,
        span: conditionSpan(condition, start, end),
      });
    }
  }

  #state({ labels, counters, values }: ExpectedState, path: string): void {
    const names = (kind: StateKind, given: Iterable<string>): void =>
      [...given].forEach((name, i) => {
        const found = undeclaredName(kind, name, this.#check.declared);
        if (found === undefined) return;
        const item = this.#document.locate(`${path}.${kind}[${i}]`);
        const listed = item.path.endsWith("]");
        const place = listed
          ? item
          : this.#document.locate(memberPath(`${path}.${kind}`, name), "key");
        this.#add(place, { code: "undeclared-state", severity: "error", ...found });
      });
    names("labels", labels.keys());
    names("counters", counters.keys());
    names("values", values.keys());
  }
}

/** The part of a call that a path lies in, and its action, which tells what its arguments are. */
function partOf({ action, ...rest }: JsonObject, root: string | undefined): JsonObject {
  const part = root === undefined ? undefined : member(rest, root);
  return {
    ...(action === undefined ? {} : { action }),
    ...(root === undefined || part === undefined ? {} : { [root]: part }),
  };
}

/**
 * An approval without what is read, and checked, by words of tests alone: for which call it is, and
 * how it was decided.
 */
function plainApproval(approval: Json): Json {
  return isJsonObject(approval) ? omit(omit(approval, "for"), "decision") : approval;
}

/** A test's call is complete (design 8.1). */
function input(call: JsonObject): Input {
  const context = objectMember(call, "context");
  const approvals = member(context, "approvals");
  const json = Array.isArray(approvals)
    ? { ...call, context: { ...context, approvals: approvals.map(plainApproval) } }
    : call;
  return { json, path: "", complete: true };
}

/** More tools and fixtures than these a matrix varies for the sake of other things. */
const MOST_VARIANTS = 50;

/**
 * The calls of a step, with its outcome: one for each fixture and tool that its matrix gives it.
 */
function variantsOf(
  suite: Suite,
  step: Step,
  dimensions: readonly Dimension[],
): readonly JsonObject[] {
  const uses = dimensions.find(({ segments }) => segments[0] === "use")?.values;
  const used = uses?.map((use) => reused(suite, step.raw, use)) ?? [step.call];
  const actions = dimensions.filter(({ segments }) => segments[0] === "action");
  const calls = actions.reduce<readonly JsonObject[]>(
    (all, { segments, values }) =>
      all
        .flatMap((call) => values.map((value) => withValue(call, segments, value)))
        .slice(0, MOST_VARIANTS),
    used.slice(0, MOST_VARIANTS),
  );
  const { outcome } = step;
  if (outcome === undefined) return calls;
  return calls.map((call) => ({
    ...call,
    outcome: mergeDeep(objectMember(call, "outcome") ?? {}, outcome),
  }));
}

/**
 * What the calls and expectations of a suite say and the set does not know. State that no policy
 * declares, paths that begin with nothing of a call and conditions that do not check are errors,
 * all else warnings.
 */
export function checkSuite(
  suite: Suite,
  document: SuiteDocument,
  check: InputCheck,
): readonly Diagnostic[] {
  return new SuiteCheck(suite, document, check).run();
}
