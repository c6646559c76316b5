import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { crc32 } from "../../src/node/crc32.ts";
import { parquetLines } from "../../src/node/parquet.ts";
import { ByteCursor } from "../../src/node/parquet-bytes.ts";
import { deltaNumbers, deltaPrefixed } from "../../src/node/parquet-delta.ts";
import { readRuns } from "../../src/node/parquet-runs.ts";
import { thriftLength } from "../../src/node/parquet-thrift.ts";

const folder = fileURLToPath(new URL("parquet", import.meta.url));
const bin = fileURLToPath(new URL("../../bin/agentz.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "agentz-damage-"));
afterAll(() => rmSync(root, { recursive: true }));

const files = readdirSync(folder)
  .filter((name) => /^(bytes|duck|ev-.*|lines|odd)\.parquet$/.test(name))
  .map((name) => readFileSync(join(folder, name)));

/** The most that the rows of such a file come to, in bytes: many times what they are. */
const MOST = 1 << 20;

function linesOf(bytes: Uint8Array): string {
  const path = join(root, "damaged.parquet");
  writeFileSync(path, bytes);
  let text = "";
  for (const piece of parquetLines(path)) {
    text += Buffer.from(piece).toString("utf8");
    if (text.length > MOST) throw new Error("it runs on");
  }
  return text;
}

/** What becomes of a file: its lines, or why it is not read. */
function read(bytes: Uint8Array): string {
  try {
    return linesOf(bytes);
  } catch (error) {
    return String(error);
  }
}

const NOT_READ =
  /^Error: its Parquet data is broken or not known \(|, which is not read: |: rename it$/;

const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    isNearEnd: fc.boolean(),
    how: fc.constantFrom("byte", "bit", "zeros", "ones", "cut"),
    value: fc.nat(255),
  }),
  { minLength: 1, maxLength: 3 },
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

/** The index at the end says where everything stands, so half of the damage is there. */
const INDEX = 1500;

function damaged(file: Uint8Array, all: Damage): Uint8Array {
  let bytes = new Uint8Array(file);
  for (const { at, isNearEnd, how, value } of all) {
    const [from, length] = isNearEnd
      ? [Math.max(0, bytes.length - INDEX), Math.min(INDEX, bytes.length)]
      : [0, bytes.length];
    const place = from + Math.floor(at * length);
    if (how === "cut") bytes = bytes.slice(0, place);
    else if (how === "byte") bytes.fill(value, place, place + 1);
    else if (how === "bit") bytes.fill((bytes[place] ?? 0) ^ (1 << (value % 8)), place, place + 1);
    else bytes.fill(how === "ones" ? 255 : 0, place, place + 1 + (value % 12));
  }
  return bytes;
}

describe("design 16.2: a damaged file", () => {
  test("gives lines, or an error that says what it is: it never runs on", () => {
    const intact = new Map(files.map((file) => [file, read(file)]));
    const seen = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...files), damage, (file, all) => {
        const said = read(damaged(file, all));
        const isRead = said === intact.get(file) || /^([^E]|$)/.test(said);
        if (!isRead) expect(said).toMatch(NOT_READ);
        seen[isRead ? "read" : "refused"]++;
      }),
      { numRuns: 600, seed: 5 },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(80);
  });

  test("ends a command with exit status 2, and one line that says why", () => {
    const path = join(root, "cut.parquet");
    const whole = files[0] ?? new Uint8Array(0);
    writeFileSync(path, whole.subarray(0, whole.length - 20));
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "trace", "stats", path], {
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("its Parquet data is broken or not known");
  });

  test("is seen by the checksum of a page, where its writer wrote one", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
    // the texts of an uncompressed page: nothing else tells that one changed
    const file = readFileSync(join(folder, "crc.parquet"));
    expect(read(file)).toContain("billing-bot");
    const at = file.indexOf("billing-bot");
    expect(read(Buffer.from(file).fill("X", at, at + 1))).toMatch(
      /a page of it has another checksum than it says/,
    );
  });
});

/** A number in bytes of seven bits. */
function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [128 | (value & 127), ...varint(Math.floor(value / 128))];
}

describe("what a page says of itself is not believed", () => {
  const runs = (width: number, count: number, ...bytes: readonly number[]): readonly number[] => {
    const out = new Uint32Array(count);
    readRuns(Uint8Array.from(bytes), width, out);
    return [...out];
  };

  test("runs: of one value, of packed ones, and of more or fewer than there are", () => {
    expect(runs(3, 4, ...varint(4 << 1), 5)).toEqual([5, 5, 5, 5]);
    expect(runs(3, 8, 3, 0b10001000, 0b11000110, 0b11111010)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(runs(0, 2)).toEqual([0, 0]);
    expect(() => runs(3, 4, ...varint(5 << 1), 5)).toThrow(/more values than it says/);
    // a reader that fills whatever it is told would never come back
    expect(() => runs(3, 4, ...varint(2 ** 31 - 2), 5)).toThrow(/more values than it says/);
    expect(() => runs(3, 8, ...varint(2 ** 32 - 1), 1)).toThrow(/ends too early/);
    expect(() => runs(3, 4, ...varint(2 << 1), 5)).toThrow(/ends too early/);
    expect(() => runs(77, 4, ...varint(4 << 1), 5)).toThrow(/too many bits/);
  });

  test("differences: blocks of no size, other counts, texts that begin as none before", () => {
    const numbers = (...bytes: readonly number[]): readonly bigint[] => [
      ...deltaNumbers(new ByteCursor(Uint8Array.from(bytes)), 3),
    ];
    expect(numbers(...varint(128), 4, 3, 2, 2, 0, 0, 0, 0)).toEqual([1n, 2n, 3n]);
    expect(() => numbers(0, 0, 3, 2, 2, 0, 0, 0, 0)).toThrow(/impossible size/);
    expect(() => numbers(...varint(128), 4, 4, 2, 2, 0, 0, 0, 0)).toThrow(/other values/);
    expect(() => numbers(...varint(128), 4, 3, 2, 2, 60, 0, 0, 0)).toThrow(/ends too early/);
    // the first text begins with a thousand characters of the one before, of which there is none
    const one = (value: number): readonly number[] => [...varint(128), 4, 1, ...varint(2 * value)];
    const text = (prefix: number): string =>
      Buffer.from(
        deltaPrefixed(new ByteCursor(Uint8Array.from([...one(prefix), ...one(1), 97])), 1)[0] ?? [],
      ).toString();
    expect(text(0)).toBe("a");
    expect(() => text(1000)).toThrow(/begins as no other/);
  });

  test("structures: lists longer than their bytes, numbers without end, no end at all", () => {
    const length = (...bytes: readonly number[]): number => thriftLength(Uint8Array.from(bytes));
    expect(length(0x15, 8, 0x19, 0x25, 2, 4, 0, 99)).toBe(7);
    expect(() => length(0x19, 0xf5, ...varint(2 ** 31 - 1), 2)).toThrow(/longer than its bytes/);
    expect(() => length(0x16, ...Array<number>(1000).fill(128), 0, 0)).toThrow(/too long/);
    expect(() => length(0x15, 8)).toThrow(/ends too early/);
    expect(() => length(0x18, 100, 0)).toThrow(/ends too early/);
    expect(() => length(...Array<number>(100).fill(0x1c))).toThrow(/nested too deeply/);
  });
});
