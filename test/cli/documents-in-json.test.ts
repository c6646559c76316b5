import { expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: all, effect: allow, actions: ["a/*"] }]
`;
const DENIAL = JSON.stringify({
  apiVersion: "agentz/v1",
  kind: "Policy",
  name: "q",
  version: "1.0.0",
  rules: [{ id: "no", effect: "deny", actions: ["a/b"] }],
});
const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
data: { payees: { file: payees.json } }
`;

test("a policy in a .json file of a folder is refused by name, since nothing would read it", () => {
  const cwd = scratch({
    "set/p.yaml": POLICY,
    "set/more/q.json": DENIAL,
    "r.yaml": "action: { server: a, name: b }",
  });
  for (const command of [
    ["lint", "set"],
    ["test", "set"],
    ["decide", "--candidate", "set", "r.yaml"],
  ]) {
    const { status, stdout, stderr } = agentz(command, { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(
      "`set/more/q.json` is a document of agentz, but only *.yaml and *.yml",
    );
    expect(stderr).toContain("rename it to `more/q.yaml`: JSON is YAML, too");
  }
});

test("renamed as it says, or given by its own path, it counts", () => {
  const cwd = scratch({ "set/p.yaml": POLICY, "set/q.yaml": DENIAL, "q.json": DENIAL });
  const request = "action: { server: a, name: b }";
  const decided = (...paths: readonly string[]): string =>
    agentz(["decide", ...paths.flatMap((path) => ["--candidate", path]), "-"], {
      cwd,
      input: request,
    }).stdout;
  expect(decided("set")).toContain("q/no");
  expect(decided("set/p.yaml", "q.json")).toContain("q/no");
});

test("data and other JSON files of the folder are none of it", () => {
  const cwd = scratch({
    "set/c.yaml": CATALOG,
    "set/p.yaml": POLICY,
    "set/payees.json": '["DE11"]',
    "set/report.json": '{"schemaVersion":1,"source":"apiVersion: agentz/v1"}',
    "set/package.json": '{"name":"x"}',
  });
  expect(agentz(["lint", "set"], { cwd }).stderr).toBe("");
});
