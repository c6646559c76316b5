import type {
  BinaryExpr,
  BinaryOperator,
  CallExpr,
  ComprehensionExpr,
  Expr,
} from "../condition/ast.ts";
import {
  NoValue,
  isList,
  isPlainMap,
  Timestamp,
  Uint,
  Unknown,
  type Value,
} from "../condition/value.ts";
import { substitute } from "../condition/substitute.ts";
import { visitAll } from "../condition/walk.ts";
import {
  ABSENT,
  BOX,
  BROKEN,
  complementTest,
  EQUAL,
  FALSE,
  GREATER,
  HOLDS,
  LACKS,
  LESS,
  MASKED,
  NOT_A_NUMBER,
  NUMBER,
  SAME,
  TEXT,
  TIME,
  TRUE,
  UNLIKE,
  UNORDERED,
  VALUE,
  type CellTest,
} from "./cell.ts";
import { cellClaim, choose, constantClaim, every, negate, some, type Claim } from "./claim.ts";
import { conditionClaim } from "./condition-claim.ts";
import { CLASSIFICATIONS } from "../policy/closed-lists.ts";
import type { Constants } from "./constants.ts";
import type { UnderPlace, Variable } from "./formula.ts";
import { complementIntervals, numbersWhere, type Intervals } from "./intervals.ts";
import { underPlace } from "./place-facts.ts";
import { plainPatternTest } from "./plain-pattern.ts";
import {
  attribute,
  containersOf,
  opaqueVariable,
  pathOf,
  presenceOf,
  relationVariable,
  termVariable,
  textKey,
  type Salt,
} from "./variables.ts";
import {
  containing,
  endsWith,
  oneOf,
  startsWith,
  textsWhere,
  type TextTest,
} from "./text-machine.ts";

type Ordering = "<" | "<=" | ">" | ">=";

const FLIPPED: Readonly<Record<Ordering, Ordering>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function isOrdering(op: BinaryOperator): op is Ordering {
  return op === "<" || op === "<=" || op === ">" || op === ">=";
}

/** What passes among values where `test` fails. */
function otherValues(test: CellTest): CellTest {
  const rest = complementTest(test);
  return { ...rest, kinds: rest.kinds & VALUE };
}

/** A number that doubles carry exactly; undefined for all else. */
function plainNumber(value: Value): number | undefined {
  const number = value instanceof Uint ? value.value : value;
  if (typeof number === "bigint")
    return Number.isSafeInteger(Number(number)) ? Number(number) : undefined;
  return typeof number === "number" && !Number.isNaN(number) ? number : undefined;
}

function milliseconds(value: Value): number | undefined {
  return value instanceof Timestamp && value.nanos % 1_000_000n === 0n
    ? Number(value.nanos / 1_000_000n)
    : undefined;
}

function equalTo(value: Value): CellTest | undefined {
  if (typeof value === "string")
    return { kinds: TEXT, text: { test: oneOf([value]), wanted: true } };
  if (typeof value === "boolean") return { kinds: value ? TRUE : FALSE };
  const number = plainNumber(value);
  if (number !== undefined) return { kinds: NUMBER, numbers: numbersWhere("==", number) };
  const time = milliseconds(value);
  return time === undefined ? undefined : { kinds: TIME, times: numbersWhere("==", time) };
}

/** When a term stands to a value as the operator says, and when not. */
function ordered(
  op: Ordering,
  value: Value,
): { readonly whenTrue: CellTest; readonly whenFalse: CellTest } | undefined {
  if (typeof value === "string") {
    const test = textsWhere(op, value);
    return {
      whenTrue: { kinds: TEXT, text: { test, wanted: true } },
      whenFalse: { kinds: TEXT, text: { test, wanted: false } },
    };
  }
  const number = plainNumber(value);
  if (number !== undefined) {
    const numbers = numbersWhere(op, number);
    return {
      whenTrue: { kinds: NUMBER, numbers },
      whenFalse: { kinds: NUMBER | NOT_A_NUMBER, numbers: complementIntervals(numbers) },
    };
  }
  const time = milliseconds(value);
  if (time === undefined) return undefined;
  const times = numbersWhere(op, time);
  return {
    whenTrue: { kinds: TIME, times },
    whenFalse: { kinds: TIME, times: complementIntervals(times) },
  };
}

