import { expect, test } from "vitest";
import { junitFaults } from "./junit.ts";
import { renderedFaults, renderMarkdown } from "./markdown.ts";
import { sarifFaults } from "./sarif.ts";

const RUN = { tool: { driver: { name: "x" } }, results: [] };

test("SARIF: the schema takes a log and refuses one that is none", () => {
  expect(sarifFaults(JSON.stringify({ version: "2.1.0", runs: [RUN] }))).toEqual([]);
  expect(
    sarifFaults(
      JSON.stringify({
        version: "2.1.0",
        runs: [{ ...RUN, results: [{ level: "fatal", message: {} }] }],
      }),
    ),
  ).not.toEqual([]);
  expect(
    sarifFaults(JSON.stringify({ version: "2.1.0", runs: [{ ...RUN, more: 1 }] })),
  ).not.toEqual([]);
});

test("JUnit: the schema takes the common dialect and refuses what is not of it", async () => {
  const suite = (body: string): string =>
    `<testsuites skipped="0"><testsuite name="s" tests="1">${body}</testsuite></testsuites>`;
  expect(
    await junitFaults(
      suite(
        '<testcase name="a" classname="b" file="c" line="1"><failure message="m">t</failure></testcase>',
      ),
    ),
  ).toEqual([]);
  expect(await junitFaults(suite('<testcase classname="b"/>'))).not.toEqual([]);
  expect(await junitFaults(suite('<testcase name="a" owner="b"/>'))).not.toEqual([]);
  expect(await junitFaults(suite('<testcase name="a">'))).not.toEqual([]);
});

test("Markdown: tables and folds are a report's own, links and scripts are not", () => {
  expect(renderMarkdown("| a |\n| --- |\n| b |\n")).toContain("<td>b</td>");
  expect(
    renderedFaults(
      "<!-- agentz ci -->\n## a\n\n<details>\n<summary>b</summary>\n\n| a |\n| --- |\n| `c` |\n\n</details>\n",
    ),
  ).toEqual([]);
  for (const active of [
    "[x](https://x.example)",
    "https://x.example",
    "www.x.example",
    "<script>1</script>",
    "<img src=x>",
    "<!-- x -->",
    "![i](p)",
    '<p onclick="x">',
  ])
    expect([active, renderedFaults(active).length > 0]).toEqual([active, true]);
});
