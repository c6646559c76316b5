import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { escapeControls, formatDiagnostics } from "../../src/diagnostics/format.ts";

function shown(text: string, underlined: string, more: Partial<Diagnostic> = {}): string {
  const start = text.indexOf(underlined);
  const diagnostic: Diagnostic = {
    code: "unknown-field",
    severity: "error",
    message: "m",
    file: "a.yaml",
    span: { start, end: start + underlined.length },
    path: "$",
    ...more,
  };
  return formatDiagnostics([diagnostic], new Map([["a.yaml", { file: "a.yaml", text }]])).join();
}

describe("a diagnostic as text", () => {
  it("underlines its place, says help and notes", () => {
    expect(
      shown("a: 1\nownr: b\n", "ownr", {
        help: "did you mean `owner`?",
        notes: [{ message: "the first one", file: "a.yaml", span: { start: 0, end: 1 } }],
      }),
    ).toBe(
      [
        "a.yaml:2:1: error[unknown-field]: m",
        "  2 | ownr: b",
        "    | ^^^^",
        "  help: did you mean `owner`?",
        "  note: the first one (a.yaml:1:1)",
        "    1 | a: 1",
        "      | ^",
      ].join("\n"),
    );
  });

  it("shows tabs as blanks and marks an empty span with one sign", () => {
    expect(shown("a:\tb\tc", "b")).toContain("  1 | a:    b    c\n    |       ^");
    expect(shown("abc", "", { span: { start: 3, end: 3 } })).toContain("  1 | abc\n    |    ^");
  });

  it("underlines the first of several lines, whatever ends them", () => {
    expect(shown("a: b\r\nc: d\r\n", "b\r\nc")).toContain("  1 | a: b\n    |    ^");
  });

  it("cuts wide lines around the place", () => {
    const lines = shown(`${"x".repeat(5000)}HERE${"y".repeat(5000)}`, "HERE").split("\n");
    expect(lines[1]).toMatch(/^ {2}1 \| …x+HEREy+…$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
    expect(lines[2]?.indexOf("^")).toBe(lines[1]?.indexOf("HERE"));
  });

  it("design 11.5: lets nothing of a source reach the terminal unescaped", () => {
    const text = shown("a: \u001b[31mred\u202e\u0007", "red", {
      message: "\u001b[2J",
      help: "\r",
      file: "a.yaml",
    });
    expect(text).not.toMatch(/[\u001b\u202e\u0007\r]/);
    expect(text).toContain("a: \\u{1b}[31mred\\u{202e}\\u{7}");
    expect(escapeControls("\uD800")).toBe("\\u{d800}");
  });

  it("tells the file's name where there is no source", () => {
    expect(
      formatDiagnostics(
        [
          {
            code: "yaml-syntax",
            severity: "warning",
            message: "m",
            file: "b\n.yaml",
            span: { start: 1, end: 2 },
            path: "$",
          },
        ],
        new Map(),
      ),
    ).toEqual(["b\\u{a}.yaml: warning[yaml-syntax]: m"]);
  });
});
