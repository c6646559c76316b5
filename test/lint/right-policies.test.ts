import fc from "fast-check";
import { expect, test } from "vitest";
import { assemble, lint } from "./pages.ts";
import { rightPolicy } from "./right-policies.ts";

/** What is said of values and patterns; whether random rules have an effect is another question. */
const CODES: ReadonlySet<string> = new Set([
  "impossible-value",
  "unknown-value",
  "unknown-tool",
  "dead-pattern",
  "foreign-pattern",
  "missing-form",
  "sibling-prefix",
  "unanchored-pattern",
  "nothing-allowed",
  "misread-text",
]);

test("of 500 random policies that say nothing impossible, none is blamed", () => {
  const property = fc.property(rightPolicy, (text) => {
    const assembled = assemble(text);
    expect(assembled.diagnostics.map(({ message }) => message)).toEqual([]);
    const found = lint(text, [], assembled).findings.filter(({ code }) => CODES.has(code));
    expect(
      found.map(
        ({ code, message, span }) => `${code}: ${message}: ${text.slice(span.start, span.end)}`,
      ),
    ).toEqual([]);
  });
  fc.assert(property, { numRuns: 500, seed: 17 });
});
