import { describe, expect, test } from "vitest";
import { agentz } from "../e2e/agentz.ts";

/** What is said of a command line, as two lines. */
function said(...argv: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = agentz(argv);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  return stderr.trimEnd().split("\n");
}

describe("a command line that cannot be parsed: what is wrong, and what to do", () => {
  test.each([
    [["lint", "--formt", "json"], "unknown option `--formt`", "did you mean `--format`?"],
    [
      ["explain"],
      "the argument `<event-or-request>` is missing",
      "`agentz explain --help` shows what it takes",
    ],
    [
      ["trace", "stats"],
      "the argument `<traces>` is missing",
      "`agentz trace stats --help` shows what it takes",
    ],
    [
      ["trace"],
      "`agentz trace` is a group of commands, and none is named",
      "`agentz trace --help` shows what it takes",
    ],
    [["version", "chek"], "unknown command `chek`", "did you mean `check`?"],
    [
      ["blast-radius", "x"],
      "`agentz blast-radius` takes no arguments, only options",
      "`agentz blast-radius --help` shows what it takes",
    ],
    [
      ["who-can", "a", "b", "c"],
      "`agentz who-can` takes at most 2 arguments",
      "`agentz who-can --help` shows what it takes",
    ],
    [
      ["accept", "abc"],
      "the option `--reason <text>` is missing",
      "`agentz accept --help` shows what it takes",
    ],
    [
      ["lint", "-o"],
      "the option `-o, --output <file>` has no value",
      "`agentz lint --help` shows what it takes",
    ],
    [
      ["replay", "--gate", "widned=0"],
      "`--gate widned=0`: there is no check `widned`; did you mean `widened`?",
      "`agentz replay --help` shows what it takes",
    ],
    [
      ["report", "--format", "htm"],
      "`--format htm`: allowed choices are pretty, html, markdown, json",
      "`agentz report --help` shows what it takes",
    ],
    [["--nope"], "unknown option `--nope`", "`agentz --help` lists the commands"],
  ])("%j", (argv, message, help) => {
    expect(said(...argv)).toEqual([`agentz: ${message}`, `  help: ${help}`]);
  });
});
