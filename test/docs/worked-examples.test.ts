import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Decision } from "../../src/engine/decision.ts";
import { compileSet } from "../../src/engine/compile-set.ts";
import { PolicySession } from "../../src/engine/policy-session.ts";
import { checkSet } from "../../src/policy/check-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Request } from "../../src/request/request.ts";
import { decodeEvent } from "../../src/trace/event.ts";

/**
 * One line of an `expect=` block; what it does not name is not compared, but `indeterminate`, which
 * is false unless said.
 */
interface Expected {
  readonly id: string;
  readonly effect: string;
  readonly permitted?: boolean;
  readonly indeterminate?: boolean;
  readonly rule?: string;
  readonly shadow?: readonly string[];
  readonly excepted?: readonly string[];
  readonly redact?: readonly string[];
}

const page = readFileSync(new URL("../../docs/policy-language.md", import.meta.url), "utf8");

function block(kind: "policy" | "trace" | "expect", name: string): string {
  const opening = `\n\`\`\`${kind === "trace" ? "jsonl" : "yaml"} ${kind}=${name}\n`;
  const start = page.indexOf(opening);
  if (start < 0) throw new Error(`the page has no ${kind}=${name}`);
  return page.slice(start + opening.length, page.indexOf("\n```", start + opening.length) + 1);
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function decideAll(name: string): ReadonlyMap<string, Decision> {
  const loaded = loadDocuments([{ file: `${name}.yaml`, text: block("policy", name) }]);
  expect([...loaded.diagnostics, ...checkSet(loaded.documents)]).toEqual([]);
  const run = new PolicySession(compileSet(loaded.documents, sha256));
  const decisions = new Map<string, Decision>();
  block("trace", name)
    .trim()
    .split("\n")
    .forEach((line, i) => {
      const event = decodeEvent(JSON.parse(line), { file: `${name}.jsonl`, line: i + 1 });
      if (typeof event === "string") throw new Error(event);
      decisions.set(event.id, run.step(event.request, event.id).decision);
    });
  return decisions;
}

/** As much of a decision as an expectation names. */
function seen(decision: Decision | undefined, expected: Expected): unknown {
  if (decision === undefined) return undefined;
  const redacted = decision.obligations.flatMap((o) => (o.type === "redact" ? o.fields : []));
  return {
    id: expected.id,
    effect: decision.effect,
    indeterminate: decision.indeterminate,
    ...(expected.permitted === undefined ? {} : { permitted: decision.permitted }),
    ...(expected.rule === undefined
      ? {}
      : { rule: decision.rules.find((rule) => rule === expected.rule) ?? decision.rules }),
    ...(expected.shadow === undefined ? {} : { shadow: decision.shadow.map((s) => s.rule) }),
    ...(expected.excepted === undefined ? {} : { excepted: decision.excepted }),
    ...(expected.redact === undefined ? {} : { redact: redacted }),
  };
}

/** What a rule with this condition, alone in its set, makes of a call. */
function outcomeOf(
  condition: string,
  request: Request = { args: {} },
): "true" | "false" | "error" | "unknown" {
  const text = JSON.stringify({
    apiVersion: "agentz/v1",
    kind: "Policy",
    name: "p",
    version: "1.0.0",
    rules: [{ id: "r", effect: "allow", when: condition }],
  });
  const loaded = loadDocuments([{ file: "p.yaml", text }]);
  expect(loaded.diagnostics).toEqual([]);
  if (checkSet(loaded.documents).length > 0) return "error";
  const run = new PolicySession(compileSet(loaded.documents, sha256));
  const { decision } = run.step(
    { subject: { type: "agent", id: "a" }, action: { server: "s", name: "n" }, ...request },
    "e",
  );
  if (decision.matched.length > 0) return "true";
  return decision.errors.length > 0 ? "error" : decision.indeterminate ? "unknown" : "false";
}

function expressions(kind: "true" | "error"): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`cel ${kind}\\n([^]*?)\\n\`\`\`$`, "gm"))].flatMap(
    (match) => (match[1] ?? "").split("\n"),
  );
}

const names = [...page.matchAll(/^```yaml policy=(\S+)$/gm)].map((match) => match[1] ?? "");

describe("docs/policy-language.md: worked examples decide as they say", () => {
  test("fourteen, and the one in which sessions interleave", () => {
    expect(names).toHaveLength(15);
    expect(new Set(names).size).toBe(15);
  });

  test.each(names)("%s", (name) => {
    const decisions = decideAll(name);
    const list: readonly Expected[] = parse(block("expect", name));
    expect([...decisions.keys()]).toEqual(list.map(({ id }) => id));
    for (const expected of list)
      expect(seen(decisions.get(expected.id), expected)).toEqual({
        indeterminate: false,
        ...expected,
      });
  });
});

describe("docs/policy-language.md: functions give what the page says", () => {
  test.each(expressions("true"))("true: %s", (expression) => {
    expect(outcomeOf(expression)).toBe("true");
  });
  test.each(expressions("error"))("error: %s", (expression) => {
    expect(outcomeOf(expression)).toBe("error");
  });
});

describe("docs/policy-language.md: design 3.5: missing data comes out as in the table", () => {
  const rows = [...page.matchAll(/^\| `(.*)` \| (true|false|error) \| (\w+) \| (\w+) \|$/gm)].map(
    (row) => row.slice(1).map((cell) => cell.replaceAll("\\|", "|")),
  );

  test("the table has its rows", () => {
    expect(rows.length).toBeGreaterThan(15);
  });
  test.each(rows)("%s: %s, %s, %s", (expression, present, absent, unrecorded) => {
    expect(outcomeOf(expression ?? "", { args: { x: 1 } })).toBe(present);
    expect(outcomeOf(expression ?? "", { args: {} })).toBe(absent);
    expect(outcomeOf(expression ?? "", { args: {}, unrecorded: ["args.x"] })).toBe(unrecorded);
  });
});
