import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const folder = new URL("./", import.meta.url);
const page = readFileSync(new URL("../../docs/tricks.md", import.meta.url), "utf8");

/** The names of all tricks; where one is tried under several names, `…` stands for them. */
const NAMES = readdirSync(folder)
  .filter((file) => /^\d\d-.*\.test\.ts$/.test(file))
  .flatMap((file) => [
    ...readFileSync(new URL(file, folder), "utf8").matchAll(
      /trick\(\s*(?:"([^"]*)"|'([^']*)'|`([^`]*)`)/g,
    ),
  ])
  .map(([, double, single, template]) =>
    (double ?? single ?? template ?? "").replace(/\$\{[^}]*\}/g, "…"),
  );
const LISTED = page
  .split("\n")
  .flatMap((line) => /\| `([^`]+)` \|$/.exec(line)?.[1]?.replaceAll("\\|", "|") ?? []);

describe("docs/tricks.md", () => {
  test("lists every trick that is tested, and none that is not", () => {
    expect([...LISTED].sort()).toEqual([...NAMES].sort());
    expect(new Set(NAMES).size).toBe(NAMES.length);
  });
  test("has the seventeen groups", () => {
    expect([...page.matchAll(/^## (\d+)\. /gm)].map(([, n]) => Number(n))).toEqual(
      Array.from({ length: 17 }, (_, i) => i + 1),
    );
  });
});
