import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { freshName, FreshFile, isLeftOver, removeLeftOvers } from "../../src/node/fresh-file.ts";
import { createFile, replaceFile } from "../../src/node/replace-file.ts";
import { Spool } from "../../src/node/spool.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { scratch } from "../e2e/agentz.ts";

const mode = (path: string): number => statSync(path).mode & 0o777;

/** A process number that nobody has. */
const NOBODY = 4_194_304_999;

function leftBy(path: string, pid: number): string {
  return freshName(path).replace(`.${process.pid}-`, `.${pid}-`);
}

describe("a file that is written is old or new, never a part", () => {
  it("keeps the permissions of what it replaces, and gives a new file what the user's mask leaves", async () => {
    const folder = scratch({ old: "old" });
    chmodSync(join(folder, "old"), 0o640);
    await replaceFile(join(folder, "old"), "old", "new");
    await replaceFile(join(folder, "fresh"), "fresh", new Uint8Array([104, 105]));
    expect([readFileSync(join(folder, "old"), "utf8"), mode(join(folder, "old"))]).toEqual([
      "new",
      0o640,
    ]);
    expect([readFileSync(join(folder, "fresh"), "utf8"), mode(join(folder, "fresh"))]).toEqual([
      "hi",
      0o666 & ~process.umask(),
    ]);
    expect(readdirSync(folder).sort()).toEqual(["fresh", "old"]);
  });

  it("is its owner's alone until it is whole, and nothing is left of one that fails", async () => {
    const folder = scratch({ old: "old" });
    const seen: unknown[] = [];
    function* broken(): Generator<Uint8Array> {
      yield new Uint8Array(10);
      const [name = ""] = readdirSync(folder).filter((one) => one !== "old");
      seen.push(mode(join(folder, name)), readFileSync(join(folder, "old"), "utf8"));
      throw Object.assign(new Error("no room"), { code: "ENOSPC" });
    }
    await expect(replaceFile(join(folder, "old"), "old", broken())).rejects.toThrow(
      "`old` cannot be written: the disk is full",
    );
    expect([seen, readdirSync(folder), readFileSync(join(folder, "old"), "utf8")]).toEqual([
      [0o600, "old"],
      ["old"],
      "old",
    ]);
  });

  it("never writes through a link, to a folder, or over a file that is to be new", async () => {
    const folder = scratch({ victim: "precious" });
    symlinkSync("victim", join(folder, "link"));
    symlinkSync("nowhere", join(folder, "dangling"));
    mkdirSync(join(folder, "sub"));
    for (const [name, why] of [
      ["link", "is a link"],
      ["dangling", "is a link"],
      ["sub", "is a folder"],
      ["none/x", "its folder does not exist"],
      ["victim/x", "its folder does not exist"],
    ] as const) {
      await expect(replaceFile(join(folder, name), name, "x")).rejects.toThrow(why);
    }
    for (const name of ["link", "dangling", "victim"])
      expect(await createFile(join(folder, name), name, { content: "x" })).toBe(false);
    expect(await createFile(join(folder, "key"), "key", { content: "x", mode: 0o600 })).toBe(true);
    expect([
      readFileSync(join(folder, "victim"), "utf8"),
      lstatSync(join(folder, "link")).isSymbolicLink(),
      mode(join(folder, "key")),
    ]).toEqual(["precious", true, 0o600]);
    expect(readdirSync(folder).sort()).toEqual(["dangling", "key", "link", "sub", "victim"]);
  });

  it("devices are written to: a link to one too", async () => {
    const folder = scratch();
    symlinkSync("/dev/null", join(folder, "null"));
    await replaceFile(join(folder, "null"), "null", "x");
    expect(lstatSync(join(folder, "null")).isSymbolicLink()).toBe(true);
    const full = replaceFile("/dev/full", "/dev/full", "x");
    await (existsSync("/dev/full")
      ? expect(full).rejects.toThrow("`/dev/full` cannot be written: the disk is full")
      : full.catch(() => undefined));
  });
});

describe("what a run that was killed leaves", () => {
  it("goes with the next run, but for what a process that runs may still write", () => {
    const folder = scratch();
    const target = join(folder, "out.jsonl");
    const dead = leftBy(target, NOBODY);
    const alive = leftBy(target, process.pid);
    const elsewhere = dead.replace(/-[0-9a-f]{8}/, "-00000000");
    const old = dead.replace(/-[0-9a-f]{8}/, "-00000001");
    const others = [join(folder, ".out.tmp"), join(folder, "out.tmp"), target];
    for (const path of [dead, alive, elsewhere, old, ...others]) writeFileSync(path, "part");
    utimesSync(old, 0, 0);
    expect([dead, alive, elsewhere, ...others].map((path) => isLeftOver(basename(path)))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    removeLeftOvers(folder);
    expect(readdirSync(folder).sort()).toEqual(
      [alive, elsewhere, ...others].map((path) => path.slice(folder.length + 1)).sort(),
    );
    removeLeftOvers(join(folder, "nowhere"));
  });

  it("every write looks for it first", async () => {
    const writes: readonly ((path: string) => unknown)[] = [
      (path) => replaceFile(path, "x", "x"),
      (path) => createFile(path, "x", { content: "x" }),
      (path) => Spool.open(join(path, ".."), "x").close(),
    ];
    for (const write of writes) {
      const folder = scratch();
      const path = join(folder, "out");
      writeFileSync(leftBy(path, NOBODY), "part");
      await write(path);
      expect(readdirSync(folder).filter((name) => name !== "out")).toEqual([]);
    }
  });

  it("names of any length can be written", async () => {
    const folder = scratch();
    for (const name of ["x".repeat(255), "ä".repeat(127)])
      await replaceFile(join(folder, name), name, "x");
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

describe("FreshFile", () => {
  it("does nothing after it was put in its place or taken away", () => {
    const folder = scratch();
    const file = new FreshFile(join(folder, "a"));
    file.write(new Uint8Array([65]));
    file.replace();
    file.discard();
    file.replace();
    const other = new FreshFile(join(folder, "b"));
    other.discard();
    other.place();
    expect([readdirSync(folder), mode(join(folder, "a"))]).toEqual([["a"], 0o600]);
  });
});

describe("Spool", () => {
  it("has no name, and gives back what was added since it was last cleared", () => {
    const folder = scratch();
    const spool = Spool.open(folder, "x");
    spool.add("forgotten");
    spool.clear();
    const text = "ä€😀".repeat(100_000);
    spool.add("first ");
    spool.add(text);
    expect(readdirSync(folder)).toEqual([]);
    expect(Buffer.concat([...spool.pieces()]).toString("utf8")).toBe(`first ${text}`);
    expect(Buffer.concat([...spool.pieces()]).toString("utf8")).toBe(`first ${text}`);
    spool.close();
    expect(() => Spool.open(join(folder, "nowhere"), "out.jsonl")).toThrow(UserError);
    expect(() => Spool.open(join(folder, "nowhere"), "out.jsonl")).toThrow(
      "`out.jsonl` cannot be written: its folder does not exist",
    );
  });
});
