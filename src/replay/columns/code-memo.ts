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

/** Numbers by a text of codes. */
export class TextMemo extends Map<string, number> {}
