import { expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";

const HEAD = "apiVersion: agentz/v1\nversion: 1.0.0\nname: x\n";
const POLICY = `${HEAD}kind: Policy\nrules: [{ id: r, effect: deny, actions: [a/b] }]\n`;
const SUITE = `${HEAD.replace("version: 1.0.0\n", "")}kind: Suite
tests:
  - { name: t, call: { action: { server: a, name: b } }, expect: { effect: deny, rule: r } }
`;
const EVENT =
  '{"id":"e1","time":"2026-11-16T09:00:00Z","session":"s","type":"tool_call",' +
  '"subject":{"type":"agent","id":"g"},"action":{"server":"a","name":"b"},"args":{}}\n';

const FILES = { "p/policy.yaml": POLICY, "t/suite.yaml": SUITE, "e.jsonl": EVENT };

test.each([
  ["", "the file is empty"],
  ["\n\n", "the file is empty"],
  ["# later\n---\n", "the file holds nothing but comments"],
])("design 2.1: lint, test and replay name a file that is %j", (text, message) => {
  const cwd = scratch({ ...FILES, "p/catalog.yaml": text });
  const lint = agentz(["lint", "p"], { cwd });
  expect(lint.stdout).toContain(`p/catalog.yaml:1:1: warning[unknown-document]: ${message}\n`);
  expect(lint.stdout).toContain("write a document into it, or remove it");
  expect(lint.status).toBe(0);
  const tested = agentz(["test", "t", "--candidate", "p"], { cwd });
  expect(tested.stdout).toContain(`p/catalog.yaml:1:1: warning[unknown-document]: ${message}\n`);
  expect(tested.stdout).toContain("1 test in 1 suite: 1 passed");
  expect(tested.status).toBe(0);
  const flags = ["--candidate", "p", "--baseline", "recorded", "--trace", "e.jsonl"];
  const replayed = agentz(["replay", ...flags], { cwd });
  expect(replayed.stderr).toContain(`agentz: p/catalog.yaml: ${message}\n`);
});

test("an empty file beside suites is named, and their policies are still tested", () => {
  const cwd = scratch({ ...FILES, "t/more.yaml": "" });
  const { stdout, status } = agentz(["test", "t", "--candidate", "p"], { cwd });
  expect(stdout).toContain("t/more.yaml:1:1: warning[unknown-document]: the file is empty\n");
  expect(stdout).toContain("1 test in 1 suite: 1 passed");
  expect(status).toBe(0);
});

test("an empty catalog is named among the errors that it leads to", () => {
  const policy = POLICY.replace("actions: [a/b]", "when: args.x in data.known");
  const cwd = scratch({ "p/policy.yaml": policy, "p/catalog.yaml": "", "t/suite.yaml": SUITE });
  const { stderr, status } = agentz(["test", "t", "--candidate", "p"], { cwd });
  expect(stderr).toContain("p/catalog.yaml:1:1: warning[unknown-document]: the file is empty\n");
  expect(stderr).toContain("does not load: 1 error");
  expect(status).toBe(2);
});
