import { expect, test } from "vitest";
import { pathHelp } from "../../src/node/near-path.ts";
import { agentz, scratch } from "../e2e/agentz.ts";

const cwd = scratch({ "policies/candidate/a.yaml": "", "traces/sample.jsonl": "", "x/y.yaml": "" });

test.each([
  ["traces/sampel.jsonl", "traces/sample.jsonl"],
  ["trace/sample.jsonl", "traces/sample.jsonl"],
  ["policis/candidat", "policies/candidate"],
  [`${cwd}/policies/candidat`, `${cwd}/policies/candidate`],
])("%s is near %s", (path, meant) => {
  expect(pathHelp(cwd, path)).toBe(`did you mean \`${meant}\`?`);
});

test.each(["nothing/at/all", "traces/other.csv", "x/y.yaml", "", "../elsewhere-altogether"])(
  "nothing is near %j",
  (path) => {
    expect(pathHelp(cwd, path, "pass a file")).toBe("pass a file");
  },
);

test.each([
  ["lint", "policies/candidat"],
  ["replay", "--baseline", "x", "--candidate", "x", "--trace", "traces/sampl.jsonl"],
])("%s names the path that is meant", (...args) => {
  const { status, stderr } = agentz(args, { cwd });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/help: did you mean `/)]);
});
