import fc from "fast-check";
import { isUtf8 } from "node:buffer";
import { describe, expect, it } from "vitest";
import { utf8Text } from "../../src/text/utf8.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const said = (bytes: Uint8Array): string => {
  const read = utf8Text(bytes);
  return "text" in read ? `text ${read.text}` : read.fault;
};

describe("the one reader of text", () => {
  it.each([
    ["Latin-1", latin1("name: müller\n"), "it is not valid UTF-8 at line 1, byte 8 (offset 7)"],
    [
      "Latin-1 before a letter that could go on",
      latin1("é\nb"),
      "it is not valid UTF-8 at line 1, byte 1 (offset 0)",
    ],
    [
      "a later line",
      Buffer.concat([Buffer.from("ä\nö\nx"), latin1("ü")]),
      "it is not valid UTF-8 at line 3, byte 2 (offset 7)",
    ],
    [
      "overlong",
      Buffer.from([97, 0xc0, 0xaf]),
      "it is not valid UTF-8 at line 1, byte 2 (offset 1)",
    ],
    [
      "a surrogate",
      Buffer.from([97, 0xed, 0xa0, 0x80]),
      "it is not valid UTF-8 at line 1, byte 2 (offset 1)",
    ],
    [
      "beyond Unicode",
      Buffer.from([0xf5, 0x80, 0x80, 0x80]),
      "it is not valid UTF-8 at line 1, byte 1 (offset 0)",
    ],
    [
      "cut off at its end",
      Buffer.from([97, 10, 0xe2, 0x82]),
      "it is not valid UTF-8 at line 2, byte 1 (offset 2)",
    ],
    [
      "a stray continuation",
      Buffer.from([0x80, 97]),
      "it is not valid UTF-8 at line 1, byte 1 (offset 0)",
    ],
    [
      "UTF-16 with a mark",
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("a: b\n", "utf16le")]),
      "it is UTF-16, not UTF-8",
    ],
    [
      "UTF-16, big end first, with a mark",
      Buffer.from([0xfe, 0xff, 0, 97, 0, 58]),
      "it is UTF-16, not UTF-8",
    ],
    [
      "UTF-16 without a mark",
      Buffer.from("apiVersion: agentz/v1\n", "utf16le"),
      "it is UTF-16, not UTF-8",
    ],
    [
      "UTF-16, big end first, without a mark",
      Buffer.from("apiVersion: agentz/v1\n", "utf16le").swap16(),
      "it is UTF-16, not UTF-8",
    ],
    ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 97, 0, 0, 0]), "it is UTF-32, not UTF-8"],
  ])("refuses %s", (_, bytes, expected) => {
    expect(said(bytes)).toBe(expected);
  });

  it.each([
    ["", ""],
    ["a byte order mark stays", "\ufeffa: b\n"],
    ["any plane", "\u007f\u0085é漢😀\u{10ffff}"],
    ["the sign for a lost character", "\ufffd"],
    ["one NUL is text, and refused where it matters", "a\u0000b: some more text"],
  ])("takes %s", (_, text) => {
    expect(utf8Text(Buffer.from(text))).toEqual({ text });
  });

  it("says what the platform says of any bytes, and points into the bad character", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom("a", "é", "漢", "😀", "\n").map((text) => Buffer.from(text)),
        fc
          .uint8Array({ minLength: 1, maxLength: 2 })
          .map((bytes) => Buffer.from(bytes.map((byte) => byte | 0x80))),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const bytes = Buffer.concat(list);
        const read = utf8Text(bytes);
        if ("fault" in read && read.fault.includes("UTF-16")) return;
        expect("text" in read).toBe(isUtf8(bytes));
        // what stands before is text, and whatever follows, it is none with this byte
        const [before, after] =
          "text" in read
            ? [Buffer.from(read.text).equals(bytes), false]
            : [isUtf8(bytes.subarray(0, read.at)), isUtf8(bytes.subarray(0, read.at + 1))];
        expect([before, after]).toEqual([true, false]);
      }),
      { numRuns: 500, seed: 17 },
    );
  });
});
