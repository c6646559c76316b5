import type { Cursor, Step, Style } from "./cursor.ts";

interface Level {
  readonly isMap: boolean;
  step: Step;
  start: number;
  readonly keys: string[];
  /** Of a map: whether the cursor is behind a colon. */
  inValue: boolean;
}

/** The scalar that is being written in brackets. */
interface Scalar {
  readonly style: Style;
  readonly start: number;
  text: string;
  closed: boolean;
}

/** Reads YAML in brackets and braces up to where somebody types; never fails. */
export class FlowScanner {
  readonly #levels: Level[] = [];
  #scalar: Scalar | undefined;
  #comment = false;
  #closed = false;

  /** Whether the bracket with which it began is closed. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** The next line, or the rest of the first one. */
  text(line: string, at: number): void {
    this.#comment = false;
    if (this.#scalar !== undefined && !this.#scalar.closed && this.#scalar.text !== "")
      this.#scalar.text += "\n";
    for (let i = 0; i < line.length && !this.#closed && !this.#comment; ) {
      i += this.#unit(line, i, at + i);
    }
  }

  /** Reads what stands at `i`, and says how long it is. */
  #unit(line: string, i: number, at: number): number {
    const unit = line.charAt(i);
    const scalar = this.#scalar;
    if (scalar !== undefined && scalar.style !== "plain" && !scalar.closed)
      return this.#quoted(scalar, line, i);
    if (unit === "#" && /\s/.test(line[i - 1] ?? " ")) this.#comment = true;
    else if (unit === "{" || unit === "[") this.#open(unit === "{", at);
    else if (unit === "}" || unit === "]") this.#close();
    else if (unit === ",") this.#next(at + 1);
    else if (unit === ":" && this.#isColon(line, i)) this.#colon();
    else this.#plain(unit, at);
    return 1;
  }

  #quoted(scalar: Scalar, line: string, i: number): number {
    const unit = line.charAt(i);
    const quote = scalar.style === "double" ? '"' : "'";
    if (scalar.style === "double" && unit === "\\") {
      scalar.text += line.charAt(i + 1);
      return 2;
    }
    if (unit === quote && scalar.style === "single" && line[i + 1] === quote) {
      scalar.text += quote;
      return 2;
    }
    if (unit === quote) scalar.closed = true;
    else scalar.text += unit;
    return 1;
  }

  #isColon(line: string, i: number): boolean {
    const next = line[i + 1];
    return next === undefined || /[\s,[\]{}]/.test(next) || this.#scalar?.closed === true;
  }

  #open(isMap: boolean, at: number): void {
    this.#levels.push({ isMap, step: isMap ? "" : 0, start: at + 1, keys: [], inValue: false });
    this.#scalar = undefined;
  }

  #close(): void {
    this.#levels.pop();
    this.#scalar = { style: "plain", start: 0, text: "", closed: true };
    this.#closed = this.#levels.length === 0;
  }

  #next(at: number): void {
    const top = this.#levels.at(-1);
    this.#scalar = undefined;
    if (top === undefined) return;
    top.inValue = false;
    top.start = at;
    top.step = typeof top.step === "number" ? top.step + 1 : "";
  }

  #colon(): void {
    const top = this.#levels.at(-1);
    if (top?.isMap !== true || top.inValue) return this.#plain(":", 0);
    top.step = this.#scalar?.text.trim() ?? "";
    top.keys.push(top.step);
    top.inValue = true;
    this.#scalar = undefined;
  }

  #plain(unit: string, at: number): void {
    if (this.#scalar === undefined) {
      if (/\s/.test(unit)) return;
      const style = unit === '"' ? "double" : unit === "'" ? "single" : "plain";
      const text = style === "plain" ? unit : "";
      this.#scalar = { style, start: at, text, closed: false };
    } else if (!this.#scalar.closed) this.#scalar.text += unit;
  }

  /** Where the text ends; `path` and `starts` from the first bracket on. */
  end(): Cursor | undefined {
    const top = this.#levels.at(-1);
    if (top === undefined || this.#comment || this.#scalar?.closed === true) return undefined;
    const isKey = top.isMap && !top.inValue;
    const within = isKey ? this.#levels.slice(0, -1) : this.#levels;
    const { start = -1, style = "plain", text = "" } = this.#scalar ?? {};
    return {
      path: within.map(({ step }) => step),
      starts: within.map((level) => level.start),
      role: isKey ? "key" : top.isMap ? "value" : "open",
      typed: text,
      start,
      style,
      siblings: isKey ? top.keys : [],
    };
  }
}