function elementsOf(value: Value): readonly Value[] | undefined {
  const found = isList(value)
    ? value
    : isPlainMap(value)
      ? Object.keys(value).filter((key) => value[key] !== null)
      : undefined;
  const known: Value[] = [];
  for (const element of found ?? []) if (!(element instanceof NoValue)) known.push(element);
  return known.length === found?.length ? known : undefined;
}

/** One of several scalars; undefined where one of them is none. */
function amongTest(elements: readonly Value[]): CellTest | undefined {
  const words: string[] = [];
  const numbers: number[] = [];
  let kinds = 0;
  for (const element of elements) {
    const number = plainNumber(element);
    if (typeof element === "string") words.push(element);
    else if (typeof element === "boolean") kinds |= element ? TRUE : FALSE;
    else if (number !== undefined) numbers.push(number);
    else return undefined;
  }
  const points: Intervals = [...new Set(numbers)]
    .sort((a, b) => a - b)
    .flatMap((n) => numbersWhere("==", n));
  return {
    kinds: kinds | (words.length > 0 ? TEXT : 0) | (points.length > 0 ? NUMBER : 0),
    ...(words.length > 0 && { text: { test: oneOf(words), wanted: true } }),
    ...(points.length > 0 && { numbers: points }),
  };
}

/** What a constant claims as a condition. */
function valueClaim(value: Value | NoValue): Claim {
  if (typeof value === "boolean") return constantClaim(value);
  return constantClaim(value instanceof Unknown ? "unknown" : "error");
}

function holdingKey(value: Value): string | undefined {
  if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  const number = plainNumber(value);
  return number === undefined ? undefined : String(number);
}

function rankArgument(expr: Expr): Expr | undefined {
  return expr.kind === "call" && expr.name === "rank" && expr.target === undefined
    ? expr.args[0]
    : undefined;
}

/** WHY: beyond 2^53 the order of an integer and a double can call equal what `==` does not. */
function hasLargeIntegers(expr: Expr): boolean {
  let found = false;
  visitAll(
    expr,
    (node) => (found ||= node.kind === "call" && (node.name === "int" || node.name === "uint")),
  );
  return found;
}

const TEXT_TESTS: ReadonlyMap<string, (text: string) => TextTest | undefined> = new Map([
  ["startsWith", startsWith],
  ["endsWith", endsWith],
  ["contains", containing],
  ["matches", plainPatternTest],
]);
const LISTS: ReadonlySet<string> = new Set(["action.effects", "session.labels"]);

/**
 * Turns the atomic conditions of a set into claims about variables; what it does not understand
 * keeps its text only.
 */
export class Atoms {
  readonly #constants: Constants;
  readonly #salt: Salt | undefined;
  readonly #claims = new WeakMap<Expr, Claim>();

  /**
   * `salt`: set on one of two versions whose data differ, so that texts that read data are not
   * taken for the same.
   */
  constructor(constants: Constants, salt?: Salt) {
    this.#constants = constants;
    this.#salt = salt;
  }

  /**
   * The claim that an expression without `&&`, `||`, `!` and `? :` makes; remembered, since rules
   * are looked at again and again.
   */
  claim(expr: Expr): Claim {
    const known = this.#claims.get(expr);
    if (known !== undefined) return known;
    const claim = this.#claim(expr);
    this.#claims.set(expr, claim);
    return claim;
  }

  /** A text by which expressions that say the same of a call are the same. */
  keyOf(expr: Expr): string {
    return textKey(expr, this.#salt);
  }

  #claim(expr: Expr): Claim {
    const value = this.#constants.valueOf(expr);
    if (value !== undefined) return valueClaim(value);
    return this.#understood(expr) ?? this.#opaque(expr);
  }

