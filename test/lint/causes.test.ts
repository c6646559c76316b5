import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { agentz, ROOT, scratch } from "../e2e/agentz.ts";

const FILES = [
  "catalog.yaml",
  "domains.csv",
  ...readdirSync(`${ROOT}policies/candidate`).map((name) => `candidate/${name}`),
];
const SAMPLE: { readonly [path: string]: string } = Object.fromEntries(
  FILES.map((file) => [`p/${file}`, readFileSync(`${ROOT}policies/${file}`, "utf8")]),
);

interface Found {
  readonly code: string;
  readonly line: number;
  readonly message: string;
  readonly cause: { readonly code: string; readonly line: number } | null;
}

/** The sample with one name misspelled at a line of a file. */
function linted(file: string, line: number, [name, typo]: readonly [string, string]) {
  const text = SAMPLE[`p/${file}`] ?? "";
  const lines = text.split("\n");
  expect(lines[line - 1]).toContain(name);
  lines[line - 1] = (lines[line - 1] ?? "").replace(name, typo);
  const cwd = scratch({ ...SAMPLE, [`p/${file}`]: lines.join("\n") });
  const flags = ["lint", "p", "--now", "2026-11-20"];
  const { findings }: { readonly findings: readonly Found[] } = JSON.parse(
    agentz([...flags, "--format", "json"], { cwd }).stdout,
  );
  return { findings, shown: agentz(flags, { cwd }) };
}

function lineOf(file: string, text: string): number {
  return (SAMPLE[`p/${file}`] ?? "").split("\n").findIndex((line) => line.includes(text)) + 1;
}

test.each<[string, string, string, readonly [string, string]]>([
  ["an agent of a target", "candidate/coding.yaml", "target:", ["agent:coder", "agent:cdoer"]],
  [
    "an agent of a rule",
    "candidate/common.yaml",
    'subjects: ["agent:planner"]',
    ["planner", "plnaner"],
  ],
  ["a tool of a rule", "candidate/common.yaml", "actions: [agents/invoke]", ["invoke", "inovke"]],
  ["a tool of a manifest", "catalog.yaml", "{ name: host/shell }", ["shell", "sehll"]],
  ["a server of a pattern", "catalog.yaml", "{ name: cloud/* }", ["cloud", "colud"]],
])("what follows from %s that is misspelled stands below it", (_, file, at, [name, typo]) => {
  const line = lineOf(file, at);
  const { findings, shown } = linted(file, line, [name, typo]);
  const [cause, ...others] = findings.filter((one) => one.cause === null);
  expect(others).toEqual([]);
  expect(cause?.line).toBe(line);
  expect(findings.length).toBeGreaterThan(1);
  for (const one of findings)
    if (one !== cause) expect(one.cause).toMatchObject({ code: cause?.code, line });
  expect(shown.stdout.split("\n")[0]).toContain(`p/${file}:${line}:`);
  expect(shown.stdout).toMatch(/\n {2}help: did you mean `.*\n {2}therefore: /);
  expect(shown.stdout).toContain(`(${findings.length - 1} because of a misspelled name`);
  const isRefused = findings.some(
    ({ code }) => code.startsWith("example") || code.startsWith("contra"),
  );
  expect(shown.status).toBe(isRefused ? 1 : 0);
  expect(shown.stdout.split("\n")[0]).toContain(isRefused ? ": error[" : ": warning[");
});

test("a finding whose cause is suppressed stands for itself", () => {
  const file = "candidate/common.yaml";
  const line = lineOf(file, "actions: [agents/invoke]");
  const typo = "actions: [agents/inovke] # agentz-ignore unknown-tool: it comes next week";
  const { findings } = linted(file, line, ["actions: [agents/invoke]", typo]);
  expect(findings.map(({ code, cause }) => [code, cause])).toContainEqual([
    "outside-manifest",
    null,
  ]);
});
