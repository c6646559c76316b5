import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Document, isCollection, parseDocument, visit } from "yaml";
import { canonicalDigest } from "../../src/policy/digest.ts";
import { scenario } from "../fuzz/scenario.ts";
import { Dice } from "./edits.ts";
import { load } from "./figures.ts";
import { sha256 } from "./sets.ts";

/**
 * Lists whose order says something to nobody; all others (approvers in a condition, data) are left
 * as they are.
 */
const SETS = new Set([
  "rules",
  "subjects",
  "actions",
  "resources",
  "approvers",
  "notify",
  "exceptions",
  "labels",
  "counters",
  "values",
  "agents",
  "people",
  "tools",
  "roles",
  "effects",
  "data_classes",
  "sources",
  "surfaces",
]);

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const left = [...items];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(dice.roll(left.length), 1));
  return out;
}

/**
 * The same value with its keys and unordered lists in another order, and equal parts as one object,
 * which YAML writes as an anchor.
 */
function reordered(
  value: unknown,
  dice: Dice,
  of: { key: string; known: Map<string, unknown> },
): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => reordered(item, dice, { ...of, key: "" }));
    return SETS.has(of.key) ? shuffled(items, dice) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const text = JSON.stringify(value);
  const known = of.known.get(text);
  if (known !== undefined && dice.roll(2) === 0) return known;
  const entries = shuffled(Object.entries(value), dice).map(
    ([key, inner]) =>
      [
        key,
        key === "data" || key === "properties" || key === "attributes"
          ? inner
          : reordered(inner, dice, { ...of, key }),
      ] as const,
  );
  const made = Object.fromEntries(entries);
  of.known.set(text, made);
  return made;
}

/** Another text of the same document: order, comments, flow and block style, quotes, anchors. */
function rewritten(text: string, dice: Dice): string {
  const document = new Document(
    reordered(parseDocument(text).toJS(), dice, { key: "", known: new Map() }),
    { aliasDuplicateObjects: true },
  );
  visit(document, {
    Collection: (_key, node) => void (isCollection(node) && (node.flow = dice.roll(3) === 0)),
    Pair: (_key, pair) =>
      void (
        dice.roll(5) === 0 &&
        typeof pair.key === "object" &&
        pair.key !== null &&
        Object.assign(pair.key, { commentBefore: ` note ${dice.roll(100)}` })
      ),
  });
  return (
    `# ${dice.roll(1000)}\n` +
    `${document.toString({
      indent: 2 + dice.roll(3),
      lineWidth: 40 + dice.roll(100),
      singleQuote: dice.roll(2) === 0,
    })}`
  );
}

describe("design 10.1: the digest", () => {
  it("does not change with order, comments, layout, quotes and anchors", () => {
    let anchors = 0;
    fc.assert(
      fc.property(scenario, fc.nat(), ({ texts, documents }, seed) => {
        const dice = new Dice(seed);
        const written = shuffled(
          texts.map((text) => rewritten(text, dice)),
          dice,
        );
        anchors += written.filter((text) => /&a\d/.test(text)).length;
        const again = load(written);
        if (again === undefined) throw new Error(`does not load:\n${written.join("---\n")}`);
        expect(canonicalDigest(again, sha256)).toBe(canonicalDigest(documents, sha256));
      }),
      { numRuns: 150, seed: 10 },
    );
    expect(anchors).toBeGreaterThan(20);
  });
});
