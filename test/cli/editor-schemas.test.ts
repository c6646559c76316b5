import { Ajv2020 } from "ajv/dist/2020.js";
import fg from "fast-glob";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { LIMITS } from "../../src/replay/gate.ts";
import { agentz } from "../e2e/agentz.ts";

const KINDS = ["policy", "catalog", "invariant", "suite"];

function schema(name: string): object {
  return JSON.parse(readFileSync(`schemas/${name}.schema.json`, "utf8"));
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
for (const kind of KINDS) ajv.addSchema(schema(kind), `${kind}.schema.json`);
const isDocument = ajv.compile(schema("document"));
const isConfig = ajv.compile(schema("agentz"));

describe("the schema of all documents", () => {
  const texts = [...fg.sync("policies/**/*.yaml"), ...fg.sync("test/cases/the-shop*/input/*.yaml")];

  it("takes every document of the samples, each by its kind", () => {
    const kinds = new Set<unknown>();
    for (const file of texts)
      for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
        const value: unknown = document.toJS();
        if (typeof value !== "object" || value === null || !("kind" in value)) continue;
        kinds.add(value.kind);
        expect([file, isDocument(value), isDocument.errors]).toEqual([file, true, null]);
      }
    expect([...kinds]).toEqual(expect.arrayContaining(["Policy", "Catalog", "Suite"]));
  });

  it.each([
    [
      "a field of another kind",
      { apiVersion: "agentz/v1", kind: "Policy", name: "p", version: "1.0.0", tools: [] },
    ],
    ["an unknown kind", { apiVersion: "agentz/v1", kind: "Polcy", name: "p", version: "1.0.0" }],
    ["no kind", { apiVersion: "agentz/v1", name: "p" }],
  ])("refuses %s", (_, value) => expect(isDocument(value)).toBe(false));
});

describe("the schema of agentz.yaml", () => {
  const accepted = {
    group: "g",
    rules: "sha256:x",
    reason: "r",
    owner: "o",
    expires: "2027-01-01",
    calls: 1,
  };
  it.each([
    [
      "paths",
      { candidate: "policies", tests: ["tests"], trace: ["a.jsonl"], baseline: "git:main" },
    ],
    ["levels", { lint: { rules: { "missing-owner": "off" } } }],
    [
      "limits",
      {
        gate: {
          ...Object.fromEntries([...LIMITS.keys()].map((name) => [name, 0])),
          "widened.class:restricted": 0,
          accepted: [accepted],
        },
      },
    ],
    [
      "minimums",
      { test: { min_coverage: 1, min_mutation: 0.5 }, analyze: { fail_on: "cannot-tell" } },
    ],
    ["trust", { keys: ["k.pem"], at_least: { notes: "1.2.0" } }],
  ])("takes %s", (_, value) => expect([isConfig(value), isConfig.errors]).toEqual([true, null]));

  it.each([
    ["an unknown field", { candidates: "x" }],
    ["an unknown level", { lint: { rules: { secret: "on" } } }],
    ["a share above 1", { test: { min_coverage: 2 } }],
    ["an empty gate", { gate: {} }],
  ])("refuses %s, as agentz does", (_, value) => {
    const folder = mkdtempSync(join(tmpdir(), "config-"));
    expect(isConfig(value)).toBe(false);
    const { status } = agentz(["lint", "--print-config", "--config", "/dev/stdin"], {
      cwd: folder,
      input: JSON.stringify(value),
    });
    expect(status).toBe(2);
  });
});

it("init names the schema of everything that it writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "init-"));
  agentz(["init", "."], { cwd: folder });
  const files = fg.sync("**/*.yaml", { cwd: folder }).sort();
  expect(files).toEqual([
    "agentz.yaml",
    "policies/catalog.yaml",
    "policies/notes.yaml",
    "tests/notes.yaml",
  ]);
  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    const [, named = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    const path = resolve(folder, dirname(file), named);
    const installed = path.replace(join(folder, "node_modules/agentz"), resolve("."));
    const checks = installed.endsWith("document.schema.json") ? isDocument : isConfig;
    expect(JSON.parse(readFileSync(installed, "utf8"))).toBeTypeOf("object");
    expect([file, checks(parse(text)), checks.errors]).toEqual([file, true, null]);
  }
});
