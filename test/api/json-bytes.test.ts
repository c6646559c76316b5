import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementsOf, listAt } from "../../src/api/parts/json-bytes.ts";
import { linesOf } from "../../src/api/parts/line-bytes.ts";

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

/** The document that the rest and the elements of the list at `a.b` make together; undefined: none. */
function joined(text: string): string | undefined {
  const bytes = encoder.encode(text);
  const list = listAt(bytes, ["a", "b"]);
  const cut = (from: number, to?: number): string => decoder.decode(bytes.subarray(from, to));
  try {
    if (list === undefined) return JSON.stringify(JSON.parse(text));
    const elements = [...elementsOf(bytes, list)].map((one) =>
      JSON.stringify(JSON.parse(decoder.decode(one))),
    );
    JSON.parse(`${cut(0, list.start)}[]${cut(list.end + 1)}`);
    const whole = `${cut(0, list.start)}[${elements.join()}]${cut(list.end + 1)}`;
    return JSON.stringify(JSON.parse(whole));
  } catch {
    return undefined;
  }
}

function asWhole(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const document = fc
  .record({
    before: fc.jsonValue(),
    list: fc.array(fc.jsonValue()),
    after: fc.jsonValue(),
    indent: fc.constantFrom(0, 2),
  })
  .map(({ before, list, after, indent }) =>
    JSON.stringify({ x: before, a: { c: after, b: list, d: before }, z: after }, null, indent),
  );

describe("design 16.1: a list of a document is read element by element", () => {
  it("finds the list that a parser finds, in whatever layout", () => {
    fc.assert(
      fc.property(document, (text) => {
        expect(listAt(encoder.encode(text), ["a", "b"])).toBeDefined();
        expect(joined(text)).toBe(asWhole(text));
      }),
    );
  });

  it("takes no document that a parser refuses", () => {
    const damage = fc.record({
      text: document,
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      gone: fc.integer({ min: 0, max: 2 }),
      more: fc.constantFrom("", "]", "[", "}", "{", ",", ":", '"', "\\", "1"),
    });
    fc.assert(
      fc.property(damage, ({ text, at, gone, more }) => {
        const from = Math.floor(at * text.length);
        const damaged = `${text.slice(0, from)}${more}${text.slice(from + gone)}`;
        expect(joined(damaged)).toBe(asWhole(damaged));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("lines of parts", () => {
  async function lines(texts: readonly string[], most = 100): Promise<readonly string[]> {
    const found: string[] = [];
    const long = (line: number): Error => new Error(`long ${line}`);
    const chunks = (async function* () {
      yield* texts.map((text) => encoder.encode(text));
    })();
    for await (const { bytes, line } of linesOf(chunks, new Uint8Array(most), long))
      found.push(`${line} ${decoder.decode(bytes)}`);
    return found;
  }

  it("are the same in whatever pieces they come", async () => {
    const all = ["1 one", "2 two", "3 ", "4 three"];
    expect(await lines(["one\ntwo\n\nthree"])).toEqual(all);
    expect(await lines([..."one\ntwo\n\nthree"])).toEqual(all);
    expect(await lines(["on", "e\ntwo", "\n", "\nthree\n"])).toEqual([...all, "5 "]);
  });

  it("are refused where one is longer than may be held", async () => {
    expect(await lines(["one\ntw"], 3)).toEqual(["1 one", "2 tw"]);
    await expect(lines(["one\ntw", "oo"], 3)).rejects.toThrow("long 2");
  });
});
