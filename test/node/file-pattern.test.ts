import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fastGlob from "fast-glob";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPattern, PatternError, readPattern } from "../../src/node/file-pattern.ts";
import { filesBelow } from "../../src/node/folders.ts";
import { expandInputs, TRACE_ENDINGS } from "../../src/node/inputs.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./repositories.ts";
import { lacks } from "../needs.ts";

const root = mkdtempSync(join(tmpdir(), "agentz-patterns-"));
afterAll(() => rmSync(root, { recursive: true }));
const NAMES = [
  "a.jsonl",
  "ab.jsonl",
  "b.json",
  "abc",
  "day-01.jsonl",
  "day-12.jsonl",
  "day-2.jsonl",
  ".hidden.jsonl",
  "d/a.jsonl",
  "d/e/a.jsonl",
  "d/e/f/b.jsonl",
  "d/.g/h.jsonl",
  "x/y/z.jsonl",
  "n (1)/a.jsonl",
  "A.JSONL",
  "a-b",
  "a]b",
  "\u00fc.jsonl",
  "aaaa.jsonl",
  "node_modules/m.jsonl",
];
beforeAll(() => {
  for (const name of NAMES) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), "");
  }
  symlinkSync("..", join(root, "d", "up"));
});

const PATTERNS = [
  "*",
  "**",
  "**/*",
  "*.jsonl",
  "**/*.jsonl",
  "*.{json,jsonl}",
  "**/*.{json,jsonl}{,.gz}",
  "d/*",
  "d/**",
  "d/**/a.jsonl",
  "**/a.jsonl",
  "*/*/*",
  "**/e/**",
  "**/**/*.jsonl",
  "a?.jsonl",
  "?.jsonl",
  "day-[0-9][0-9].jsonl",
  "day-[!1]*.jsonl",
  "day-[^1]*.jsonl",
  "[ab]*",
  "{a,ab}.jsonl",
  "{d,x}/**/*.jsonl",
  "{d/e,x/y}/*.jsonl",
  "day-{01..12}.jsonl",
  "day-{1..3}.jsonl",
  "{a,{ab,abc}}*",
  "*.JSONL",
  ".*",
  ".*.jsonl",
  "**/.g/*",
  "a*b*c",
  "*a*a*",
  "a*****.jsonl",
  "nothing/*",
  "d",
  "{a}.jsonl",
  "a[*",
  "\u00fc*",
];

function alternatives(pattern: string): readonly string[] {
  const [, before = "", inner, after = ""] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(pattern) ?? [];
  return inner === undefined
    ? [pattern]
    : inner.split(",").flatMap((part) => alternatives(before + part + after));
}

