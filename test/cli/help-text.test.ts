import { expect, test } from "vitest";
import { helpText } from "../../src/cli/help-text.ts";
import { textWidth } from "../../src/report/wrap.ts";
import { agentz } from "../e2e/agentz.ts";

const help = (...command: readonly string[]): string => agentz([...command, "--help"]).stdout;
const COMMANDS = [...help().matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name = ""]) => name);

test("design 11.7: the help of every command fits a terminal, and loses no word", () => {
  expect(COMMANDS.length).toBeGreaterThan(25);
  for (const command of [[], ...COMMANDS.map((name) => [name])])
    for (const columns of [80, 100]) {
      const text = help(...command);
      const shown = helpText(text, columns);
      expect(shown.replaceAll(/\s+/g, "")).toBe(text.replaceAll(/\s+/g, ""));
      for (const line of shown.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
});

test("a paragraph is broken anew, and a list or an example stays as it is", () => {
  const long = "Checks policies and catalogs as one set, and finds everything that keeps";
  expect(helpText(`${long}\nthe set from loading.\n\nExamples:\n  agentz lint\n`, 40)).toBe(
    "Checks policies and catalogs as one set,\nand finds everything that keeps the\n" +
      "set from loading.\n\nExamples:\n  agentz lint\n",
  );
});
