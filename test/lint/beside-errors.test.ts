import { describe, expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import type { Source } from "../../src/text/span.ts";
import { TODAY } from "./pages.ts";

const POLICY = "apiVersion: agentz/v1\nkind: Policy\nversion: 1.0.0\nname: ";
const CATALOG = "apiVersion: agentz/v1\nkind: Catalog\nversion: 1.0.0\nname: ";

/** What lint finds in files: severity, code and the text that is underlined, sorted. */
function found(...texts: readonly string[]): readonly string[] {
  const sources: readonly Source[] = texts.map((text, i) => ({ file: `${i}.yaml`, text }));
  const assembled = assembleSet(sources, {
    readBeside: () => ({ fault: "it cannot be read" }),
    sha256: () => "0",
  });
  const { findings } = runLint(assembled, { levels: new Map(), today: TODAY });
  return findings
    .map(
      ({ code, file, span }) =>
        `${code} ${sources.find((source) => source.file === file)?.text.slice(span.start, span.end) ?? ""}`,
    )
    .sort();
}

const DEAD_RULE =
  '  - { id: never, effect: allow, actions: [a/b], when: "args.n > 5.0 && args.n < 3.0" }\n';
const DEAD = "contradictory-condition args.n > 5.0 && args.n < 3.0";

/**
 * Ways in which something beside a rule is broken; none of them hides what is wrong with the rule.
 */
const BROKEN: readonly (readonly [string, string, string])[] = [
  [
    "a condition that does not parse",
    '  - { id: x, effect: deny, when: "args.n ==" }\n',
    "condition-syntax",
  ],
  [
    "a condition that does not check",
    "  - { id: x, effect: deny, when: nothing }\n",
    "unknown-attribute nothing",
  ],
  ["an unknown field", "  - { id: x, effect: deny, whem: args.x }\n", "unknown-field whem"],
  ["an effect that is none", "  - { id: x, effect: forbid }\n", "invalid-value forbid"],
  [
    "an example that does not hold",
    '  - { id: x, effect: deny, when: "args.n > 1.0", match: [{ args: { n: 0 } }] }\n',
    "example-failed { args: { n: 0 } }",
  ],
  [
    "two rules of one name",
    "  - { id: x, effect: deny, when: args.a }\n  - { id: x, effect: deny, when: args.b }\n",
    "duplicate-id x",
  ],
  ["a slip of YAML", "  - id: x\n    effect: deny\n    when: 'a' == args.x\n", "yaml-syntax '"],
  [
    "a pattern without type",
    "  - { id: x, effect: deny, subjects: [robot] }\n",
    "invalid-glob robot",
  ],
];

describe("one broken rule does not silence the others", () => {
  test.each(BROKEN)("%s", (_, broken, error) => {
    const rows = found(`${POLICY}p\nrules:\n${broken}${DEAD_RULE}`);
    expect(rows).toContain(DEAD);
    expect(rows.some((row) => row.startsWith(error))).toBe(true);
  });

  test("a whole document that cannot be read, in the same file and in another", () => {
    const unread = `${POLICY}q\nrules: [{ id: x, effect: "deny }]\n`;
    expect(found(`${POLICY}p\nrules:\n${DEAD_RULE}---\n${unread}`)).toContain(DEAD);
    expect(found(`${POLICY}p\nrules:\n${DEAD_RULE}`, unread)).toContain(DEAD);
  });

  test("broken parts of a policy beside its rules", () => {
    expect(found(`${POLICY}p\nowner: [x]\nrules:\n${DEAD_RULE}`)).toContain(DEAD);
    expect(
      found(`${POLICY}p\nsession: { labels: [{ name: l, whem: args.x }] }\nrules:\n${DEAD_RULE}`),
    ).toContain(DEAD);
  });

  test("the examples of the sound rules are tried", () => {
    const rows = found(
      `${POLICY}p\nrules:\n  - { id: x, effect: forbid }\n  - { id: y, effect: deny, when: ` +
        `"args.n > 1.0", match: [{ args: { n: 0 } }] }\n`,
    );
    expect(rows).toEqual(["example-failed { args: { n: 0 } }", "invalid-value forbid"]);
  });
});

describe("nothing is said that hangs on what is broken", () => {
  test("a state that a broken declaration may declare", () => {
    const session =
      "session:\n  labels: [{ name: l, whem: args.x }]\n  counters: [{ name: c, add: 1, within: never }]\n";
    const rules =
      "rules:\n  - { id: r, effect: allow, actions: [a/b], when: \"'l' in session.labels && " +
      'session.counters.c < 3.0" }\n';
    expect(found(`${POLICY}p\n${session}${rules}`).map((row) => row.split(" ")[0])).toEqual([
      "invalid-value",
      "unknown-field",
    ]);
  });

  test("an allow rule, an approval, a reader of state that may be broken", () => {
    const tools = `---\n${CATALOG}c\ntools: [{ name: pay, server: bank, effects: [pay] }]\n`;
    const broken = "  - { id: x, effect: require_approval, actions: [bank/pay], whem: args.x }\n";
    expect(
      found(
        `${POLICY}p\nrules:\n  - { id: r, effect: deny, actions: [bank/pay], when: args.x }\n${broken}${tools}`,
      ),
    ).toEqual(["unknown-field whem"]);
    expect(
      found(
        `${POLICY}p\nrules:\n  - { id: r, effect: allow, actions: [bank/pay] }\n${broken}${tools}`,
      ),
    ).toEqual(["unknown-field whem"]);
    expect(
      found(
        `${POLICY}p\nsession: { labels: [{ name: l, when: args.x }] }\nrules:\n  - { id: r, ` +
          `effect: allow, actions: [a/b] }\n${broken}`,
      ),
    ).toEqual(["unknown-field whem"]);
  });

  test("a tool, an agent, a person, data of a broken catalog", () => {
    const broken = `---\n${CATALOG}c\ntools: [{ name: send, server: mail }, { name: pay, server: bank, efects: [pay] }]
agents: [{ id: a, owner: o }, { id: b, status: gone }]
people: [{ id: p, roles: [boss] }, { id: q, roles: [Clerk x] }]
data: { known: [a], other: { file: gone.csv } }\n`;
    const rules = `rules:
  - { id: r, effect: allow, subjects: ["agent:b"], actions: [bank/pay] }
  - { id: s, effect: allow, actions: [mail/send],
      when: "args.x in data.other && 'clerk' in subject.roles && action.name != 'pay'" }
  - { id: t, effect: require_approval, actions: [mail/send], approval: { approvers: ["role:clerk"] } }
  - { id: u, effect: deny, actions: [mail/send], when: "subject.id == 'b' && subject.registered && args.x" }\n`;
    const rows = found(`${POLICY}p\n${rules}${broken}`).map((row) => row.split(" ")[0]);
    expect([...new Set(rows)].sort()).toEqual(["data-file", "invalid-value", "unknown-field"]);
  });

  test("a label that only a rule reads which is left out with the data of a broken catalog", () => {
    const session = "session: { labels: [{ name: l, when: args.x }] }\n";
    const rules = `rules:
  - { id: r, effect: deny, actions: [mail/send], when: "'l' in session.labels && args.x in data.known" }
  - { id: s, effect: allow, actions: [mail/send] }\n`;
    const catalog = `---\n${CATALOG}c\ntools: [{ name: send, server: mail }]
resources: [{ match: "x:*", classification: secret }]\ndata: { known: [a] }\n`;
    expect(found(`${POLICY}p\n${session}${rules}${catalog}`)).toEqual(["invalid-value secret"]);
  });

  test("a broken target leaves open whom the rules are about", () => {
    const rows = found(`${POLICY}p\ntarget: { subjects: [robot] }\nrules:\n${DEAD_RULE}`);
    expect(rows).toEqual(["invalid-glob robot"]);
  });
});
