import { describe, expect, it } from "vitest";
import { load, ruleText } from "./underlined.ts";

/**
 * The rule's condition in this source, as `[text, what stands in the file at every word of it]`.
 */
function words(when: string): readonly (readonly [string, string])[] {
  const text = ruleText("effect: allow", when.replaceAll("\n", "\n    "));
  const { documents, diagnostics } = load(text);
  expect(diagnostics).toEqual([]);
  const [policy] = documents;
  const condition = policy?.kind === "Policy" ? policy.rules[0]?.when : undefined;
  if (condition === undefined) throw new Error("no condition");
  expect(condition.toFile(condition.text.length)).toBeGreaterThan(condition.toFile(0));
  return [...condition.text.matchAll(/\w+/g)].map((match) => {
    const end = match.index + match[0].length;
    return [match[0], text.slice(condition.toFile(match.index), condition.toFile(end - 1) + 1)];
  });
}

describe("an offset of a condition is one of its file", () => {
  it.each([
    ["plain", "when: args.alpha > 1.0"],
    ["plain over lines", "when: args.alpha > 1.0\n  && args.beta\n\n  && args.gamma"],
    ["plain with a comment", "when: args.alpha # about\nreason: x"],
    ["single quotes", "when: 'args.alpha == ''beta'' && args.gamma'"],
    ["single quotes over lines", "when: 'args.alpha   \n  \n  && args.beta == ''x'''"],
    ["double quotes", "when: \"args.alpha == 'b' && args.gamma\""],
    [
      "double quotes with escapes",
      'when: "args.alpha == \\"beta\\" && \\u0061rgs.gamma\\x20 && args.delta == \'\\U0001F600\' && args.eps"',
    ],
    [
      "double quotes over lines",
      'when: "args.alpha &&   \n   args.beta && \\\n   args.gamma\n\n   && args.delta"',
    ],
    ["literal", "when: |\n  args.alpha\n    && args.beta\n\n  && args.gamma"],
    ["literal, stripped, with an indent said", "when: |2-\n    args.alpha\n  && args.beta"],
    [
      "folded",
      "when: >-\n  args.alpha > 1.0\n  && args.beta\n\n  && args.gamma\n    && args.delta\n  && args.eps",
    ],
    ["folded and kept", "when: >+\n\n  args.alpha\n  && args.beta\n\n"],
  ])("%s", (_name, when) => {
    for (const [word, found] of words(when)) {
      if (word !== "args" || found !== "\\u0061rgs") expect(found).toBe(word);
    }
  });

  it("survives CRLF", () => {
    const text = ruleText(
      "effect: allow",
      "when: >-",
      "  args.alpha > 1.0",
      "  && args.beta ==== 1",
    ).replaceAll("\n", "\r\n");
    const [problem] = load(text).diagnostics;
    expect(problem?.code).toBe("condition-syntax");
    expect(text.slice(problem?.span.start, problem?.span.end)).toBe("==");
    expect(text.slice(0, problem?.span.start).endsWith("args.beta ==")).toBe(true);
  });

  it("reads a long run of blanks in linear time", () => {
    const { diagnostics } = load(
      ruleText("effect: allow", `when: "args.alpha${" ".repeat(60_000)}args"`),
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(["condition-syntax"]);
  });
});
