import { describe, expect, test } from "vitest";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { hiddenText, limitFindings } from "../../src/diagnostics/limit.ts";
import { lintFindings } from "../../src/lint/lint-document.ts";
import { assemble, lint } from "./pages.ts";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n";
const TOKEN = `ghp_${"a1b2".repeat(10)}`;

/** The findings on a text as reports show them, and how many are left out. */
function shownOf(text: string): {
  readonly shown: ReturnType<typeof lintFindings>;
  readonly hidden: readonly string[];
} {
  const assembled = assemble(text);
  const { shown, hidden } = limitFindings(lint(text, [], assembled).findings);
  return { shown: lintFindings(shown, assembled.sources), hidden: hidden.map(hiddenText) };
}

describe("a file of a million slips is told in a few pages", () => {
  test("of one kind in one file two hundred are shown, the rest is counted", () => {
    const { shown, hidden } = shownOf(`${HEAD}rules: [${"x,".repeat(20_000)}]\n`);
    expect(shown).toHaveLength(200);
    expect(hidden).toEqual(["19800 more of `wrong-type` in `page.yaml` are not shown"]);
    expect(Math.max(...shown.map(({ excerpt }) => excerpt.text.length))).toBeLessThanOrEqual(200);
    expect(shown.every(({ excerpt: { text, start, end } }) => text.slice(start, end) === "x")).toBe(
      true,
    );
  });

  test("other kinds are shown besides, errors before warnings", () => {
    const { shown } = shownOf(`${HEAD}ownr: a\nrules: [${"x,".repeat(300)}]\n`);
    expect(new Set(shown.map(({ code }) => code))).toEqual(
      new Set(["unknown-field", "wrong-type"]),
    );
    const many = Array.from({ length: 9_000 }, (_, i) => ({
      code: "missing-owner" as const,
      severity: i < 8_000 ? ("warning" as const) : ("error" as const),
      message: "m",
      file: `${i}.yaml`,
      span: { start: 0, end: 1 },
      path: "$",
    }));
    const kept = limitFindings(many);
    expect(kept.shown.filter(({ severity }) => severity === "error")).toHaveLength(1_000);
    expect(kept.shown).toHaveLength(5_000);
    expect(kept.hidden.reduce((sum, { count }) => sum + count, 0)).toBe(4_000);
  });

  test("a suppression of a hundred thousand names is one finding", () => {
    const text =
      `${HEAD}# agentz-ignore ${"a,".repeat(100_000)}\nrules:\n  - { id: r, effect: allow, ` +
      "actions: [a/b] }\n";
    expect(shownOf(text).shown.map(({ code, message }) => [code, message])).toEqual([
      ["bad-suppression", "the suppression names 100000 findings"],
    ]);
  });
});

describe("design 11.5: a secret is masked wherever it would be shown", () => {
  const CASES: readonly (readonly [string, string])[] = [
    ["another finding of its line", `rules: [{ id: r, efect: allow, reason: ${TOKEN} }]\n`],
    ["a finding on it, and its message", `rules: [{ id: r, effect: ${TOKEN} }]\n`],
    ["a message that was cut in it", `rules: [{ id: r, effect: ${"x".repeat(30)}-${TOKEN} }]\n`],
    ["a key, and so the path", `rules: []\n${TOKEN}: 1\n`],
    [
      "a URL's password",
      'rules: [{ id: r, effct: allow, reason: "https://robot:hunter2hunter2@api.example/" }]\n',
    ],
  ];
  const SECRET = /ghp_a1|a1b2a1|hunter2/;

  test.each(CASES)("%s", (_, body) => {
    const text = HEAD + body;
    const { shown } = shownOf(text);
    expect(shown.length).toBeGreaterThan(1);
    expect(JSON.stringify(shown)).not.toMatch(SECRET);
    const { sources, diagnostics } = assemble(text);
    const lines = formatDiagnostics(
      diagnostics,
      new Map(sources.map((source) => [source.file, source])),
    );
    expect(lines.join("\n")).toContain("****");
    expect(lines.join("\n")).not.toMatch(SECRET);
  });

  test("whatever the level of the finding `secret`", () => {
    const text = `${HEAD}# agentz-ignore secret: a test\nrules: [{ id: ${TOKEN}, efect: allow }]\n`;
    expect(JSON.stringify(shownOf(text).shown)).not.toMatch(SECRET);
  });
});
