import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { completionsAt } from "../../src/editor/completion.ts";
import { editorFile, editorSet, type EditorFile } from "../../src/editor/editor-set.ts";
import { hoverAt } from "../../src/editor/hover.ts";
import { documentSchemas } from "../../src/api/editor/schemas.ts";

const FILES = ["catalog.yaml", "candidate/support.yaml", "tests/coding.yaml"].map((name) =>
  readFileSync(`policies/${name}`, "utf8").slice(0, 3000),
);
const POLICY = `# refunds
apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
session:
  labels: [{ name: seen, when: "'read' in action.effects" }]
  counters:
    - { name: refunded, add: args.amount, when: 'action.name == ''refund''', within: 1h }
rules:
  - id: small
    effect: allow
    actions: [payments/refund] # one tool
    when: >-
      args.amount <= 100.0
      && args.to.all(a, host(a) in data.own_domains)
      && session.counters.refunded + args.amount <= 500.0
    match: [{ args: { amount: 1, to: ["a@b.example"] }, session: { labels: [seen] } }]
  - { id: other, effect: deny, when: "subject.type == \\"agent\\" && 'seen' in session.labels" }
---
apiVersion: agentz/v1
kind: Suite
name: s
fixtures: { a: { args: { amount: 1 } } }
tests:
  - name: x
    call: { use: a }
    expect: [{ where: "args.amount > 1.0", rule: refunds/small }]
`;
const schemas = documentSchemas();
const whole = editorFile({ file: "p.yaml", text: POLICY });
const before = new Map<string, EditorFile>([["p.yaml", whole]]);

/** Asks everything at a place of a text; whatever is answered, nothing may throw. */
function askAll(text: string, offset: number): void {
  const file = editorFile({ file: "p.yaml", text });
  const set = editorSet([file], before, schemas);
  for (const { replace, insert } of completionsAt(text, offset, set)) {
    expect(replace.start).toBeLessThanOrEqual(offset);
    expect(replace.end).toBe(offset);
    expect(insert).not.toBe("");
  }
  const hover = hoverAt(file, offset, set);
  if (hover !== undefined) expect(hover.span.start).toBeLessThanOrEqual(hover.span.end);
  for (const { span } of file.mentions()) expect(span.end).toBeLessThanOrEqual(text.length);
}

describe("half-typed documents", () => {
  it("are answered at the end of every prefix of a policy", () => {
    for (let end = 0; end <= POLICY.length; end++) askAll(POLICY.slice(0, end), end);
  });

  it("are answered after any edits, at any place", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ":",
        "- ",
        "\n",
        "\t",
        "#",
        "|",
        ">",
        "&a ",
        "*a",
        "---\n",
        "\r\n",
        "🙂",
        "\\",
        "?",
        "args.",
        " && ",
      ),
      fc.string({ maxLength: 5 }),
    );
    const edit = fc.record({ at: fc.nat(), cut: fc.nat(40), add: piece });
    const text = fc.constantFrom(POLICY, ...FILES);
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 6 }), fc.nat(), (start, edits, at) => {
        let edited = start;
        for (const { at: from, cut, add } of edits) {
          const place = from % (edited.length + 1);
          edited = edited.slice(0, place) + add + edited.slice(place + cut);
        }
        askAll(edited, at % (edited.length + 1));
      }),
      { numRuns: 400 },
    );
  });

  it("mean the same by their prefix as by the whole text", () => {
    const at = POLICY.indexOf("counters.refunded") + "counters.".length;
    const set = editorSet([whole], before, schemas);
    const alone = completionsAt(POLICY.slice(0, at), at, set).map(({ label }) => label);
    expect(completionsAt(POLICY, at, set).map(({ label }) => label)).toEqual(alone);
    expect(alone.length).toBeGreaterThan(0);
  });
});
