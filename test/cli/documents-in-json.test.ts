import { expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";
import { git } from "../node/repositories.ts";

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

/** A repository whose last commit has these files. */
function committed(files: Readonly<Record<string, string>>): string {
  const cwd = scratch(files);
  git(cwd, "init", "-q");
  git(cwd, "add", "-f", ".");
  git(cwd, "commit", "-qm", "base");
  return cwd;
}

test("one in a folder of a commit is refused, too", () => {
  const cwd = committed({ "set/p.yaml": POLICY, "set/more/q.json": DENIAL });
  const refused = (...refs: readonly string[]): string => {
    const { status, stdout, stderr } = agentz(["diff", ...refs], { cwd });
    expect([status, stdout]).toEqual([2, ""]);
    return stderr;
  };
  for (const ref of ["git:HEAD:set", "git:HEAD:set/", "git:HEAD:."])
    expect(refused(ref, "set/p.yaml")).toContain(
      "`git:HEAD:set/more/q.json` is a document of agentz, but only *.yaml and *.yml",
    );
  expect(refused("set/p.yaml", "git:HEAD:set")).toContain(
    "rename it to `q.yaml` (JSON is YAML, too), or name each file that counts: `git:HEAD:<path>`",
  );
});

test("named by its own path in a commit, it counts as it does in the working copy", () => {
  const cwd = committed({ "set/p.yaml": POLICY, "set/q.json": DENIAL });
  const both = "git:HEAD:set/p.yaml,git:HEAD:set/q.json";
  expect(agentz(["diff", both, "set/p.yaml,set/q.json"], { cwd }).stdout).toContain(
    "have the same meaning",
  );
  expect(agentz(["diff", both, "set/p.yaml"], { cwd }).stdout).toContain("q");
});

test("data, hidden folders and node_modules of a commit are none of it, as of a folder", () => {
  const cwd = committed({
    "set/c.yaml": CATALOG,
    "set/p.yaml": POLICY,
    "set/payees.json": '["DE11"]',
    "set/.old/q.json": DENIAL,
    "set/.old/p.yaml": POLICY.replace("allow", "deny"),
    "set/node_modules/x/p.yaml": POLICY.replace("allow", "deny"),
  });
  for (const ref of ["git:HEAD:set", "git:HEAD:."]) {
    const { status, stdout, stderr } = agentz(["diff", ref, "set"], { cwd });
    expect([status, stderr, stdout.includes("have the same meaning")]).toEqual([0, "", true]);
  }
});
