import { expect, test } from "vitest";
import { plainPatternTest } from "../../src/proof/plain-pattern.ts";

const TEXTS = [
  "",
  "a",
  "ab",
  "b",
  "ba",
  "a.b",
  "axb",
  "aab",
  "^a",
  "a$",
  "a|b",
  "(a)",
  "a\\",
  "\\a",
];

test.each([
  "^a",
  "b$",
  "a",
  "^ab$",
  "^a\\.b$",
  "\\.",
  "^(a|ab)$",
  "^(?:b|a\\.b)$",
  "\\$$",
  "^\\^",
  "",
  "^",
  "$",
  "a\\\\$",
  "^$",
])("%s is as a plain test says", (pattern) => {
  const found = plainPatternTest(pattern);
  expect(TEXTS.map((text) => found?.passes(text))).toEqual(
    TEXTS.map((text) => new RegExp(pattern, "u").test(text)),
  );
});

test.each(["a.b", "^a|b$", "(?i)a", "^(a|b)", "(a)+", "[ab]", "\\d", "a{2}", "^((a)|b)$"])(
  "%s is no plain one",
  (pattern) => expect(plainPatternTest(pattern)).toBeUndefined(),
);
