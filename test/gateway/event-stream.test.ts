import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EventSplitter } from "../../src/gateway/event-stream.ts";

const END = /\r\n\r\n|\n\n|\r\r|\r\n\n|\n\r\n/;

/** The same by a splitter that looks through all that it holds each time. */
class PlainSplitter {
  #held = Buffer.alloc(0);

  push(chunk: Buffer): readonly string[] {
    this.#held = Buffer.concat([this.#held, chunk]);
    const events = [];
    for (let at = END.exec(this.#held.toString("latin1")); at !== null; ) {
      const length = at.index + at[0].length;
      events.push(this.#held.subarray(0, length).toString("utf8"));
      this.#held = this.#held.subarray(length);
      at = END.exec(this.#held.toString("latin1"));
    }
    return events;
  }
}

test("a stream is cut into the same events however it comes", () => {
  const piece = fc.constantFrom("\n", "\r", "\r\n", "\n\n", "data: ü", "a", "");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(3)), (pieces, sizes) => {
      const bytes = Buffer.from(pieces.join(""));
      const [splitter, plain] = [new EventSplitter(1e6), new PlainSplitter()];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const chunk = bytes.subarray(at, (at += 1 + (sizes[i] ?? 0)));
        const raw = splitter.push(chunk)?.map((event) => event.raw.toString("utf8"));
        expect(raw).toEqual(plain.push(chunk));
      }
    }),
  );
});

test("an event is refused as soon as it is longer than the limit", () => {
  const splitter = new EventSplitter(10);
  expect(splitter.push(Buffer.from("data: 1234"))).toEqual([]);
  expect(splitter.push(Buffer.from("5"))).toBeUndefined();
});
