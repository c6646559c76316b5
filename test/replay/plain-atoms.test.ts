import fc from "fast-check";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { outcomeText } from "../../src/batch/values/interner.ts";
import { PlainClasses } from "../../src/batch/values/plain-atoms.ts";
import { readsOf } from "../../src/batch/values/set-reads.ts";
import { rowFor } from "../../src/batch/values/views.ts";
import { DictionaryBuilder } from "../../src/trace/columns/dictionary.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const number = fc.oneof(
  fc.constantFrom(
    "0",
    "5",
    "-5",
    "0.5",
    "100",
    "37.62",
    "37.620",
    "1e2",
    "-0",
    "9007199254740993",
    "123456789012345.6",
    "0.1",
    "0.30000000000000004",
  ),
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const word = fc.constantFrom(
  "",
  "a",
  "ab",
  "b",
  "ba",
  "é",
  "\u{1F600}",
  "a/b",
  "\ud800",
  '"',
  "\\",
  "\n",
  "5",
  "A",
);
const text = fc.array(word, { maxLength: 3 }).map((parts) => parts.join(""));
const quoted = text.map((one) => JSON.stringify(one));
const bound = fc.constantFrom(
  "5",
  "-5",
  "0",
  "0.5",
  "37.62",
  "100.0",
  "0.1",
  "5u",
  "9007199254740992",
  "1e2",
);
const atom = fc.oneof(
  fc
    .tuple(fc.constantFrom("==", "!=", "<", "<=", ">", ">="), bound, fc.boolean())
    .map(([op, value, turned]) => (turned ? `${value} ${op} args.x` : `args.x ${op} ${value}`)),
  fc.tuple(fc.constantFrom("==", "!="), quoted).map(([op, value]) => `args.x ${op} ${value}`),
  fc
    .tuple(fc.constantFrom("startsWith", "endsWith", "contains"), quoted)
    .map(([name, value]) => `args.x.${name}(${value})`),
  fc.array(quoted, { maxLength: 3 }).map((list) => `args.x in [${list.join(", ")}]`),
);

/** The atoms of conditions as rules have them; those that the checker refuses are left out. */
function compiled(
  conditions: readonly string[],
): ReturnType<typeof readsOf>["rules"][number]["atoms"] {
  return conditions.flatMap((when) => {
    const policy =
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: r, " +
      `effect: deny, when: ${JSON.stringify(when)} }\n`;
    const { documents, diagnostics } = loadDocuments([{ file: "p.yaml", text: policy }]);
    return diagnostics.length > 0
      ? []
      : readsOf(compileSet(documents, sha256)).rules.flatMap(({ atoms }) => atoms);
  });
}

test("values of one class are alike to every plain atom, whatever it is", () => {
  let [shared, apart] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(atom, { minLength: 1, maxLength: 5 }),
      fc.array(fc.oneof(number, quoted), { minLength: 2, maxLength: 12 }),
      (conditions, texts) => {
        const atoms = compiled(conditions);
        const classes = PlainClasses.of(atoms.map(({ plain }) => plain));
        // every form above is plain, but for texts that no UTF-8 holds and whole numbers that no
        // double tells from the next
        if (classes === undefined)
          return void expect(conditions.join()).toMatch(/\\ud800|9007199254740992/);
        const dictionary = new DictionaryBuilder();
        const outcomes = new Map<number, string>();
        let fresh = 1;
        for (const json of texts) {
          const bytes = new TextEncoder().encode(json);
          const code = dictionary.intern(bytes, 0, bytes.length, 2);
          const number = classes.number(dictionary, code, () => fresh++);
          if (number === undefined) continue;
          const row = rowFor(
            { args: { x: JSON.parse(json) } },
            { number: 0, request: {}, mask: undefined },
            {},
          );
          const came = atoms.map((one) => outcomeText(one.test(row))).join("\u0001");
          const before = outcomes.get(number);
          expect([json, before ?? came]).toEqual([json, came]);
          if (before === undefined) apart++;
          else shared++;
          outcomes.set(number, came);
        }
      },
    ),
    { numRuns: 1_500, seed: 20_261_128 },
  );
  expect(Math.min(shared, apart)).toBeGreaterThan(1_000);
});
