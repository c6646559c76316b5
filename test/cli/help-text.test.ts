import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/command-list.ts";
import { helpText } from "../../src/cli/help-text.ts";
import { textWidth } from "../../src/report/wrap.ts";
import { agentz } from "../e2e/agentz.ts";

const help = (...command: readonly string[]): string => agentz([...command, "--help"]).stdout;

test("design 11.7: the help of every command fits a terminal, and loses no word", () => {
  for (const command of [[], ...COMMANDS.map(({ name }) => [name])])
    for (const columns of [80, 100]) {
      const text = help(...command);
      const shown = helpText(text, columns);
      expect(shown.replaceAll(/\s+/g, "")).toBe(text.replaceAll(/\s+/g, ""));
      for (const line of shown.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
});

test("the list of commands says what each takes, as its own help does", () => {
  const listed = help();
  for (const { name, args } of COMMANDS) {
    const takes = args === undefined ? "" : ` ${args}`;
    expect(help(name).split("\n")[0]).toBe(`Usage: agentz ${name} [options]${takes}`);
    expect(listed).toContain(`\n  ${name}${takes} `);
  }
});

test("what an example does goes below it where both do not fit", () => {
  const line = "  agentz replay --candidate a    one against another\n";
  expect(helpText(line, 60)).toBe(line);
  expect(helpText(line, 40)).toBe("  agentz replay --candidate a\n      one against another\n");
});

test("a paragraph is broken anew, and a list or an example stays as it is", () => {
  const long = "Checks policies and catalogs as one set, and finds everything that keeps";
  expect(helpText(`${long}\nthe set from loading.\n\nExamples:\n  agentz lint\n`, 40)).toBe(
    "Checks policies and catalogs as one set,\nand finds everything that keeps the\n" +
      "set from loading.\n\nExamples:\n  agentz lint\n",
  );
});
