import { isCelError, run as runReference } from "@bufbuild/cel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Value } from "../../src/condition/value.ts";
import { condition, leafValue, LEAVES } from "./random-condition.ts";
import { outcome, run } from "./run.ts";

type Plain = Readonly<Record<string, Value>>;

function rows(values: readonly unknown[]): Plain {
  const object = (prefix: string): Record<string, Value> => {
    const found: Record<string, Value> = {};
    LEAVES.forEach((path, i) => {
      if (path.startsWith(prefix) && values[i] !== undefined)
        found[path.slice(2)] = values[i] as Value;
    });
    return found;
  };
  return { a: object("a."), b: object("b."), c: (values[4] ?? "none") as Value };
}

/** true, false or `error`, as another implementation of CEL has it. */
function reference(text: string, row: Plain): unknown {
  try {
    const result: unknown = runReference(text, row as never);
    return typeof result === "boolean" && !isCelError(result) ? result : "error";
  } catch {
    return "error";
  }
}

describe("design 3.3: with everything known, another CEL evaluator says the same", () => {
  it("on random conditions", () => {
    let definite = 0;
    fc.assert(
      fc.property(
        condition,
        fc.array(leafValue, { minLength: LEAVES.length, maxLength: LEAVES.length }),
        (text, values) => {
          const row = rows(values);
          const told = outcome(run(text, row));
          const ours = typeof told === "boolean" ? told : "error";
          if (typeof told === "boolean") definite++;
          expect(ours, `${text} on ${JSON.stringify(row)}`).toBe(reference(text, row));
        },
      ),
      { numRuns: 1500, seed: 20260518 },
    );
    expect(definite).toBeGreaterThan(200);
  });
});