/** By the definition, with every way tried. */
function fits(
  [segment, ...segments]: readonly string[],
  [name, ...names]: readonly string[],
): boolean {
  if (segment === undefined || name === undefined)
    return segment === name || (segment === "**" && fits(segments, []));
  if (segment === "**")
    return (
      fits(segments, [name, ...names]) ||
      (!name.startsWith(".") && fits([segment, ...segments], names)) ||
      (!name.startsWith(".") && segments.length === 0 && names.length === 0)
    );
  const expression = segment
    .replace(/\[!/g, "[^")
    .replace(/[.]/g, "\\.")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return (
    (!name.startsWith(".") || segment.startsWith(".")) &&
    new RegExp(`^${expression}$`).test(name) &&
    fits(segments, names)
  );
}

describe("patterns of files", () => {
  it.each(PATTERNS)("`%s` means what it means elsewhere", async (pattern) => {
    const elsewhere = await fastGlob(pattern, { cwd: root, followSymbolicLinks: false });
    expect([...(await filesBelow(root, pattern))].sort()).toEqual([...elsewhere].sort());
  });

  it("random patterns mean what their definition says", async () => {
    const parts = [
      "*",
      "?",
      "a",
      "b",
      "d",
      "e",
      ".jsonl",
      "-",
      "[ab]",
      "[!a]",
      "{a,b}",
      "{,b}",
      "/",
      "/**/",
      "**/",
      "0",
      "1",
    ];
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
    const files = NAMES.map((name) => name.split("/"));
    let met = 0;
    for (let i = 0; i < 300; i++) {
      const pattern = Array.from({ length: 1 + next(6) }, () => parts[next(parts.length)])
        .join("")
        .replace(/\/{2,}/g, "/")
        .replace(/^\//, "");
      if (alternatives(pattern).some((one) => one.startsWith("/"))) continue;
      const meant = files
        .filter((file) =>
          alternatives(pattern).some((one) =>
            fits(
              one.split("/").filter((segment) => segment !== ""),
              file,
            ),
          ),
        )
        .map((file) => file.join("/"));
      expect([pattern, [...(await filesBelow(root, pattern))].sort()]).toEqual([
        pattern,
        meant.sort(),
      ]);
      met += meant.length;
    }
    expect(met).toBeGreaterThan(100);
  });

  it("parentheses are parentheses, and a backslash takes a sign by its word", async () => {
    expect(await filesBelow(root, "n (1)/*")).toEqual(["n (1)/a.jsonl"]);
    expect(await filesBelow(root, "a[]]b")).toEqual(["a]b"]);
    expect(await filesBelow(root, "\\a*.jsonl")).toHaveLength(3);
    expect([
      isPattern("a\\*b"),
      isPattern("a(b|c)"),
      isPattern("a*b"),
      isPattern("plain/path.jsonl"),
    ]).toEqual([false, false, true, false]);
  });

  it("folders that are left out are not searched", async () => {
    expect(await filesBelow(root, "**/m.jsonl")).toEqual(["node_modules/m.jsonl"]);
    expect(await filesBelow(root, "**/m.jsonl", "node_modules")).toEqual([]);
  });

  it.each([
    ["{a,b}".repeat(22), /expands to more than 1,000 paths/],
    [`${"{a,b}".repeat(22)}/x.jsonl`, /expands to more than 1,000 paths/],
    ["{1..1000000000}", /is not|expands to more than 1,000 paths/],
    ["{1..999999999}", /expands to more than 1,000 paths/],
    ["{-999999999..999999999}/*", /expands to more than 1,000 paths/],
    ["{1..100}{1..100}.jsonl", /expands to more than 1,000 paths/],
    ["{a,b,{c,d,{e,f}}}".repeat(8), /expands to more than 1,000 paths/],
    ["{,}".repeat(30), /expands to more than 1,000 paths/],
    ["{a,a}".repeat(40), /expands to more than 1,000 paths/],
    ["{a,b,".repeat(800), /^$/],
    ["{".repeat(4000), /^$/],
    ["{}".repeat(2000), /^$/],
    ["*".repeat(5000), /is too long/],
    ["[[:alpha:][:alpha:]]*(((((a|b)*)*)*)*)c.jsonl", /is not supported/],
    ["[[:alpha:]]*.jsonl", /is not supported/],
    ["[[=a=]]*", /is not supported/],
    ["[[.a.]]*", /is not supported/],
    ["[^[:digit:]]*", /is not supported/],
    ["{,a}/*.jsonl", /begins at the root/],
    ["[.]{a,b}nothing", /^$/],
    ["+(a|b)/*", /`\+\(` in the pattern .* is not supported/],
    ["@(a|b)*", /is not supported/],
    ["!(a)*", /is not supported/],
    ["*(a|b)", /is not supported/],
    ["?(a)", /is not supported/],
    ["!*.jsonl", /is negated, which is not supported/],
    ["*/../*", /has `\.\.` after a wildcard/],
    ["*/{..,a}/*", /has `\.\.` after a wildcard/],
  ])("`%s` is refused at once, or means nothing here (case %#)", async (pattern, why) => {
    if (why.source === "^$") {
      expect(await filesBelow(root, pattern)).toEqual([]);
      return;
    }
    if (pattern !== "{1..1000000000}") expect(() => readPattern(pattern)).toThrow(PatternError);
  });

  it("matching takes steps by its lengths alone", async () => {
    const folder = scratch({ [`${"a".repeat(250)}`]: "", [`deep/${"d/".repeat(100)}x`]: "" });
    for (const pattern of [
      `${"*a".repeat(120)}b`,
      `${"a*".repeat(1000)}b`,
      `${"[a-z]*".repeat(600)}0`,
      `${"**/*/".repeat(600)}y`,
      `${"**/".repeat(1300)}y`,
      `${"**/{d,*}/".repeat(9)}y`,
    ])
      expect(await filesBelow(folder, pattern)).toEqual([]);
  });
});

describe("each place that takes files by pattern", () => {
  const MANY = `${"{a,b}".repeat(22)}/x.jsonl`;

  it("a flag, an argument and agentz.yaml refuse what stands for too many, with exit status 2", async () => {
    const folder = scratch({
      "p.yaml":
        "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules: [{ id: r, effect: allow }]\n",
      "agentz.yaml": `trace: ['${MANY}']\n`,
      "t.jsonl": "{}\n",
    });
    const commands = [
      ["trace", "stats", MANY],
      ["replay", "--candidate", "p.yaml", "--baseline", "recorded"],
      [
        "replay",
        "--candidate",
        "p.yaml",
        "--baseline",
        "recorded",
        "--trace",
        join(folder, "t.jsonl"),
        "--labels",
        MANY,
      ],
      ["import", "chat", MANY],
      ["lint", "p.yaml", "--trace", MANY],
      ["trace", "stats", "*(a|b)"],
    ];
    for (const argv of commands) {
      const { status, stderr } = await run(folder, ...argv);
      expect([argv, status, stderr]).toEqual([
        argv,
        2,
        expect.stringMatching(/expands to more than 1,000 paths|is not supported/),
      ]);
    }
  });

  it.skipIf(lacks("posix"))(
    "a pipe among the files of a folder is refused and not waited for; a folder that cannot be read is told",
    async () => {
      const folder = scratch({ "t/a.jsonl": "{}\n" });
      execFileSync("mkfifo", [join(folder, "t/b.jsonl")]);
      await expect(expandInputs([join(folder, "t")], TRACE_ENDINGS)).rejects.toThrow(
        /b.jsonl` is a pipe or a device/,
      );
      symlinkSync("loop", join(folder, "loop"));
      await expect(expandInputs([join(folder, "loop")], TRACE_ENDINGS)).rejects.toThrow(
        /its links form a circle/,
      );
      await expect(expandInputs([join(folder, "loop/*.jsonl")], TRACE_ENDINGS)).rejects.toThrow(
        /its links form a circle/,
      );
    },
  );
});
