import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { lintFindings } from "../../../src/lint/lint-document.ts";
import type { LintFinding, LintResult } from "../../../src/documents/lint-result.ts";
import { formatsOf, reporterOf } from "../../../src/report/formats.ts";
import { assemble, documents, lint } from "../../lint/pages.ts";
import { junitFaults } from "../../readers/junit.ts";
import { renderedFaults } from "../../readers/markdown.ts";
import { sarifFaults } from "../../readers/sarif.ts";
import { SARIF_SUBSET } from "./sarif-subset.ts";

const OPTIONS = { color: false, details: false };

const REPORTERS = new Map(
  await Promise.all(
    formatsOf("lint").map(async (format) => [format, await reporterOf("lint", format)] as const),
  ),
);

function resultOf(findings: readonly LintFinding[]): LintResult {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return {
    schemaVersion: 1,
    command: "lint",
    tool: { version: "0.0.0" },
    source: "sha256:0",
    digest: null,
    ref: "policies",
    files: 1,
    now: { time: "2026-11-20T00:00:00.000Z", from: "option" },
    summary: { errors, warnings: findings.length - errors, suppressed: 0, fixed: 0, cannotTell: 0 },
    findings,
    hidden: [],
    stats: null,
    waiting: null,
  };
}

function findingsIn(snippet: string): readonly LintFinding[] {
  const text = documents(snippet);
  const assembled = assemble(text);
  return lintFindings(lint(text, [], assembled).findings, assembled.sources);
}

const ONE = findingsIn("rules:\n  - { id: all, effect: allow }\n");
const HOSTILE: LintFinding = {
  code: "wildcard-allow",
  severity: "error",
  message: "::error::x`</td><script>|\u001b[31m\u202e\u0000",
  file: "a,b:c%\n.yaml",
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 2,
  path: "$",
  help: "]]> @everybody [x](http://e.example)",
  notes: [{ message: "\nthen", file: "x", line: null }],
  excerpt: { text: "\u001b]0;x\u0007\ttab", start: 1, end: 3 },
  fingerprint: "1:1",
  fixable: false,
  cause: null,
};
const HUGE = Array.from({ length: 3_000 }, (_, i) => ({ ...(ONE[0] ?? HOSTILE), line: i + 1 }));
const RESULTS: readonly (readonly [string, LintResult])[] = [
  ["none", resultOf([])],
  ["one", resultOf(ONE)],
  ["hostile", resultOf([HOSTILE])],
  ["huge", resultOf(HUGE)],
];

function render(format: string, result: LintResult): string {
  const reporter = REPORTERS.get(format);
  if (reporter === undefined) throw new Error(format);
  return reporter(result, OPTIONS);
}

describe.each([...REPORTERS.keys()])("%s", (format) => {
  test.each(RESULTS)(
    "design 11.5: %s, with nothing that a terminal, a log or a page would act on",
    (_, result) => {
      const text = render(format, result);
      expect(text.endsWith("\n")).toBe(true);
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
      if (format === "markdown" || format === "junit") expect(text).not.toContain("<script>");
      expect(render(format, result)).toBe(text);
    },
  );
});

test.each(RESULTS)("%s, as readers of SARIF, JUnit and Markdown take it", async (_, result) => {
  expect([
    sarifFaults(render("sarif", result)),
    await junitFaults(render("junit", result)),
    renderedFaults(render("markdown", result)),
  ]).toEqual([[], [], []]);
});

test("pretty underlines the source line", () => {
  expect(render("pretty", resultOf(ONE))).toBe(
    [
      "page.yaml:6:11: warning[wildcard-allow]: rule `all` allows every tool and has no condition",
      "  6 |   - { id: all, effect: allow }",
      "    |           ^^^",
      "  help: list the tools that you want to allow; all others are then denied",
      "",
      "0 errors, 1 warning in 1 file",
      "",
    ].join("\n"),
  );
});

