import { describe, expect, test } from "vitest";
import { analyseSet, type AnalysedSet } from "../../src/proof/analysed-set.ts";
import { isImpossible } from "../../src/proof/answer.ts";
import { allOf, type Formula } from "../../src/proof/formula.ts";
import { limitsFor, Work } from "../../src/proof/work.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import { assemble, TODAY } from "../lint/pages.ts";
import { Random } from "./oracle/generate.ts";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n";
const EFFECTS = ["allow", "deny", "require_approval"];

function pick(random: Random, words: readonly string[]): string {
  return words[random.below(words.length)] ?? "";
}

/** A pattern of many stars between few letters: what takes machines longest to tell apart. */
function pattern(random: Random): string {
  const part = (): string =>
    pick(random, ["*", "**"]) +
    Array.from({ length: 1 + random.below(3) }, () => pick(random, ["a", "b", "/"])).join("");
  return `file:${Array.from({ length: 3 + random.below(4) }, part).join("")}${pick(random, ["", "*", "**"])}`;
}

/** So many rules of so many such patterns each. */
function starry(rules: number, patterns: number): string {
  const random = new Random(rules);
  const rule = (i: number): string => {
    const resources = JSON.stringify(Array.from({ length: patterns }, () => pattern(random)));
    return `  - { id: r${i}, effect: ${EFFECTS[i % 3] ?? "deny"}, actions: [fs/read], resources: ${resources} }\n`;
  };
  return HEAD + Array.from({ length: rules }, (_, i) => rule(i)).join("");
}

function analysed(text: string): AnalysedSet {
  const { documents, set } = assemble(text).sound;
  return analyseSet(documents, set);
}

/** That one rule matches and another does not, for every pair. */
function questions(of: AnalysedSet): readonly Formula[] {
  return of.rules.flatMap((a) => of.rules.map((b) => allOf([a.claim("true"), b.claim("false")])));
}

describe("the bound on work", () => {
  test("a question has its own limit, and all together have one", () => {
    const work = new Work({ question: 1_000, run: 2_500 });
    work.start();
    work.spend(900);
    expect(work.isExhausted).toBe(false);
    work.spend(100);
    expect(work.isExhausted).toBe(true);
    work.start();
    expect(work.isExhausted).toBe(false);
    work.spend(5_000);
    work.start();
    expect(work.isExhausted).toBe(true);
  });

  test("what is spent does not hang on what is remembered", () => {
    const text = starry(3, 4);
    const spend = (): readonly (string | number)[] => {
      const of = analysed(text);
      return questions(of).flatMap((question) => [isImpossible(of, question), of.work.spent]);
    };
    const [first, second] = [spend(), spend()];
    expect(second).toEqual(first);
  });

  test("beyond it nothing is said to be proved, or to be possible", () => {
    const of = analysed(starry(3, 4));
    const none = new Work({ question: 0, run: 0 });
    expect(questions(of).map((question) => isImpossible(of, question, { work: none }))).toEqual(
      questions(of).map(() => "unknown"),
    );
    expect(none.gaveUp).toBe(9);
  });

  test("rules of many patterns take steps in proportion to their number, and what is left open is counted", () => {
    const assembled = assemble(starry(10, 20));
    const first = runLint(assembled, { levels: new Map(), today: TODAY });
    expect(first.cannotTell).toBeGreaterThan(0);
    expect(runLint(assembled, { levels: new Map(), today: TODAY })).toEqual(first);
    // each question may go beyond the limit by one search of texts on either side of a test
    const { documents, set } = assembled.sound;
    const of = analyseSet(documents, set, { now: TODAY });
    for (const question of questions(of)) isImpossible(of, question);
    expect(of.work.spent).toBeLessThan(limitsFor(10).run + 1_000_000);
  });

  test("honest sets stay far below it", () => {
    const of = analysed(
      HEAD +
        Array.from(
          { length: 20 },
          (_, i) =>
            `  - { id: r${i}, effect: ${EFFECTS[i % 3] ?? "deny"}, actions: [s/t${i % 7}], ` +
            `resources: ["file:/srv/${i % 5}/**"], when: "args.n > ${i}.0 && args.c in ['a', ` +
            `'b']" }\n`,
        ).join(""),
    );
    const asked = questions(of);
    for (const question of asked) expect(isImpossible(of, question)).not.toBe("unknown");
    expect(of.work.spent / asked.length).toBeLessThan(10_000);
  });
});