  #understood(expr: Expr): Claim | undefined {
    if (expr.kind === "has") return this.#presence(expr.operand, expr.field);
    if (expr.kind === "binary") return this.#binary(expr);
    if (expr.kind === "call") return this.#textTest(expr);
    if (expr.kind === "comprehension") return this.#spelledOut(expr) ?? this.#someElement(expr);
    return pathOf(expr) === undefined
      ? undefined
      : this.#on(expr, { kinds: TRUE }, { kinds: FALSE });
  }

  #opaque(expr: Expr): Claim {
    return cellClaim({
      variable: opaqueVariable(expr, this.#salt, this.#place(expr)),
      whenTrue: { kinds: TRUE },
      whenFalse: { kinds: FALSE },
      present: presenceOf(expr),
    });
  }

  #place(expr: Expr): UnderPlace | undefined {
    if (expr.kind !== "call") return undefined;
    const base = expr.args[1] === undefined ? undefined : this.#constants.valueOf(expr.args[1]);
    return base instanceof NoValue
      ? undefined
      : underPlace(expr, base, (asked) => this.keyOf(asked));
  }

  #variable(expr: Expr): Variable {
    const path = pathOf(expr);
    return path === undefined ? termVariable(expr, this.#salt) : attribute(path);
  }

  #on(expr: Expr, whenTrue: CellTest, whenFalse: CellTest): Claim {
    const path = pathOf(expr);
    const variable = path === undefined ? termVariable(expr, this.#salt) : attribute(path);
    // the tests on an attribute ask for a value by themselves
    return cellClaim({
      variable,
      whenTrue,
      whenFalse,
      present: path === undefined ? presenceOf(expr) : containersOf(path),
    });
  }

  #presence(operand: Expr, field: string): Claim | undefined {
    const container = pathOf(operand);
    if (container === undefined) return undefined;
    const path = [...container, field];
    const [yes, no] = [{ kinds: VALUE | BROKEN | MASKED }, { kinds: ABSENT }];
    const there = cellClaim({
      variable: attribute(path),
      whenTrue: yes,
      whenFalse: no,
      present: containersOf(path),
    });
    const plain = cellClaim({ variable: attribute(path), whenTrue: yes, whenFalse: no });
    // what is absent may be so because its container is: only being there says something of that
    return (want) => (want === "true" ? there(want) : plain(want));
  }

  #binary(expr: BinaryExpr): Claim | undefined {
    if (expr.op === "in") return this.#membership(expr);
    if (expr.op === "!=") {
      const equal = this.#compare("==", expr.left, expr.right);
      return equal === undefined ? undefined : negate(equal);
    }
    return expr.op === "==" || isOrdering(expr.op)
      ? this.#compare(expr.op, expr.left, expr.right)
      : undefined;
  }

  #compare(op: Ordering | "==", left: Expr, right: Expr): Claim | undefined {
    const [a, b] = [this.#constants.valueOf(left), this.#constants.valueOf(right)];
    if (a !== undefined)
      return a instanceof NoValue
        ? valueClaim(a)
        : this.#compareWith(op === "==" ? op : FLIPPED[op], right, a);
    if (b !== undefined)
      return b instanceof NoValue ? valueClaim(b) : this.#compareWith(op, left, b);
    return hasLargeIntegers(left) || hasLargeIntegers(right)
      ? undefined
      : this.#relate(op, left, right);
  }

  #compareWith(op: Ordering | "==", expr: Expr, value: Value): Claim | undefined {
    const ranked = rankArgument(expr);
    const number = plainNumber(value);
    if (ranked !== undefined && number !== undefined) return this.#rank(op, ranked, number);
    if (value === null && op === "==" && pathOf(expr) !== undefined)
      return this.#on(expr, { kinds: 0 }, { kinds: VALUE });
    if (op !== "==") {
      const tests = ordered(op, value);
      return tests === undefined ? undefined : this.#on(expr, tests.whenTrue, tests.whenFalse);
    }
    const test = equalTo(value);
    return test === undefined ? undefined : this.#on(expr, test, otherValues(test));
  }

  #rank(op: Ordering | "==", expr: Expr, bound: number): Claim {
    const fits = numbersWhere(op, bound);
    const inside = CLASSIFICATIONS.filter((_, rank) =>
      fits.some(
        (r) =>
          (r.lowOpen ? rank > r.low : rank >= r.low) &&
          (r.highOpen ? rank < r.high : rank <= r.high),
      ),
    );
    const outside = CLASSIFICATIONS.filter((name) => !inside.includes(name));
    const test = (words: readonly string[]): CellTest =>
      words.length === 0
        ? { kinds: 0 }
        : { kinds: TEXT, text: { test: oneOf(words), wanted: true } };
    return this.#on(expr, test(inside), test(outside));
  }

  #relate(op: Ordering | "==", left: Expr, right: Expr): Claim {
    const [a, b] = [this.#variable(left), this.#variable(right)];
    const swap = a.key > b.key;
    const way = op !== "==" && swap ? FLIPPED[op] : op;
    const whenTrue = {
      "==": EQUAL | SAME,
      "<": LESS,
      "<=": LESS | EQUAL,
      ">": GREATER,
      ">=": GREATER | EQUAL,
    }[way];
    const whenFalse =
      UNORDERED | ((way === "==" ? LESS | GREATER | UNLIKE : LESS | EQUAL | GREATER) & ~whenTrue);
    const variable = swap ? relationVariable(b, a) : relationVariable(a, b);
    return cellClaim({
      variable,
      whenTrue: { kinds: whenTrue },
      whenFalse: { kinds: whenFalse },
      present: [...presenceOf(left), ...presenceOf(right)],
    });
  }

  #membership({ left, right }: BinaryExpr): Claim | undefined {
    const [item, container] = [this.#constants.valueOf(left), this.#constants.valueOf(right)];
    if (item instanceof NoValue) return valueClaim(item);
    if (container instanceof NoValue) return valueClaim(container);
    if (container !== undefined) {
      const elements = elementsOf(container);
      const test = elements === undefined ? undefined : amongTest(elements);
      return test === undefined ? undefined : this.#on(left, test, otherValues(test));
    }
    return item === undefined ? undefined : this.#holds(right, item);
  }

  #holds(container: Expr, item: Value): Claim | undefined {
    const key = holdingKey(item);
    if (key === undefined) return undefined;
    return this.#on(
      container,
      { kinds: BOX, holding: { key, mask: HOLDS } },
      { kinds: BOX, holding: { key, mask: LACKS } },
    );
  }

  #textTest(expr: CallExpr): Claim | undefined {
    const make = TEXT_TESTS.get(expr.name);
    const [only, second] = expr.args;
    if (
      make === undefined ||
      expr.target === undefined ||
      only === undefined ||
      second !== undefined
    )
      return undefined;
    const text = this.#constants.valueOf(only);
    if (typeof text !== "string" || this.#constants.valueOf(expr.target) !== undefined)
      return undefined;
    const test = make(text);
    if (test === undefined) return undefined;
    return this.#on(
      expr.target,
      { kinds: TEXT, text: { test, wanted: true } },
      { kinds: TEXT, text: { test, wanted: false } },
    );
  }

  /**
   * `[args.a, args.b].exists(v, v == 'x')`: each element by itself, where all of them have a value.
   */
  #spelledOut({ macro, range, variable, second, body }: ComprehensionExpr): Claim | undefined {
    if (range.kind !== "list" || second !== undefined) return undefined;
    if (macro !== "exists" && macro !== "all") return undefined;
    const parts = range.elements.map(({ value, optional }) =>
      optional ? undefined : substitute(body, variable, value),
    );
    const bodies = parts.filter((part) => part !== undefined);
    if (bodies.length < parts.length) return undefined;
    const known = range.elements.map(({ value }) => this.#constants.valueOf(value));
    if (known.some((value) => value instanceof NoValue)) return undefined;
    const values = range.elements
      .filter((_, i) => known[i] === undefined)
      .map(({ value }) =>
        cellClaim({
          variable: this.#variable(value),
          whenTrue: { kinds: VALUE },
          whenFalse: { kinds: 0 },
        }),
      );
    const claims = bodies.map((part) => conditionClaim(part, this));
    const joined = macro === "exists" ? some(claims) : every(claims);
    return choose(every(values), joined, constantClaim(false));
  }

  /** `action.effects.exists(e, e in ['send', 'pay'])`: one of them is in the list. */
  #someElement(expr: ComprehensionExpr): Claim | undefined {
    const path = pathOf(expr.range);
    const { body } = expr;
    if (
      expr.macro !== "exists" ||
      expr.second !== undefined ||
      path === undefined ||
      !LISTS.has(path.join("."))
    )
      return undefined;
    if (body.kind !== "binary" || body.left.kind !== "ident" || body.left.name !== expr.variable)
      return undefined;
    const value = this.#constants.valueOf(body.right);
    if (value === undefined || value instanceof NoValue || (body.op !== "in" && body.op !== "=="))
      return undefined;
    const wanted = body.op === "==" ? [value] : isList(value) ? elementsOf(value) : undefined;
    const parts = wanted?.map((element) => this.#holds(expr.range, element));
    return parts?.every((part) => part !== undefined) === true
      ? some(parts.filter((part) => part !== undefined))
      : undefined;
  }
}
