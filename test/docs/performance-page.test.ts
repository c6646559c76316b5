import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROOT } from "../e2e/agentz.ts";

const page = readFileSync(join(ROOT, "docs/performance.md"), "utf8");
const cache = mkdtempSync(join(tmpdir(), "agentz-performance-"));
afterAll(() => rmSync(cache, { recursive: true }));
const bench = (...flags: readonly string[]): string =>
  execFileSync(process.execPath, ["scripts/bench.mjs", ...flags], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: "pipe",
    env: { ...process.env, AGENTZ_BENCH_CACHE: cache },
  });
/** What is said of a row before its figure: its name, what is measured, the goal. */
const described = (text: string): readonly string[] =>
  [...text.matchAll(/^(\| `[^|]+\|[^|]*\|[^|]*\|)[^|]*\|[^|]*\|$/gm)].map(([, row]) => row ?? "");

describe("docs/performance.md", () => {
  test("its table has the rows and goals of `npm run bench -- --list`, in that order", () => {
    const rows = described(bench("--list"));
    expect(rows.length).toBeGreaterThan(20);
    expect(described(page)).toEqual(rows);
  });

  test("every script and every row that it names is there", () => {
    const { scripts }: { readonly scripts: { readonly [name: string]: string } } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    );
    const named = [...page.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? "");
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
    const only = [...page.matchAll(/--only ([\w,-]+)/g)].map(([, name]) => name ?? "");
    expect(only.filter((name) => described(bench("--only", name, "--list")).length === 0)).toEqual(
      [],
    );
  });
});

describe("the bench", () => {
  test("decides as the engine and as its peers do, and writes its table where the page has it", {
    timeout: 120_000,
  }, () => {
    const copy = join(cache, "page.md");
    const output = join(cache, "bench.json");
    writeFileSync(copy, page);
    const table = bench(
      "--only",
      "decide,rules",
      "--events",
      "2000",
      "--runs",
      "1",
      "--page",
      copy,
      "--output",
      output,
    );
    const written = readFileSync(copy, "utf8");
    const [before = "", after = ""] = page.split(/(?<=<!-- bench -->)[^]*(?=<!-- \/bench -->)/);
    expect([written.startsWith(before), written.endsWith(after), described(written)]).toEqual([
      true,
      true,
      described(page),
    ]);
    expect(
      table.split("\n").filter((line) => line !== "" && !written.includes(`${line}\n`)),
    ).toEqual([]);
    expect(bench("--from", output, "--page", copy)).toBe(table);
    expect(readFileSync(copy, "utf8")).toBe(written);
    expect(described(table)).toEqual(described(bench("--only", "decide,rules", "--list")));
    const {
      rows,
    }: { readonly rows: readonly { readonly ratio?: number; readonly unavailable?: string }[] } =
      JSON.parse(readFileSync(output, "utf8"));
    expect(
      rows.filter(
        ({ ratio, unavailable }) =>
          unavailable === undefined && !(ratio !== undefined && ratio > 0),
      ),
    ).toEqual([]);
  });
});
