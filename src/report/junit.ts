import type { ReportOptions } from "./reporter.ts";
import { repositoryPath } from "./repository-path.ts";

/** One test case as JUnit readers of CI systems take it. */
export interface JunitCase {
  /** Path without ending; GitLab shows it as the suite. */
  readonly classname: string;
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  /** Why it was not run. */
  readonly skipped?: string;
  /** Without it, and not skipped: passed. Line breaks of `text` stay. */
  readonly problem?: {
    readonly kind: "failure" | "error";
    readonly type: string;
    readonly message: string;
    readonly text: string;
  };
}

/** Characters that XML 1.0 cannot carry even as references. */
const ILLEGAL = new RegExp(
  String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]` +
    String.raw`|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]`,
  "g",
);

/** Text for XML: markup escaped, what XML cannot carry replaced. */
function xmlText(text: string): string {
  return (
    text
      .replace(ILLEGAL, "\ufffd")
      .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
      // a CI log that shows the document acts on these: controls, bidirectional marks,
      // `##[command]`
      .replace(
        /[\t\n\r\u007f-\u009f\u2028\u2029\p{Cf}]|(?<=##\w{0,40})\[/gu,
        (c) => `&#${c.codePointAt(0) ?? 0};`,
      )
  );
}

/**
 * Text between tags: lines stay lines. WHY `::`: a CI log that shows the document acts on it at the
 * start of a line.
 */
function xmlLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => xmlText(line).replace(/^(\s*):(?=:)/, "$1&#58;"))
    .join("\n");
}

function attributes(pairs: readonly (readonly [string, string | number | undefined])[]): string {
  return pairs
    .flatMap(([name, value]) =>
      value === undefined ? [] : [` ${name}="${xmlText(String(value))}"`],
    )
    .join("");
}

function caseLines(one: JunitCase, options: ReportOptions): readonly string[] {
  const file = one.file === undefined ? undefined : repositoryPath(one.file, options);
  const open = `    <testcase${attributes([
    ["classname", one.classname],
    ["name", one.name],
    ["file", file],
    ["line", one.line],
    ["time", "0"],
  ])}`;
  if (one.skipped !== undefined)
    return [`${open}>`, `      <skipped>${xmlLines(one.skipped)}</skipped>`, "    </testcase>"];
  if (one.problem === undefined) return [`${open}/>`];
  const { kind, type, message, text } = one.problem;
  return [
    `${open}>`,
    `      <${kind}${attributes([
      ["type", type],
      ["message", message],
    ])}>${xmlLines(text)}</${kind}>`,
    "    </testcase>",
  ];
}

function tallyText(list: readonly JunitCase[]): string {
  const counted = (kind: "failure" | "error"): number =>
    list.filter((one) => one.problem?.kind === kind).length;
  return attributes([
    ["tests", list.length],
    ["failures", counted("failure")],
    ["errors", counted("error")],
    ["skipped", list.filter((one) => one.skipped !== undefined).length],
    ["time", "0"],
  ]);
}

function byClassname(cases: readonly JunitCase[]): ReadonlyMap<string, readonly JunitCase[]> {
  const suites = new Map<string, JunitCase[]>();
  for (const one of cases) {
    const list = suites.get(one.classname);
    if (list === undefined) suites.set(one.classname, [one]);
    else list.push(one);
  }
  return suites;
}

/**
 * A JUnit document: one flat suite for each classname, in the given order. No time is in it, so the
 * bytes stay the same.
 */
export function junitDocument(
  name: string,
  cases: readonly JunitCase[],
  options: ReportOptions,
): string {
  const suites = [...byClassname(cases)].flatMap(([classname, list]) => [
    `  <testsuite${attributes([["name", classname]])}${tallyText(list)}>`,
    ...list.flatMap((one) => caseLines(one, options)),
    "  </testsuite>",
  ]);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes([["name", name]])}${tallyText(cases)}>`,
    ...suites,
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}
