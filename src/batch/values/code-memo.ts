/** Numbers by frame and code; -1: not known. Nearly all rows are of frame 0. */
export class CodeMemo {
  #plain = new Int32Array(256).fill(-1);
  readonly #framed = new Map<string, number>();

  get(frame: number, code: number): number {
    return frame === 0 ? (this.#plain[code] ?? -1) : (this.#framed.get(`${frame},${code}`) ?? -1);
  }

  set(frame: number, code: number, value: number): void {
    if (frame !== 0) return void this.#framed.set(`${frame},${code}`, value);
    if (code >= this.#plain.length) {
      const grown = new Int32Array(Math.max(code + 1, 2 * this.#plain.length)).fill(-1);
      grown.set(this.#plain);
      this.#plain = grown;
    }
    this.#plain[code] = value;
  }
}

const LONG = 100;
const MANY = 100_000;
const TRIED = 4_000;

/** Numbers by text, over all segments; texts that hardly ever come again are not kept. */
export class TextMemo {
  readonly #numbers = new Map<string, number>();
  readonly #longest: number;
  #asked = 0;
  #met = 0;

  /** `longest`: texts of so many characters or more are not kept. */
  constructor(longest = LONG) {
    this.#longest = longest;
  }

  get(text: string): number | undefined {
    if (this.#idle) return undefined;
    this.#asked++;
    const number = this.#numbers.get(text);
    if (number !== undefined) this.#met++;
    return number;
  }

  get #idle(): boolean {
    return this.#asked > TRIED && 4 * this.#met < this.#asked;
  }

  set(text: string, number: number): void {
    if (this.#idle) this.#numbers.clear();
    else if (text.length < this.#longest && this.#numbers.size < MANY)
      this.#numbers.set(text, number);
  }
}

/** Numbers by the codes of some columns together, of rows of one segment. */
export class CodesMemo {
  readonly #plain = new Map<number, number>();
  readonly #others = new Map<string, number>();

  /** `key`: one number for the codes, or their text where no number is exact. */
  get(key: number | string): number | undefined {
    return typeof key === "number" ? this.#plain.get(key) : this.#others.get(key);
  }

  set(key: number | string, value: number): void {
    if (typeof key === "number") this.#plain.set(key, value);
    else this.#others.set(key, value);
  }
}
