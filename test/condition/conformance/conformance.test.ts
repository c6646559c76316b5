import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkExpression } from "../../../src/condition/check.ts";
import { parseExpression } from "../../../src/condition/parse.ts";
import { DYN } from "../../../src/condition/types.ts";
import { unparse } from "../../../src/condition/unparse.ts";
import { allCases, passes } from "./cases.ts";
import { EXPECTED_FAILURES } from "./expected-failures.ts";
import { CORE, conformancePage, EXTENSIONS } from "./table.ts";

const PAGE = new URL("../../../docs/conformance.md", import.meta.url);
const cases = allCases([...CORE, ...EXTENSIONS]);

describe("design 3.3: conditions are CEL, judged by its conformance suite", () => {
  for (const file of [...CORE, ...EXTENSIONS]) {
    it(file, () => {
      const failed = cases.filter(
        (test) => test.file === file && !EXPECTED_FAILURES.has(test.id) && !passes(test),
      );
      expect(failed.map((test) => `${test.id}: ${test.expr}`)).toEqual([]);
    });
  }
  it("has no expected failure that passes or does not exist", () => {
    const real = new Set(cases.filter((test) => !passes(test)).map((test) => test.id));
    expect([...EXPECTED_FAILURES.keys()].filter((id) => !real.has(id))).toEqual([]);
  });
  it("covers at least 1,073 cases of the core", () => {
    expect(allCases(CORE).filter(passes).length).toBeGreaterThanOrEqual(1073);
  });
  it("docs/conformance.md is current", () => {
    const page = conformancePage(EXPECTED_FAILURES);
    if (process.env["UPDATE_DOCS"] !== undefined) writeFileSync(PAGE, page);
    expect(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "missing").toBe(page);
  });
});

describe("design 3.4: the checker accepts what the suite evaluates", () => {
  it("every case that the suite itself type-checks", () => {
    const refused = cases.filter(({ checked, expected, expr, bindings, id }) => {
      const parsed = parseExpression(expr);
      if (!checked || expected === undefined || !parsed.ok || EXPECTED_FAILURES.has(id))
        return false;
      const variables = new Map(
        [...bindings.keys()].map((name) => [name.split(".")[0] ?? name, DYN] as const),
      );
      const problems = checkExpression(parsed.expr, { variables }, "any");
      // a literal that no double holds is refused on purpose, whatever stands beside it
      return problems.some(({ message }) => !message.startsWith("a double cannot represent"));
    });
    expect(refused.map((test) => `${test.id}: ${test.expr}`)).toEqual([]);
  });
});

describe("design 10.1: printing an expression loses nothing", () => {
  it("every case prints to a text that prints to itself and means the same", () => {
    for (const test of cases) {
      const parsed = parseExpression(test.expr);
      if (!parsed.ok) continue;
      const printed = unparse(parsed.expr);
      const again = parseExpression(printed);
      expect(again.ok && unparse(again.expr), test.expr).toBe(printed);
      expect(passes({ ...test, expr: printed }), `${test.expr} => ${printed}`).toBe(passes(test));
    }
  });
});
