const NEWLINE = Uint8Array.of(10);

/** Lines that are given together, some as text and some as bytes. */
export class LinePiece {
  #text = "";
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** In characters, and in bytes of lines that came as such. */
  get length(): number {
    return this.#text.length + this.#bytes;
  }

  add(line: string | Uint8Array): void {
    if (typeof line === "string") {
      this.#text += `${line}\n`;
      return;
    }
    this.#close();
    this.#parts.push(line, NEWLINE);
    this.#bytes += line.length + 1;
  }

  #close(): void {
    if (this.#text === "") return;
    const bytes = Buffer.from(this.#text, "utf8");
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    this.#text = "";
  }

  /** The bytes of all lines, in memory of their own, which begin anew. */
  take(): Uint8Array<ArrayBuffer> {
    this.#close();
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#bytes = 0;
    return all;
  }
}
