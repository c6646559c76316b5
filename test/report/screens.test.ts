import { beforeAll, describe, expect, test } from "vitest";
import { render } from "../../src/api/render.ts";
import { main } from "../../src/cli/main.ts";
import { wrapText } from "../../src/report/wrap.ts";
import { scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { ROOT, run } from "./report-page.ts";

const SET = (calls: string): string => `apiVersion: agentz/v1
kind: Policy
name: budget
version: 1.0.0
owner: treasury
session: { counters: [{ name: paid, add: args.amount, when: decision.permitted, ${calls} }] }
rules: [{ id: pay, effect: allow, actions: [bank/pay] }]
`;

const METRICS = [
  "enforcement",
  "policy",
  "identity",
  "classification",
  "oversight",
  "attribution",
] as const;

const SHORT = ["enforce", "policy", "identity", "classif.", "oversight", "attrib."];

const documentOf = async (...command: readonly string[]) =>
  JSON.parse((await run(...command, "--format", "json")).stdout);
const documents = Promise.all([documentOf("coverage"), documentOf("bench", "--runs", "1")]);

describe.each([80, 100, 200])("design 11.7: screens of %i columns", (columns) => {
  let coverage = "";
  let bench = "";
  beforeAll(async () => {
    [coverage = "", bench = ""] = await Promise.all(
      (await documents).map((document) => render(document, "pretty", { columns })),
    );
  });

  test("coverage names every column in one line, at the right end of its numbers", () => {
    const lines = coverage.split("\n");
    const at = lines.findIndex((line) => line.startsWith("by agent"));
    const [head = "", row = ""] = lines.slice(at, at + 2);
    const ends = [...row.matchAll(/\d%|none/g)].map((match) => match.index + match[0].length);
    // whole names where all have room in one line
    const names = columns < 100 ? SHORT : METRICS;
    expect(names.map((name) => head.indexOf(name) + name.length)).toEqual(ends);
    for (const line of [head, row]) expect(line.length).toBeLessThanOrEqual(columns);
  });

  test("coverage has one line for each metric, and ends with its two numbers", () => {
    for (const metric of METRICS)
      expect(
        coverage.split("\n").find((line) => line.startsWith(`  ${metric} `))?.length,
      ).toBeLessThanOrEqual(columns);
    expect(wrapText(coverage, columns).split("\n").length).toBeLessThanOrEqual(54);
    expect(coverage).toMatch(
      /\n65\.5% of 249 consequential calls decided outside the agent; 16\.7% of 126 [^\n]*\n$/,
    );
  });

  test("bench has the place of a rule beside or below its name, always at one column", () => {
    const places = bench.split("\n").filter((line) => /policies\/[a-z/]+\.yaml:\d+$/.test(line));
    expect(places.length).toBeGreaterThan(5);
    const below = places.filter((line) => line.trimStart().startsWith("policies/"));
    expect(new Set(below.map((line) => line.search(/\S/))).size).toBeLessThanOrEqual(1);
    for (const line of places) expect(line.length).toBeLessThanOrEqual(columns);
    expect(bench).toContain("99 of 100 up to");
  });
});

test("design 11.7: every line of a job fits 80 columns, whatever the key", async () => {
  for (const key of ["session", "subject", "on_behalf_of", "tenant"]) {
    const cwd = scratch({ "p.yaml": SET(`key: ${key}`) });
    for (const more of [[], ["--whole-sessions"], ["--position", "seq"]]) {
      const asked = ["plan", "--candidate", "p.yaml", "--baseline", "p.yaml", ...more];
      const { stdout } = await runInProcess(cwd, {}, [...asked, "--format", "json"]);
      const { part, jobs } = JSON.parse(stdout);
      // two columns before it on the screen; the command that counts a part is as long as its paths
      const wide = jobs
        .flatMap(({ text }: { readonly text: string }) => text.split("\n"))
        .filter((line: string) => line.length > 78 && !line.includes(part));
      expect(wide).toEqual([]);
      expect(jobs.map(({ key: by }: { key: string }) => by.includes("\n"))).not.toContain(true);
    }
  }
});

test("design 11.7: the jobs of a plan keep their lines, so that a copied one runs", async () => {
  const plan = await documentOf("plan");
  const shown = async (columns: number): Promise<string> => {
    let text = "";
    const stdout = { write: (more: string) => void (text += more), isTTY: true, columns };
    const stderr = { write: () => undefined, isTTY: true };
    const streams = { stdout, stderr, readStdin: () => Promise.resolve("") };
    await main(["plan"], { cwd: ROOT, env: { NO_COLOR: "1" }, ...streams, clock: () => 0 });
    return text;
  };
  const text = await shown(60);
  for (const job of plan.jobs)
    for (const line of job.text.split("\n"))
      expect(text.split("\n")).toContain(line && `  ${line}`);
  expect(text).toContain(`part  ${plan.part}\n`);
  const words = text.slice(0, text.indexOf("\npart")).split("\n");
  expect(words.length).toBeGreaterThan(4);
  for (const line of words) expect(line.length).toBeLessThanOrEqual(60);
});

test("design 11.7: what does not load is told within the width of the terminal", async () => {
  let text = "";
  const io = {
    cwd: ROOT,
    env: {},
    stdout: { write: () => undefined, isTTY: true, columns: 60 },
    stderr: { write: (more: string) => void (text += more), isTTY: true },
    readStdin: () => Promise.resolve(""),
    clock: () => 0,
  };
  expect(await main(["diff", "policies/baseline", "policies/candidate"], io)).toBe(2);
  const told = text.split("\n");
  expect(told.length).toBeGreaterThan(10);
  for (const line of told) expect(line.length).toBeLessThanOrEqual(60);
  expect(text.replace(/\s+/g, " ")).toContain("there is no attribute `data.own_domains`");
  // the marks stand below what they mark
  const marked = told.flatMap((line, i) => {
    const from = line.indexOf("^");
    return from < 0 ? [] : [(told[i - 1] ?? "").slice(from, line.lastIndexOf("^") + 1)];
  });
  expect(marked).toContain("data.own_domains");
  expect(marked).toContain("data.coder_commands");
});

test("design 11.7: what is said beside a document is told within the width too", async () => {
  let text = "";
  const cwd = scratch({ "p.yaml": SET("key: session") });
  const io = {
    cwd,
    env: {},
    stdout: { write: () => undefined, isTTY: true, columns: 30 },
    stderr: { write: (more: string) => void (text += more), isTTY: true },
    readStdin: () => Promise.resolve(""),
    clock: () => 0,
  };
  expect(await main(["lint", "p.yaml", "--max-warnings", "0"], io)).toBe(1);
  expect(text.replace(/\s+/g, " ")).toMatch(/agentz: \d+ warnings?, the maximum is 0/);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(30);
});

test("design 9.1: coverage has the colours of the bands that the report has", async () => {
  const [document] = await documents;
  const coloured = await render(document, "pretty", { columns: 100, color: true });
  const colours = METRICS.map((metric) => {
    const line = coloured.split("\n").find((text) => text.startsWith(`  ${metric} `)) ?? "";
    return line.slice(line.indexOf("\u001b[") + 2).slice(0, 2);
  });
  // red, green, yellow: an alarm, on target, below target
  expect(colours).toEqual(["31", "32", "33", "32", "31", "32"]);
});

test("a replay says how many approvers it leaves out", async () => {
  expect((await run("replay")).stdout).toContain(
    "from role:finance-manager 10, role:sre 5, role:care-lead 1, … 1 more",
  );
});

test("design 11.5: what a mutant changes is coloured, and no code of a colour is written as text", async () => {
  const document = await documentOf("test", "--mutate");
  const shown = await render(document, "pretty", { color: true });
  expect(shown).toContain("\u001b[31m  - subjects:");
  expect(shown).not.toContain("\\u{1b}");
});
