import fc from "fast-check";

/** The attributes that a random condition may read. */
export const LEAVES = ["a.x", "a.y", "b.x", "b.l", "c"] as const;

/** The text of a random condition over {@link LEAVES}. */
export const condition: fc.Arbitrary<string> = fc.letrec<{ bool: string; number: string }>(
  (tie) => ({
    number: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("a.x", "a.y", "b.x", "1.0", "2.0"),
      fc
        .tuple(tie("number"), fc.constantFrom("+", "-", "*"), tie("number"))
        .map(([l, op, r]) => `(${l} ${op} ${r})`),
      fc
        .tuple(tie("bool"), tie("number"), tie("number"))
        .map(([c, t, e]) => `(${c} ? ${t} : ${e})`),
    ),
    bool: fc.oneof(
      { depthSize: "small" },
      fc
        .tuple(tie("number"), fc.constantFrom("<", "<=", "==", "!=", ">"), tie("number"))
        .map(([l, op, r]) => `(${l} ${op} ${r})`),
      fc.constantFrom(
        "has(a.x)",
        "has(a.y)",
        "has(b.l)",
        "c",
        "c.startsWith('t')",
        "(1.0 in b.l)",
        "('x' in a)",
      ),
      tie("number").map((n) => `b.l.all(i, i < ${n})`),
      tie("number").map((n) => `b.l.exists(i, i == ${n} || has(a.x))`),
      tie("number").map((n) => `b.l.map(i, i + ${n}).exists_one(j, j > 2.0)`),
      fc
        .tuple(tie("bool"), fc.constantFrom("&&", "||"), tie("bool"))
        .map(([l, op, r]) => `(${l} ${op} ${r})`),
      tie("bool").map((b) => `!(${b})`),
    ),
  }),
).bool;

/** A value for one of them; undefined: missing. */
export const leafValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(0, 1, 2, 3),
  fc.constant([1, 2]),
  fc.constant("text"),
  fc.constant(true),
  fc.constant(undefined),
);
