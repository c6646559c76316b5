import type { Expr } from "../ast.ts";
import type { Bad, Value } from "../value.ts";

/** How compiled conditions read attributes of a row. A path is what the author wrote: `["args", "amount"]`. */
export interface Host<Row> {
  /** The names that start a path; a macro's variable of the same name hides one. */
  readonly roots: ReadonlySet<string>;
  read(path: readonly string[]): (row: Row) => Value | Bad;
  /** The outcome of `has(path)`: true, false, or Bad where that is not known. */
  has(path: readonly string[]): (row: Row) => boolean | Bad;
  /** A faster `'literal' in path`; undefined: none, so the list is read and searched. */
  contains?(path: readonly string[], literal: string): ((row: Row) => boolean | Bad) | undefined;
}

/** A piece of JavaScript that may be repeated: a variable's name or a literal. `constant` is set where it is known. */
export interface Code {
  readonly text: string;
  readonly constant?: { readonly value: Value | Bad };
}

/** The variables of macros in force, by the name that the author gave them. */
export type Locals = ReadonlyMap<string, Code>;

type Pure = (...args: readonly (Value | Bad)[]) => Value | Bad;

/** Emits one kind of expression; the emitter finds the right one for each node. */
export type Dispatch = (emitter: Emitter, expr: Expr, locals: Locals) => Code;

/**
 * The statements of one function under way. INVARIANT: text of a policy gets into the source only through
 * {@link Emitter.constant} (as a JSON string or an index) and never as a name.
 */
export class Emitter {
  readonly lines: string[] = [];
  readonly constants: unknown[] = [];
  readonly #held = new Map<unknown, string>();
  #names = 0;

  constructor(
    readonly host: Host<never>,
    private readonly dispatch: Dispatch,
  ) {}

  emit(expr: Expr, locals: Locals): Code {
    return this.dispatch(this, expr, locals);
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

  constant(value: Value | Bad): Code {
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

  /** The text of a call of `body`. */
  invoke(body: Pure, args: readonly Code[]): string {
    return `${this.hold(body)}(${args.map((arg) => arg.text).join(", ")})`;
  }

  /** The value of `body` if all arguments are constant; CEL has no side effects, so that is the same at run time. */
  fold(body: Pure, args: readonly Code[]): Code | undefined {
    const values: (Value | Bad)[] = [];
    for (const { constant } of args) {
      if (constant === undefined) return undefined;
      values.push(constant.value);
    }
    return this.constant(body(...values));
  }

  /** The outcome of `body`, computed now or at run time. */
  apply(body: Pure, ...args: readonly Code[]): Code {
    return this.fold(body, args) ?? this.assign(this.invoke(body, args));
  }
}
