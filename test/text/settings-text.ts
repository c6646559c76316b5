import fc from "fast-check";

const NAMES = ["a b", "ünï", "__proto__", "toString", "env", "x"];
/** Numbers, escapes and words whose bytes a parser that writes them again would change. */
const SCALARS = [
  ...["12345678901234567890", "1.0", "1e3", "-0", "true", "null", '"\\u0041\\/"', '"a,]}//b"'],
  ...['""', '"\u2028"', '"ü"'],
];
const blanks = fc.constantFrom("", " ", "\n", "\r\n\t", "\n    ", "  ");
const between = fc.oneof(
  { weight: 6, arbitrary: blanks },
  { weight: 1, arbitrary: fc.constantFrom(" // , ] } /*\n", '/* } , ] " */', "/**/ ") },
);

/** A list or an object of parts, with random text between them and perhaps a comma at the end. */
function container(
  parts: fc.Arbitrary<readonly string[]>,
  [open, close]: readonly [string, string],
): fc.Arbitrary<string> {
  return fc
    .tuple(parts, fc.array(between, { minLength: 30, maxLength: 30 }), fc.boolean())
    .map(([some, gaps, comma]) => {
      const inner = some.map((part, i) => `${gaps[i] ?? ""}${part}${gaps[i + 15] ?? ""}`);
      const last = comma && some.length > 0 ? "," : "";
      return `${open}${inner.join(",")}${last}${gaps[29] ?? ""}${close}`;
    });
}

/** The text of an object: members in any order and layout. */
export function objectText(members: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  return container(members, ["{", "}"]);
}

/** The text of a list. */
export function listText(items: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  return container(items, ["[", "]"]);
}

/** `"key": value` with random text around the colon. */
export function memberText(key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(between, between, value)
    .map(([before, after, text]) => `${JSON.stringify(key)}${before}:${after}${text}`);
}

const scalar = fc.constantFrom(...SCALARS);
/** The text of some value, with numbers, escapes and repeated names as they are. */
export const anyText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    listText(fc.array(tie("value"), { maxLength: 3 })),
    objectText(
      fc.array(
        fc.constantFrom(...NAMES).chain((name) => memberText(name, tie("value"))),
        { maxLength: 3 },
      ),
    ),
  ),
})).value;

/** Some members that nobody asks for. */
export const otherMembers: fc.Arbitrary<readonly string[]> = fc.array(
  fc.constantFrom(...NAMES).chain((name) => memberText(name, anyText)),
  { maxLength: 3 },
);

/** A whole file: perhaps with a byte order mark, and any end. */
export function fileText(root: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom("", "", "\uFEFF"), between, root, between)
    .map((parts) => parts.join(""));
}

/** Lists in any order. */
export function shuffled(
  lists: readonly fc.Arbitrary<readonly string[]>[],
): fc.Arbitrary<readonly string[]> {
  return fc
    .tuple(...lists)
    .chain((all) => fc.shuffledSubarray(all.flat(), { minLength: all.flat().length }));
}
