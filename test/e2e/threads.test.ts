import { expect, test } from "vitest";
import { agentz, POLICY, scratch } from "./agentz.ts";

/** A suite that is long enough for a thread of its own, by a comment. */
function suite(n: number, expected: string): string {
  return `# ${"x".repeat(420_000)}
apiVersion: agentz/v1
kind: Suite
name: suite-${n}
tests:
  - name: looking
    call: { subject: { type: agent, id: a }, action: { server: crm, name: lookup }, args: { order: "1" } }
    matrix: { args.order: ["1", "2", "3"] }
    expect: { effect: ${expected} }
`;
}

const BROKEN = "apiVersion: agentz/v1\nkind: Suite\nname: broken\ntest: []\n";
const files = {
  "p.yaml": POLICY,
  "t/1.yaml": suite(1, "allow"),
  "t/2.yaml": suite(2, "deny"),
  "t/3.yaml": BROKEN,
  "t/4.yaml": suite(4, "allow"),
  "t/5.yaml": `${BROKEN}tets: []\n`,
};

test.each(["json", "pretty", "junit"])(
  "however many threads run the suites, the result in %s is the same, byte for byte",
  { timeout: 60_000 },
  (format) => {
    const cwd = scratch(files);
    const run = (threads: number) =>
      agentz(["test", "p.yaml", "t", "--format", format, "--threads", String(threads)], { cwd });
    const alone = run(1);
    expect(alone.status).toBe(1);
    // pretty names what failed alone, and counts the rest
    expect(alone.stdout).toContain(format === "pretty" ? "9 tests in 5 suites" : "suite-4");
    expect([run(2), run(3)]).toEqual([alone, alone]);
  },
);

test("a number of threads that is none is a mistake of the command line", () => {
  const { status, stderr } = agentz(["test", "--threads", "0"]);
  expect(status).toBe(2);
  expect(stderr).toContain("a whole number from 1 to 999");
});
