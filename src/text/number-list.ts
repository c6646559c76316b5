/** Small whole numbers by position, four bytes each; what was never set is 0. */
export class NumberList {
  #values = new Uint32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) this.#grow(index);
    this.#values[index] = value;
    if (index >= this.#length) this.#length = index + 1;
  }

  push(value: number): void {
    this.set(this.#length, value);
  }

  /** The numbers set so far. */
  part(): readonly number[] {
    return [...this.#values.subarray(0, this.#length)];
  }

  #grow(index: number): void {
    const values = new Uint32Array(Math.max(index + 1, 2 * this.#values.length));
    values.set(this.#values);
    this.#values = values;
  }
}
