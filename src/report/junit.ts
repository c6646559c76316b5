/** One test case as JUnit readers of CI systems take it. */
export interface JunitCase {
  /** Path without ending; GitLab shows it as the suite. */
  readonly classname: string;
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  /** Undefined: passed. */
  readonly problem?: { readonly kind: "failure" | "error"; readonly type: string; readonly message: string; readonly text: string };
}

/** Characters that XML 1.0 cannot carry even as references. */
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text for XML: markup escaped, what XML cannot carry replaced. */
export function xmlText(text: string): string {
  return text
    .replace(ILLEGAL, "\ufffd")
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
    // a CI log that shows the document acts on these: controls, bidirectional marks, `##[command]`
    .replace(/[\t\n\r\u007f-\u009f\u2028\u2029\p{Cf}]|(?<=##\w{0,40})\[/gu, (c) => `&#${c.codePointAt(0) ?? 0};`);
}

function attributes(pairs: readonly (readonly [string, string | number | undefined])[]): string {
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${xmlText(String(value))}"`])).join("");
}

function caseLines(one: JunitCase): readonly string[] {
  const open = `    <testcase${attributes([["classname", one.classname], ["name", one.name], ["file", one.file], ["line", one.line], ["time", "0"]])}`;
  if (one.problem === undefined) return [`${open}/>`];
  const { kind, type, message, text } = one.problem;
  return [`${open}>`, `      <${kind}${attributes([["type", type], ["message", message]])}>${xmlText(text)}</${kind}>`, "    </testcase>"];
}

/** A JUnit document: one flat suite for each classname, in the given order. No time is in it, so the bytes stay the same. */
export function junitDocument(name: string, cases: readonly JunitCase[]): string {
  const tally = (list: readonly JunitCase[]): string => {
    const of = (kind: "failure" | "error"): number => list.filter((one) => one.problem?.kind === kind).length;
    return attributes([["tests", list.length], ["failures", of("failure")], ["errors", of("error")], ["skipped", 0], ["time", "0"]]);
  };
  const suites = new Map<string, JunitCase[]>();
  for (const one of cases) {
    const list = suites.get(one.classname);
    if (list === undefined) suites.set(one.classname, [one]);
    else list.push(one);
  }
  const body = [...suites].flatMap(([classname, list]) => [`  <testsuite${attributes([["name", classname]])}${tally(list)}>`, ...list.flatMap(caseLines), "  </testsuite>"]);
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${attributes([["name", name]])}${tally(cases)}>`, ...body, "</testsuites>"].join("\n")}\n`;
}
