import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NEEDS } from "./needs.ts";

const HERE = import.meta.dirname;
const tests = readdirSync(HERE, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
  .map((name) => ({ name, text: readFileSync(join(HERE, name), "utf8") }));

describe("skipped tests", () => {
  it("are skipped by a row of the table of needs only, so that each says why", () => {
    const bare = /\.(?:skip|todo|fails)\b|\b(?:xit|xdescribe|xtest)\(|skipIf\((?!\s*lacks\()/;
    const found = tests.filter(({ name, text }) => name !== "needs.test.ts" && bare.test(text));
    expect(found.map(({ name }) => name)).toEqual([]);
  });

  it("need nothing that no test needs", () => {
    const named = (need: string): boolean =>
      tests.some(({ text }) => text.includes(`lacks("${need}")`));
    expect(Object.keys(NEEDS).filter((need) => !named(need))).toEqual([]);
  });
});
