import { describe, expect, test } from "vitest";
import { runInProcess } from "../e2e/in-process.ts";
import type { LintResult } from "../../src/documents/lint-result.ts";
import { Editor, folderWith, positionOf } from "./editor.ts";

/** An expression of three lines, and the part of it that is wrong, which stands in it once. */
interface Mistake {
  readonly code: string;
  readonly lines: readonly [string, string, string];
  /** Where the finding begins; in single quotes a quote is written twice. */
  readonly token: string;
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  "a syntax error in the last line": {
    code: "condition-syntax",
    lines: ["args.amount > 1.0", "&& args.amount < 9.0", "&& args.to ! 'x'"],
    token: "! ",
  },
  "an escape that CEL does not have": {
    code: "condition-syntax",
    lines: ["args.to != 'é'", "&& args.to != 'a\\q'", "&& args.amount < 9.0"],
    token: "\\q",
  },
  "a type error": {
    code: "condition-type",
    lines: ["args.amount > 1.0", "&& args.many < 'é'", "&& args.to == 'x'"],
    token: "args.many",
  },
  "an unknown attribute": {
    code: "unknown-attribute",
    lines: ["args.to != 'é'", "&& args.to != '😀' && args.amont < 9.0", "&& args.amount < 9.0"],
    token: "args.amont",
  },
  "an unknown method in a line of its own": {
    code: "condition-type",
    lines: ["args.amount > 1.0", "&& args.to", ".startWith('x')"],
    token: "startWith",
  },
};

const single = (text: string): string => text.replaceAll("'", "''");
const double = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

type Form = (lines: Mistake["lines"]) => string;

/** How YAML writes one text: every style of scalar, with its lines folded in every way. */
const FORMS: Readonly<Record<string, Form>> = {
  "plain in one line": (lines) => `when: ${lines.join(" ")}`,
  "plain in several lines": ([a, b, c]) => `when: ${a}\n      ${b}\n        ${c}`,
  "plain below its key": ([a, b, c]) => `when:\n      ${a}\n      ${b}\n\n      ${c}`,
  "single quotes": (lines) => `when: '${single(lines.join(" "))}'`,
  "single quotes in several lines": (lines) =>
    `when: '${single(lines[0])}\n      ${single(lines[1])}\n\n\n        ${single(lines[2])}'`,
  "double quotes": (lines) => `when: "${double(lines.join(" "))}"`,
  "double quotes in several lines": (lines) =>
    `when: "${double(lines[0])}\n      ${double(lines[1])}\n\n        ${double(lines[2])}"`,
  "double quotes with escapes": (lines) =>
    `when: "${double(lines[0])}\\n\\\n      \\x20\\u0020\\U00000020${double(lines[1])} \\\n     ${double(lines[2])}"`,
  folded: ([a, b, c]) => `when: >-\n      ${a}\n      ${b}\n      ${c}`,
  "folded with lines further in": ([a, b, c]) => `when: >\n      ${a}\n        ${b}\n\n      ${c}`,
  "folded with its own indentation": ([a, b, c]) =>
    `when: >2+\n        ${a}\n      ${b}\n\n\n      ${c}\n\n`,
  "folded with blanks at the ends": ([a, b, c]) =>
    `when: >- # why\n      ${a}   \n      ${b}\t\n      ${c}`,
  literal: ([a, b, c]) => `when: |\n      ${a}\n      ${b}\n      ${c}`,
  "literal with its own indentation": ([a, b, c]) =>
    `when: |2-\n       ${a}\n          ${b}\n\n      ${c}`,
  "literal with an anchor": ([a, b, c]) => `when: &own |-\n\n      ${a}\n      ${b}\n      ${c}`,
  "within braces": (lines) =>
    `exceptions: [{ reason: x, owner: o, expires: 2027-01-01, when: "${double(lines.join(" "))}" }]`,
};

/** Set before the wrong part of each expression while the file is put together. */
const MARK = "\u0001";

function rule(field: string, i: number): string {
  return `  - id: r${i}
    effect: allow
    actions: [a/b]
    ${field}
    reason: x
`;
}

function documents(rules: string): string {
  return `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
${rules}---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools:
  - name: b
    server: a
    effects: [read]
    args:
      type: object
      properties: { amount: { type: number }, many: { type: number }, to: { type: string } }
`;
}

/** How a file ends its lines, and whether it begins with a byte order mark. */
const WRITERS = {
  LF: (text: string) => text,
  CRLF: (text: string) => text.replaceAll("\n", "\r\n"),
  "a byte order mark": (text: string) => `\ufeff${text}`,
};

interface Planted {
  readonly text: string;
  readonly code: string;
  /** Of the wrong part of each rule, in UTF-16 units. */
  readonly offsets: readonly number[];
}

/** One rule for each form, with the mistake in it. */
function plant({ code, lines, token }: Mistake, write: (text: string) => string): Planted {
  const [a, b, c] = lines.map((line) => line.replace(token, `${MARK}${token}`));
  const marked: Mistake["lines"] = [a ?? "", b ?? "", c ?? ""];
  const parts = write(
    documents(
      Object.values(FORMS)
        .map((form, i) => rule(form(marked), i))
        .join(""),
    ),
  );
  const pieces = parts.split(MARK);
  const offsets = pieces.slice(1).map((_, i) => pieces.slice(0, i + 1).join("").length);
  return { text: pieces.join(""), code, offsets };
}

const PLANTED = Object.entries(MISTAKES).flatMap(([name, mistake]) =>
  Object.entries(WRITERS).map(
    ([ends, write]) => [`${name}, with ${ends}`, plant(mistake, write)] as const,
  ),
);

describe("a finding begins at the wrong part of a condition, however YAML writes it", () => {
  test.each(PLANTED)("in the terminal: %s", async (_, { text, code, offsets }) => {
    expect(offsets).toHaveLength(Object.keys(FORMS).length);
    const folder = folderWith({ "p.yaml": text });
    const { stdout } = await runInProcess(folder, {}, ["lint", "p.yaml", "--format", "json"]);
    const { findings }: LintResult = JSON.parse(stdout);
    const found = findings.filter((one) => one.code === code);
    expect(found.map(({ line, column }) => `${line}:${column}`)).toEqual(
      offsets
        .map((offset) => positionOf(text, offset))
        .map(({ line, character }) => `${line + 1}:${character + 1}`),
    );
  });

  test.each(PLANTED)("in an editor: %s", async (_, { text, code, offsets }) => {
    const editor = new Editor(
      folderWith({ "agentz.yaml": "candidate: [p.yaml]\n", "p.yaml": text }),
    );
    await editor.start();
    await editor.open("p.yaml", text);
    const isOf = (one: { readonly code?: unknown }): boolean => one.code === code;
    const shown = await editor.until("p.yaml", (all) => all.filter(isOf).length >= offsets.length);
    expect(shown.filter(isOf).map(({ range }) => range.start)).toEqual(
      offsets.map((offset) => positionOf(text, offset)),
    );
    expect(await editor.end()).toBe(0);
  });
});
