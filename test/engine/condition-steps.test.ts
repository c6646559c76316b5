import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { conditionSteps, stepsOfPart } from "../../src/engine/condition-steps.ts";
import type { Document } from "../../src/policy/model.ts";

const readBeside = (): { readonly fault: string } => ({ fault: "no file" });
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function documents(catalogs: readonly string[], parts: number): readonly Document[] {
  const rules = Array.from(
    { length: parts / 2 },
    (_, i) =>
      `  - { id: r${i}, effect: allow, actions: [s/t], when: "args.a != 1.0 && !(args.b == ${i}.0)" }\n`,
  );
  const policy = `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n${rules.join("")}`;
  const texts = [
    policy,
    ...catalogs.map(
      (fields, i) =>
        `apiVersion: agentz/v1\nkind: Catalog\nname: c${i}\nversion: 1.0.0\n${fields}\n`,
    ),
  ];
  const files = texts.map((text, i) => ({ file: `${i}.yaml`, text }));
  return assembleSet(files, { sha256, readBeside }).documents;
}

test("design 3.3: a part may take a million steps, or what the strictest catalog says", () => {
  expect(conditionSteps(documents([], 2))).toBe(1_000_000);
  expect(conditionSteps(documents(["condition_steps: 5000000"], 2))).toBe(5_000_000);
  expect(conditionSteps(documents(["condition_steps: 5000000", "condition_steps: 2000"], 2))).toBe(
    2_000,
  );
});

test("design 3.3: the parts of a large set share what a decision may take", () => {
  expect([2, 100, 200, 5_000].map((parts) => stepsOfPart(documents([], parts)))).toEqual([
    1_000_000, 1_000_000, 500_000, 100_000,
  ]);
  expect(stepsOfPart(documents(["condition_steps: 2000"], 200))).toBe(2_000);
});

test.each([
  "condition_steps: 10",
  "condition_steps: 1e12",
  "condition_steps: many",
  "condition_steps: 1.5",
])("`%s` is refused", (field) => {
  const file = {
    file: "c.yaml",
    text: `apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\n${field}\n`,
  };
  const { diagnostics } = assembleSet([file], { sha256, readBeside });
  expect(diagnostics.map(({ path, severity }) => [path, severity])).toEqual([
    ["$.condition_steps", "error"],
  ]);
});
