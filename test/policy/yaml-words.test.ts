import { describe, expect, it } from "vitest";
import { loadDocuments } from "../../src/policy/load.ts";

const HEAD =
  "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - id: x\n    effect: deny\n";

describe("what is not well-formed YAML is told in plain words", () => {
  it.each([
    [
      "a list without its end",
      "    actions: [a/b\n    when: args.x\n",
      "[",
      "the list that begins here has no `]` at its end",
    ],
    [
      "a map without its end",
      "    match:\n      - { args: { amount: 1 }\n    actions: [a/b]\n",
      "{ args",
      "the map that begins here has no `}` at its end",
    ],
    [
      "a text without its end",
      "    reason: 'no\n    when: args.x\n",
      "'no",
      "the text that begins here has no `'` at its end",
    ],
    [
      "a text behind a list",
      "    actions: [a/b] c/d\n",
      "c/d",
      "`c/d` cannot stand behind a value that has ended",
    ],
    [
      "a field without its colon",
      "    reason no\n    when: args.x\n",
      "reason no",
      "the name of a field goes over several lines",
    ],
  ])("%s", (_, lines, at, message) => {
    const text = HEAD + lines;
    const found = loadDocuments([{ file: "p.yaml", text }]).diagnostics;
    const said = found.filter(({ code }) => code === "yaml-syntax");
    expect(said.map((one) => one.message)).toContain(message);
    const first = said.find((one) => one.message === message);
    expect(text.slice(first?.span.start).startsWith(at)).toBe(true);
    expect(first?.help).toBeDefined();
  });
});