test("pretty: errors first, each severity by lines; the rest of a kind behind its third", () => {
  const at = (line: number, code: LintFinding["code"], severity: LintFinding["severity"]) => ({
    ...HOSTILE,
    file: "p.yaml",
    code,
    severity,
    line,
  });
  const found = [
    at(1, "unknown-tool", "warning"),
    at(2, "unknown-agent", "warning"),
    at(3, "dead-pattern", "error"),
    at(4, "unknown-tool", "warning"),
    ...[5, 7, 8].map((line) => at(line, "unknown-agent", "warning")),
    at(6, "unknown-value", "error"),
    at(9, "unknown-agent", "warning"),
    at(10, "unknown-tool", "warning"),
  ].sort((one, other) => one.line - other.line);
  const lines = render("pretty", resultOf(found)).split("\n");
  expect(
    lines
      .filter((line) => /^(?:p\.yaml|warning)/.test(line))
      .map((line) => line.replace(/(\]).*(:.*)?$/, "$1")),
  ).toEqual([
    "p.yaml:3:1: error[dead-pattern]",
    "p.yaml:6:1: error[unknown-value]",
    "p.yaml:1:1: warning[unknown-tool]",
    "p.yaml:2:1: warning[unknown-agent]",
    "p.yaml:4:1: warning[unknown-tool]",
    "p.yaml:5:1: warning[unknown-agent]",
    "p.yaml:7:1: warning[unknown-agent]",
    "warning[unknown-agent]",
    "p.yaml:10:1: warning[unknown-tool]",
  ]);
  expect(lines).toContain(
    "warning[unknown-agent]: 2 more findings like these: p.yaml:8, 9 (--details shows each)",
  );
});

test("a secret is masked in every format", () => {
  const findings = findingsIn(
    "rules: [{ id: r, effect: deny, when: \"args.k == 'AKIAIOSFODNN7EXAMPLE'\" }]",
  );
  expect(findings.map(({ code }) => code)).toContain("secret");
  for (const format of REPORTERS.keys())
    expect(
      render(format, resultOf(findings.filter(({ code }) => code === "secret"))),
    ).not.toContain("AKIAIOSFODNN7EXAMPLE");
});

test("GitHub: a workflow command for each finding, no more than are shown, and the sum", () => {
  const lines = render("github", resultOf(ONE)).split("\n");
  expect(lines[0]).toBe(
    "::warning file=page.yaml,line=6,endLine=6,col=11,endColumn=14,title=wildcard-allow::rule " +
      "`all` allows every tool and has no condition; list the tools that you want to allow; all " +
      "others are then denied",
  );
  expect(lines.at(-2)).toBe("agentz lint: 0 errors, 1 warning");
  expect(
    render("github", resultOf(HUGE))
      .split("\n")
      .filter((line) => line.startsWith("::")).length,
  ).toBe(10);
  expect(
    render("github", resultOf([HOSTILE]))
      .split("\n")
      .filter((line) => line.startsWith("::")),
  ).toHaveLength(1);
});

describe("SARIF 2.1.0", () => {
  const validate = new Ajv2020({ strict: false }).compile(SARIF_SUBSET);
  test.each(RESULTS)("%s fits what the standard and code scanning ask for", (_, result) => {
    const log: unknown = JSON.parse(render("sarif", result));
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  });

  test("no more results than code scanning takes", () => {
    const { runs } = JSON.parse(
      render("sarif", resultOf(Array.from({ length: 25_001 }, () => HOSTILE))),
    );
    expect(runs[0].results).toHaveLength(25_000);
  });

  test("a finding points to its place and keeps its fingerprint", () => {
    const { runs } = JSON.parse(render("sarif", resultOf(ONE)));
    expect(runs[0].automationDetails.id).toBe("agentz/lint/");
    expect(runs[0].results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "page.yaml" },
      region: { startLine: 6, startColumn: 11, endLine: 6, endColumn: 14 },
    });
    expect(runs[0].results[0].partialFingerprints.primaryLocationLineHash).toMatch(
      /^[0-9a-f]{1,16}:1$/,
    );
  });
});
