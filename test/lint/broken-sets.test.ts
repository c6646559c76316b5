import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { lintFindings } from "../../src/lint/lint-document.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import { Random } from "../proof/oracle/generate.ts";
import { TODAY } from "./pages.ts";

const FOLDER = new URL("../../policies/", import.meta.url);
const CATALOG = readFileSync(new URL("catalog.yaml", FOLDER), "utf8");
const POLICIES = ["support", "analytics"].map((name) =>
  readFileSync(new URL(`candidate/${name}.yaml`, FOLDER), "utf8"),
);
const CSV = { file: "domains.csv", text: readFileSync(new URL("domains.csv", FOLDER), "utf8") };

const PIECES = [
  "'",
  '"',
  ": ",
  "!",
  "*",
  "[",
  "]",
  "{",
  "}",
  ",",
  "#",
  " # ",
  "\n",
  "  ",
  "- ",
  "&&",
  "==",
  "0",
  "_",
  "nothing",
  "\\d",
  "|",
  ">",
  "@",
  "%",
  "?",
  "null",
  "[]",
  "{}",
  "type: ",
  "\u0000",
  "\u202e",
  "\ud800",
  "args.x",
];

/** The text with a few places of it cut, doubled or written over. */
function damaged(random: Random, text: string): string {
  let found = text;
  for (let n = random.below(3) + 1; n > 0; n--) {
    const at = random.below(found.length);
    const piece = PIECES[random.below(PIECES.length)] ?? "";
    const length = random.below(12);
    const ways = [piece, "", found.slice(at, at + length * 4), piece + piece];
    found =
      found.slice(0, at) +
      (ways[random.below(ways.length)] ?? "") +
      found.slice(at + (random.below(2) === 0 ? 0 : length));
  }
  return found;
}

test("whatever is broken, the rest is judged, and nothing ends the run", () => {
  const random = new Random(31);
  let [broken, beside] = [0, 0];
  for (let i = 0; i < 60; i++) {
    const policies = [...POLICIES];
    const at = random.below(policies.length);
    policies[at] = damaged(random, policies[at] ?? "");
    const catalog = random.below(3) === 0 ? damaged(random, CATALOG) : CATALOG;
    const sources = [catalog, ...policies].map((text, n) => ({ file: `${n}.yaml`, text }));
    const assembled = assembleSet(sources, {
      readBeside: () => ({ source: CSV }),
      sha256: () => "0",
    });
    const { findings } = runLint(assembled, { levels: new Map(), today: TODAY });
    const errors = assembled.diagnostics.length;
    expect(lintFindings(findings, assembled.sources)).toHaveLength(findings.length);
    expect(assembled.set === undefined).toBe(errors > 0);
    if (errors === 0) continue;
    broken++;
    if (findings.length > errors) beside++;
  }
  expect([broken > 25, beside > 3]).toEqual([true, true]);
});
