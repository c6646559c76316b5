import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DiagnosticSink } from "../../src/policy/log.ts";
import type { Node } from "../../src/policy/node.ts";
import { NodeBuilder } from "../../src/policy/yaml-nodes.ts";
import { parseYaml } from "../../src/policy/yaml-parse.ts";
import { readPlainYaml } from "../../src/policy/yaml-plain.ts";
import { splitDocuments } from "../../src/policy/yaml-split.ts";
import { Random } from "../proof/oracle/generate.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(root, name)).isFile());
}

/** The pages' YAML, as it stands in fences. */
function fenced(file: string): readonly string[] {
  return [
    ...readFileSync(join(root, file), "utf8").matchAll(/^```yaml[^\n]*\n([\s\S]*?)^```/gm),
  ].map(([, text]) => text ?? "");
}

const TEXTS: readonly string[] = [
  ...["policies", "test/policy/fixtures", "test/cases", "docs"]
    .flatMap((folder) => filesIn(folder, ".yaml"))
    .map((file) => readFileSync(join(root, file), "utf8")),
  ...filesIn("docs", ".md").flatMap(fenced),
];

/** A node as plain data, with where some of a scalar's characters stand in the file. */
function plainData(node: Node): unknown {
  if (node.kind === "list") return { ...node, items: node.items.map(plainData) };
  if (node.kind === "map")
    return {
      ...node,
      entries: node.entries.map((entry) => ({ ...entry, value: plainData(entry.value) })),
    };
  if (node.kind === "broken") return node;
  const { toFile, ...rest } = node;
  return { ...rest, at: [0, 1, 2, 7, 1000].map(toFile) };
}

interface Compared {
  readonly documents: number;
  readonly plain: number;
}

/**
 * Reads a text both ways. What the plain reader gives is what the parser gives, without a finding.
 */
function compare(text: string): Compared {
  const source = { file: "x.yaml", text };
  const spans = splitDocuments(text);
  const plain = spans.filter((span) => {
    const node = readPlainYaml(source, span);
    if (node === undefined) return false;
    const log = new DiagnosticSink();
    const parsed = parseYaml(source, span, log);
    const built = parsed === undefined ? undefined : new NodeBuilder(source, parsed, log).build();
    expect(log.found, text).toEqual([]);
    expect(plainData(node), text).toEqual(built === undefined ? undefined : plainData(built));
    return true;
  });
  return { documents: spans.length, plain: plain.length };
}

const PARTS = [
  " ",
  "  ",
  "\n",
  "\n  ",
  "\n    ",
  ":",
  ": ",
  ",",
  ", ",
  "[",
  "]",
  "{",
  "}",
  "- ",
  "\n- ",
  "\n  - ",
  "#",
  " # c",
  "\n# c\n",
  "\n  # c\n",
  "\n      # c\n",
  '"',
  "'",
  "''",
  "\\",
  "&a ",
  "*a",
  "!!str ",
  "|",
  ">-",
  ">-\n  ",
  ">-\n      ",
  "?",
  "? ",
  "~",
  "null",
  "true",
  "No",
  "0",
  "-0",
  "-1",
  "007",
  "1e3",
  "0x1f",
  "0o7",
  "1.50",
  ".5",
  "1.",
  "+1",
  ".inf",
  "-",
  "--",
  "---",
  "\n---\n",
  "...",
  "%",
  "@",
  "`",
  "a",
  "a b",
  "a: b",
  '"a": b',
  "{ a: 1 }",
  "[ a, b ]",
  "[]",
  "{}",
  "\t",
  "\r\n",
  "é",
  "😀",
  "\u2028",
  "\ufeff",
  "<<: *a",
  "a:",
  "\na: b",
  "\n  a: b",
  "2026-05-18T09:00:00Z",
  "x.y[0]",
  "+59m",
  "=",
  "<",
  "$",
];

describe("the plain reader of YAML gives what the parser gives", () => {
  test("on every document and page of the project, and most suites are plain", () => {
    const all = TEXTS.map(compare);
    expect(all.reduce((sum, one) => sum + one.plain, 0)).toBeGreaterThan(
      all.reduce((sum, one) => sum + one.documents, 0) / 2,
    );
    const suites = filesIn("policies/agentdojo/tests", ".yaml").map((file) =>
      compare(readFileSync(join(root, file), "utf8")),
    );
    expect(suites.every((one) => one.plain === one.documents)).toBe(true);
  });

  test("on folded text, whatever stands around it and after it", () => {
    const random = new Random(10);
    const parts = [
      ">-\n",
      ">-\n    ",
      "a",
      "b c",
      "\n",
      "\n\n",
      "\n  ",
      "\n    ",
      "\n      ",
      "# c",
      " ",
      "b: ",
      "\nb: 1",
      "\n  b: 1",
      "\n- ",
      "'",
      ":",
      "\n---\n",
      "é",
    ];
    let plain = 0;
    for (let i = 0; i < 30_000; i++) {
      const start =
        ["a: >-\n  ", "a:\n  b: >-\n    ", "a:\n  - >-\n    ", "a:\n  - b: >-\n      ", "a: >-\n"][
          random.below(5)
        ] ?? "";
      plain += compare(
        `${start}${Array.from(
          { length: 1 + random.below(7) },
          () => parts[random.below(parts.length)] ?? "",
        ).join("")}`,
      ).plain;
    }
    expect(plain).toBeGreaterThan(3_000);
  });

  test("on the same with something put in, taken out or moved", () => {
    const random = new Random(8);
    let plain = 0;
    for (let i = 0; i < 3_000; i++) {
      const whole = TEXTS[random.below(TEXTS.length)] ?? "";
      const lines = whole.split("\n");
      const from = random.below(lines.length);
      // a piece of a document, mostly: what is unusual is soon out of sight in a whole one
      let text =
        random.below(4) === 0 ? whole : lines.slice(from, from + 1 + random.below(25)).join("\n");
      for (let edits = 1 + random.below(3); edits > 0; edits--) {
        const at = random.below(text.length + 1);
        const part = PARTS[random.below(PARTS.length)] ?? "";
        text =
          random.below(3) === 0
            ? text.slice(0, at) + text.slice(at + 1 + random.below(6))
            : text.slice(0, at) + part + text.slice(at);
      }
      plain += compare(text).plain;
    }
    expect(plain).toBeGreaterThan(500);
  });

  test("on random short texts of what YAML makes something of", () => {
    const random = new Random(9);
    let plain = 0;
    for (let i = 0; i < 30_000; i++) {
      const text =
        "a: " +
        `${Array.from({ length: 1 + random.below(6) }, () => PARTS[random.below(PARTS.length)] ?? "").join("")}`;
      plain += compare(text).plain;
    }
    expect(plain).toBeGreaterThan(1_000);
  });
});
