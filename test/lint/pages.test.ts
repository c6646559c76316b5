import { describe, expect, test } from "vitest";
import { CODES } from "../../src/diagnostics/codes.ts";
import { runLint, analysedFor } from "../../src/lint/run-lint.ts";
import { TraceWatch } from "../../src/lint/trace-watch.ts";
import { assemble, documents, lint, pages, snippet, TODAY } from "./pages.ts";

const PAGES = pages();

/**
 * The codes found in a snippet; where a page is about traces, of one whose only call records next
 * to nothing.
 */
function codesOf(code: string, text: string): readonly string[] {
  const assembled = assemble(text);
  const analysed = code === "unrecorded-attribute" ? analysedFor(assembled, TODAY) : undefined;
  if (analysed === undefined)
    return lint(text, [code], assembled).findings.map((finding) => finding.code);
  const watch = new TraceWatch(analysed);
  watch.add({
    subject: { type: "agent", id: "a" },
    action: { server: "s", name: "t" },
    context: { surface: "mail-mcp" },
  });
  return runLint(assembled, { levels: new Map(), today: TODAY, gaps: watch.gaps() }).findings.map(
    (finding) => finding.code,
  );
}

test("every code has a page, and every page a code", () => {
  expect([...PAGES.keys()].sort()).toEqual(Object.keys(CODES).sort());
});

describe.each([...PAGES])("docs/lint/%s.md", (code, page) => {
  test("has its parts", () => {
    expect(page.startsWith(`# ${code}\n`)).toBe(true);
    for (const heading of ["Avoid", "Prefer", "Why", "Configuration"])
      expect(page).toContain(`\n## ${heading}\n`);
  });

  test("what it tells to avoid is found", () => {
    expect(codesOf(code, documents(snippet(page, "Avoid")))).toContain(code);
  });

  test("what it prefers is not, and loads", () => {
    const preferred = documents(snippet(page, "Prefer"));
    const found = codesOf(code, preferred);
    expect(found).not.toContain(code);
    expect(assemble(preferred).diagnostics).toEqual([]);
  });
});
