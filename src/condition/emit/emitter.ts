import type { Expr } from "../ast.ts";
import { FOLD_STEPS, meter } from "../meter.ts";
import type { NoValue, Value } from "../value.ts";

/**
 * How compiled conditions read attributes of a row. A path is what the author wrote: `["args",
 * "amount"]`.
 */
export interface Host<Row> {
  /** The names that start a path; a macro's variable of the same name hides one. */
  readonly roots: ReadonlySet<string>;
  read(path: readonly string[]): (row: Row) => Value | NoValue;
  /** The outcome of `has(path)`: true, false, or NoValue where that is not known. */
  has(path: readonly string[]): (row: Row) => boolean | NoValue;
  /** A faster `'literal' in path`; undefined: none, so the list is read and searched. */
  contains?(
    path: readonly string[],
    literal: string,
  ): ((row: Row) => boolean | NoValue) | undefined;
  /** A faster `text in path`; undefined where it is none, or for a row of which it does not tell. */
  among?(
    path: readonly string[],
  ): ((row: Row, text: string) => boolean | NoValue | undefined) | undefined;
  /** The most steps that one part of a condition may take; undefined: as many as by default. */
  readonly steps?: number;
}

/**
 * A piece of JavaScript that may be repeated: a variable's name or a literal. `constant` is set
 * where it is known.
 */
export interface Code {
  readonly text: string;
  readonly constant?: { readonly value: Value | NoValue };
}

/** The variables of macros in force, by the name that the author gave them. */
export type Locals = ReadonlyMap<string, Code>;

type Pure = (...args: readonly (Value | NoValue)[]) => Value | NoValue;

/** Emits one kind of expression; the emitter finds the right one for each node. */
export type Dispatch = (emitter: Emitter, expr: Expr, locals: Locals) => Code;

/**
 * The statements of one function under way. INVARIANT: text of a policy gets into the source only
 * through {@link Emitter.constant} (as a JSON string or an index) and never as a name.
 */
export class Emitter {
  readonly lines: string[] = [];
  readonly constants: unknown[] = [];
  readonly #held = new Map<unknown, string>();
  #names = 0;
  #loops = 0;
  #spends = false;
  #metered = false;
  #foldSteps = FOLD_STEPS;

  constructor(
    readonly host: Host<never>,
    private readonly dispatch: Dispatch,
    private readonly steps: number,
  ) {}

  emit(expr: Expr, locals: Locals): Code {
    return this.dispatch(this, expr, locals);
  }

  /**
   * A part that is true or false by itself: the whole condition, an operand of `&&`, `||` or `!`.
   * It gets steps of its own, so that it costs what it costs whatever stands beside it. Within a
   * macro it spends those of the macro.
   */
  emitPart(expr: Expr, locals: Locals): Code {
    if (this.#loops > 0) return this.emit(expr, locals);
    const outer = this.#spends;
    this.#spends = false;
    this.#foldSteps = FOLD_STEPS;
    const start = this.lines.push("") - 1;
    const code = this.emit(expr, locals);
    if (this.#spends) this.lines[start] = `${this.hold(meter)}.left = ${this.steps};`;
    this.#metered ||= this.#spends;
    this.#spends = outer;
    return code;
  }

  /** What ends the function: nothing is metered any more. */
  close(): void {
    if (this.#metered) this.line(`${this.hold(meter)}.left = Infinity;`);
  }

  /** Says that what is emitted next spends steps of its part. */
  spends(): void {
    this.#spends = true;
  }

  /** Begins the inside of a loop, each round of which takes a step; `onCostly` leaves the loop. */
  enterLoop(onCostly: string): void {
    this.spends();
    this.#loops++;
    this.line(`if (--${this.hold(meter)}.left < 0) { ${onCostly} }`);
  }

  /** Ends the inside of a loop. */
  leaveLoop(): void {
    this.#loops--;
  }

  line(text: string): void {
    this.lines.push(text);
  }

  /** A new variable name, declared by nobody yet. */
  name(prefix = "t"): string {
    return `${prefix}${this.#names++}`;
  }

  /** The name under which the generated code reaches `value`. */
  hold(value: unknown): string {
    const known = this.#held.get(value);
    if (known !== undefined) return known;
    const name = `c${this.constants.length}`;
    this.constants.push(value);
    this.#held.set(value, name);
    return name;
  }

  constant(value: Value | NoValue): Code {
    const constant = { value };
    if (typeof value === "string") return { text: JSON.stringify(value), constant };
    if (typeof value === "boolean" || value === null) return { text: String(value), constant };
    if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) {
      return { text: value < 0 ? `(${value})` : String(value), constant };
    }
    return { text: this.hold(value), constant };
  }

  /** A variable that holds `text`. */
  assign(text: string): Code {
    const name = this.name();
    this.line(`const ${name} = ${text};`);
    return { text: name };
  }

  /** The text of a call of `body`, which may spend steps. */
  invoke(body: Pure, args: readonly Code[]): string {
    this.spends();
    return `${this.hold(body)}(${args.map((arg) => arg.text).join(", ")})`;
  }

  /**
   * The value of `body` if all arguments are constant; CEL has no side effects, so that is the same
   * at run time. Undefined also where that takes more steps than constants may: then it is for the
   * run to say.
   */
  fold(body: Pure, args: readonly Code[]): Code | undefined {
    const values: (Value | NoValue)[] = [];
    for (const { constant } of args) {
      if (constant === undefined) return undefined;
      values.push(constant.value);
    }
    meter.left = this.#foldSteps;
    const value = body(...values);
    this.#foldSteps = meter.left;
    meter.left = Infinity;
    return this.#foldSteps < 0 ? undefined : this.constant(value);
  }

  /** The outcome of `body`, computed now or at run time. */
  apply(body: Pure, ...args: readonly Code[]): Code {
    return this.fold(body, args) ?? this.assign(this.invoke(body, args));
  }
}
