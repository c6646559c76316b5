import type { Json, JsonObject } from "../request/json.ts";
import { hiddenStart, hideSecrets } from "../text/hide-secrets.ts";
import { omit } from "./omit.ts";
import { mergeDeep, withValue } from "./merge.ts";
import type { Dimension, Suite, Test } from "./model.ts";

/** One point of a test's matrix; a test without one has a single case without a label. */
export interface Case {
  /** `args.amount=-5, subject.id=b`; null without a matrix. */
  readonly label: string | null;
  /** The call of each step, complete. */
  readonly calls: readonly JsonObject[];
}

interface Setting {
  readonly dimension: Dimension;
  readonly value: Json;
}

const SHOWN = 60;

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${hiddenStart(text, SHOWN - 1)}…` : hideSecrets(text);
}

/** The settings of every case: the last path varies fastest. */
function* settings(dimensions: readonly Dimension[]): Generator<readonly Setting[]> {
  const [first, ...rest] = dimensions;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const value of first.values)
    for (const inner of settings(rest)) yield [{ dimension: first, value }, ...inner];
}

/** A call with what `use` names taken in: no fixture where it names none. */
export function reused(suite: Suite, raw: JsonObject, use: Json | undefined): JsonObject {
  return mergeDeep(
    typeof use === "string" ? (suite.fixtures.get(use) ?? {}) : {},
    omit(raw, "use"),
  );
}

function callOf(
  suite: Suite,
  test: Test,
  choice: { step: number; chosen: readonly Setting[] },
): JsonObject {
  const step = test.steps[choice.step];
  let call = step?.call ?? {};
  const mine = choice.chosen.filter(
    ({ dimension }) => dimension.step === undefined || dimension.step === choice.step,
  );
  const use = mine.find(({ dimension }) => dimension.segments[0] === "use");
  if (use !== undefined && step !== undefined) call = reused(suite, step.raw, use.value);
  for (const { dimension, value } of mine)
    if (dimension.segments[0] !== "use") call = withValue(call, dimension.segments, value);
  return call;
}

/** Every case of a test, in the order of its matrix. */
export function* casesOf(suite: Suite, test: Test): Generator<Case> {
  if (test.matrix.length === 0) {
    yield { label: null, calls: test.steps.map((step) => step.call) };
    return;
  }
  for (const chosen of settings(test.matrix)) {
    yield {
      label: chosen.map(({ dimension, value }) => `${dimension.path}=${shown(value)}`).join(", "),
      calls: test.steps.map((_, step) => callOf(suite, test, { step, chosen })),
    };
  }
}
