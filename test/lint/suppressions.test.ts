import { describe, expect, test } from "vitest";
import { applyFixes } from "../../src/lint/apply-fixes.ts";
import { suppressionsOf } from "../../src/lint/suppressions.ts";
import { documents, lint } from "./pages.ts";

function codes(text: string): readonly string[] {
  return lint(text).findings.map(({ code }) => code);
}

function fixed(text: string): string {
  return applyFixes(lint(text).findings, [{ file: "page.yaml", text }]).sources[0]?.text ?? text;
}

describe("suppressions", () => {
  test.each([
    [
      "on the line",
      "rules:\n  - { id: r, effect: allow } # agentz-ignore wildcard-allow: a sandbox\n",
    ],
    [
      "on the line before",
      "rules:\n  # agentz-ignore wildcard-allow: a sandbox\n  - { id: r, effect: allow }\n",
    ],
    [
      "above other comments",
      "rules:\n  # agentz-ignore wildcard-allow: a sandbox\n  # for tests\n\n  - { id: r, effect: allow }\n",
    ],
    [
      "several codes",
      (
        "rules:\n  - { id: a, effect: allow }\n  # agentz-ignore wildcard-allow, duplicate-rule: " +
        "two teams\n  - { id: b, effect: allow } \n"
      ).replace(
        "- { id: a, effect: allow }",
        "- { id: a, effect: allow } # agentz-ignore wildcard-allow: a sandbox",
      ),
    ],
    [
      "with CRLF",
      "rules:\r\n  # agentz-ignore wildcard-allow: a sandbox\r\n  - { id: r, effect: allow }\r\n",
    ],
  ])("%s take the finding out", (_, text) => {
    expect(codes(documents(text))).toEqual([]);
  });

  test.each([
    [
      "before a block",
      "    # agentz-ignore constant-condition: on purpose\n    when: |-\n      args.x > 1.0\n      || true\n",
    ],
    [
      "on the line of a block",
      "    when: >- # agentz-ignore constant-condition: on purpose\n      args.x > 1.0\n      || true\n",
    ],
    [
      "before quotes",
      "    # agentz-ignore constant-condition: on purpose\n    when: 'args.x > 1.0\n      || true'\n",
    ],
    [
      "before a plain text",
      "    # agentz-ignore constant-condition: on purpose\n    when: args.x > 1.0\n      || true\n",
    ],
  ])("%s take findings of all its lines out", (_, when) => {
    const text = documents(
      `rules:\n  - id: r\n    effect: deny\n    reason: no\n${when}    actions: [a/b]\n`,
    );
    expect(codes(text.replace("ignore constant-condition: on purpose", "ignored"))).toContain(
      "constant-condition",
    );
    expect(
      codes(text).filter((code) => code === "constant-condition" || code === "unused-suppression"),
    ).toEqual([]);
  });

  test("one in a text of several lines is text, and the line after it is another", () => {
    const rule =
      "rules:\n  - id: r\n    reason: |-\n      # agentz-ignore wildcard-allow: a sandbox\n    effect: allow\n";
    expect(codes(documents(rule))).toContain("wildcard-allow");
  });

  test("one without a reason takes nothing out", () => {
    expect(
      codes(documents("rules: [{ id: r, effect: allow }] # agentz-ignore wildcard-allow\n")),
    ).toEqual(["wildcard-allow", "bad-suppression"]);
  });

  test("one on another line is unused, and the finding stays", () => {
    expect(
      codes(
        documents("rules: # agentz-ignore wildcard-allow: why\n  - { id: r, effect: allow }\n"),
      ),
    ).toEqual(["unused-suppression", "wildcard-allow"]);
  });

  test("what is not asked is not called unused: the set does not load", () => {
    expect(
      codes(documents("rules: # agentz-ignore wildcard-allow: why\n  - { id: r, efect: allow }\n")),
    ).toEqual(["unknown-field"]);
  });

  test("comments are told from texts by the YAML lexer", () => {
    const text =
      "a: '# agentz-ignore x: y'\nb: |\n  # agentz-ignore x: y\nc: 1 # agentz-ignore secret: a " +
      "test key\n---\nd: [1, # agentz-ignore secret: another\n 2]\n";
    expect(
      suppressionsOf({ file: "f", text }).map(({ line, span }) => [
        line,
        text.slice(span.start, span.end),
      ]),
    ).toEqual([
      [4, "# agentz-ignore secret: a test key"],
      [6, "# agentz-ignore secret: another"],
    ]);
  });
});

describe("--fix leaves all but the one thing as it was", () => {
  test.each([
    [
      "a pattern in a flow list",
      "rules:\n  - { id: r, effect: deny, actions: [ a/b ,  a/c, a/b ] } # why\n",
      "rules:\n  - { id: r, effect: deny, actions: [ a/b ,  a/c ] } # why\n",
    ],
    [
      "the first pattern",
      "rules:\n  - { id: r, effect: deny, actions: [a/b, a/*] }\n",
      "rules:\n  - { id: r, effect: deny, actions: [a/*] }\n",
    ],
    [
      "a pattern in a block list",
      "rules:\n  - id: r\n    effect: deny\n    actions:\n      # first\n      - a/*\n      - " +
        "a/b\n      - c/d # last\n",
      "rules:\n  - id: r\n    effect: deny\n    actions:\n      # first\n      - a/*\n      - c/d # last\n",
    ],
    [
      "a pattern with a comment of its own stays",
      "rules:\n  - id: r\n    effect: deny\n    actions:\n      - a/*\n      - a/b # why\n",
      "rules:\n  - id: r\n    effect: deny\n    actions:\n      - a/*\n      - a/b # why\n",
    ],
    [
      "an unused suppression at the end of a line",
      "rules:\n  - { id: r, effect: deny }  # agentz-ignore secret: old\n",
      "rules:\n  - { id: r, effect: deny }\n",
    ],
    [
      "an unused suppression on its own line",
      "rules:\n  # agentz-ignore secret: old\n  # keep\n  - { id: r, effect: deny }\n",
      "rules:\n  # keep\n  - { id: r, effect: deny }\n",
    ],
  ])("%s", (_, before, after) => {
    expect(fixed(documents(before))).toBe(documents(after));
  });
});
