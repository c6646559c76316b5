import { allCases, passes } from "./cases.ts";

/**
 * The files of the suite that speak about this language: its core, and the extensions that it
 * offers.
 */
export const CORE = [
  "basic",
  "comparisons",
  "conversions",
  "fields",
  "fp_math",
  "integer_math",
  "lists",
  "logic",
  "macros",
  "namespace",
  "parse",
  "plumbing",
  "string",
  "timestamps",
] as const;
export const EXTENSIONS = [
  "bindings_ext",
  "encoders_ext",
  "macros2",
  "math_ext",
  "optionals",
  "string_ext",
] as const;

function rows(files: readonly string[]): {
  readonly text: readonly string[];
  readonly passed: number;
  readonly total: number;
} {
  const counts = files.map((file) => {
    const cases = allCases([file]);
    return { file, passed: cases.filter(passes).length, total: cases.length };
  });
  const sum = (key: "passed" | "total"): number =>
    counts.reduce((all, count) => all + count[key], 0);
  const text = counts.map(({ file, passed, total }) => `| ${file} | ${passed} | ${total} |`);
  return { text, passed: sum("passed"), total: sum("total") };
}

/** The text of docs/conformance.md as it should be. */
export function conformancePage(expectedFailures: ReadonlyMap<string, string>): string {
  const core = rows(CORE);
  const extensions = rows(EXTENSIONS);
  const failures = [...expectedFailures].map(([id, reason]) => `| \`${id}\` | ${reason} |`);
  return [
    "# Conformance of conditions to CEL",
    "",
    "Conditions are judged by the public CEL conformance suite (the npm package `@bufbuild/cel-spec`), run through the",
    "compiled evaluator that ships. Results are compared with their types: an int is no double. Left out are cases that",
    "need protobuf messages, enums or a container, which agentz does not have. This page is written by",
    "`UPDATE_DOCS=1 npx --no-install vitest run test/condition/conformance`; a test checks that it is current.",
    "",
    "| file | passed | cases |",
    "|---|---|---|",
    ...core.text,
    `| **core** | **${core.passed}** | **${core.total}** |`,
    ...extensions.text,
    `| **extensions** | **${extensions.passed}** | **${extensions.total}** |`,
    "",
    "Known failures, each with its reason; the tests fail when one of them starts to pass:",
    "",
    "| case | reason |",
    "|---|---|",
    ...failures,
    "",
  ].join("\n");
}
