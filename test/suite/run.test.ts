import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { TestResult } from "../../src/documents/test-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";
import { lacks } from "../needs.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session:
  labels: [{ name: seen, when: "action.name == 'read'" }]
  counters: [{ name: spent, add: args.amount, when: "action.name == 'pay'", within: 1h }]
  values: [{ name: read, add: args.id, when: "action.name == 'read'", on: completed }]
rules:
  - { id: read, effect: allow, actions: [s/read], when: args.id != 'secret' }
  - { id: pay, effect: allow, actions: [s/pay],
      when: args.amount <= 10.0 && session.counters.spent + args.amount <= 15.0 }
  - { id: ask, effect: require_approval, actions: [s/pay], when: args.amount > 10.0,
      approval: { approvers: ["human:*"], within: 1h } }
  - { id: nested, effect: allow, actions: [s/nested], when: has(context.a) && context.a.b == 1.0 }
`;

const HEAD = `apiVersion: agentz/v1
kind: Suite
name: s
now: 2026-05-18T09:00:00Z
fixtures:
  base: { subject: { type: agent, id: a }, action: { server: s, name: read }, args: { id: x } }
  pay: { use: base, action: { name: pay }, args: { id: null, amount: 5 } }
`;

async function result(
  tests: string,
  ...flags: readonly string[]
): Promise<TestResult & { readonly status: number }> {
  const ran = await run(
    scratch({ "p.yaml": POLICY, "s.yaml": `${HEAD}${tests}` }),
    "test",
    "p.yaml",
    "s.yaml",
    "--format",
    "json",
    ...flags,
  );
  const parsed: TestResult = JSON.parse(ran.stdout);
  return { ...parsed, status: ran.status };
}

async function failure(tests: string): Promise<string> {
  const { status, tests: entries, findings } = await result(tests);
  expect(status).toBe(1);
  return [
    ...findings.map((f) => `${f.code} ${f.line}: ${f.message}`),
    ...entries.flatMap((entry) => entry.failures.map((f) => f.message)),
  ].join("\n");
}

const one = (body: string): string => `tests:\n  - name: t\n${body.replace(/^/gm, "    ")}\n`;

async function passes(body: string): Promise<void> {
  const { status, tests } = await result(one(body));
  expect(tests.flatMap((entry) => entry.failures)).toEqual([]);
  expect(status).toBe(0);
}

describe("design 8.1: calls", () => {
  test("what neither the call nor the catalog gives is absent, so has() is false and no error is unknown", () =>
    passes(
      "call: { use: base, action: { name: nested } }\nexpect: { effect: deny, indeterminate: false, missing: [] }",
    ));
  test("but for the paths that it lists in unrecorded", () =>
    passes(
      "call: { use: base, action: { name: nested }, unrecorded: [context.a] }\nexpect: { " +
        "effect: deny, indeterminate: true, missing: [context.a, context.a.b] }",
    ));
  test("use merges maps, lists replace, null removes", () =>
    passes(
      "call: { use: pay, args: { amount: 11 }, context: { tags: [a] } }\nexpect: { effect: require_approval }",
    ));
  test("a matrix goes over any paths, and its product is run", async () => {
    const { tests } = await result(
      one(
        "call: { use: base }\nmatrix: { args.id: [a, b, secret], subject.id: [a, b] }\nexpect: " +
          "[{ where: { args.id: secret }, effect: deny }, { effect: allow }]",
      ),
    );
    expect(tests.map((entry) => entry.name)).toEqual(
      ["a, a", "a, b", "b, a", "b, b", "secret, a", "secret, b"].map((pair) =>
        pair.replace(/(\w+), (\w)/, 't [args.id="$1", subject.id="$2"]'),
      ),
    );
    expect(tests.every((entry) => entry.status === "passed")).toBe(true);
  });
  test("where takes paths and values, or a condition; the first that fits counts", () =>
    passes(
      "call: { use: pay }\nmatrix: { args.amount: [10, 10.01] }\nexpect: [{ where: " +
        "'args.amount <= 10.0', effect: allow }, { where: { args.amount: 10.01 }, effect: " +
        "require_approval }]",
    ));
  test("a key called __proto__ is an ordinary one", () =>
    passes(
      'call: { use: base, args: { "__proto__": { id: secret } } }\nexpect: { effect: allow }',
    ));
});

describe("design 8.1: sessions", () => {
  test("state goes from call to call, at the times said", () =>
    passes(`session:
  - { call: { use: pay, args: { amount: 10 } }, expect: { effect: allow, state: { counters: { spent: 10 } } } }
  - { call: { use: pay, args: { amount: 6 } }, at: +60m, expect: { effect: deny } }
  - { call: { use: pay, args: { amount: 6 } }, at: +61m, expect: { effect: allow } }`));
  test("a call ran if it was permitted, and ended well unless the test says otherwise", () =>
    passes(`session:
  - { call: { use: base, args: { id: secret } }, expect: { effect: deny, state: { labels: { seen: false } } } }
  - { call: { use: base }, outcome: { status: error }, expect: { state: { labels: [seen], values: { read: [] } } } }
  - { call: { use: base }, repeat: 2, expect: { state: { labels: [seen] } } }
  - { call: { use: base, args: { id: y } }, expect: { state: { values: { read: [x, x, y] } } } }`));
  test("each test and each case starts with empty state", () =>
    passes(
      "session:\n  - { call: { use: pay }, repeat: 3, expect: { effect: allow } }\nmatrix: { args.amount: [5, 4] }",
    ));
  test("an approval for this call needs no digest; one for another call does not count", () =>
    passes(`session:
  - { call: { use: pay, args: { amount: 20 }, context: { approvals: [{ by: human:h,
      for: this }] } }, expect: { effect: require_approval, permitted: true } }
  - { call: { use: pay, args: { amount: 20 }, context: { approvals: [{ by: human:h,
      for: { use: pay, args: { amount: 30 } } }] } }, expect: { permitted: false } }
  - { call: { use: pay, args: { amount: 20 }, context: { approvals: [{ by: human:h,
      for: { use: pay, args: { amount: 20 } } }] } }, expect: { permitted: true } }`));
});

describe("design 8.2: vacuous passes are failures", () => {
  test.each([
    ["a suite without tests", "", "the suite has no tests"],
    [
      "a rule that does not exist",
      one("call: { use: base }\nexpect: { effect: allow, rule: raed }"),
      "there is no rule `raed`",
    ],
    [
      "a rule that did not decide",
      one("call: { use: base }\nexpect: { effect: allow, rule: pay }"),
      "rule is not what the test expects",
    ],
    [
      "an expectation that no case meets",
      one(
        "call: { use: base }\nexpect: [{ where: { args.id: y }, effect: deny }, { effect: allow }]",
      ),
      "no case meets 1 of 2 expectations",
    ],
    [
      "a case of which no expectation speaks",
      one("call: { use: base }\nexpect: [{ where: { args.id: y }, effect: deny }]"),
      "no expectation fits this case",
    ],
    [
      "an expectation that expects nothing",
      one("call: { use: base }\nexpect: {}"),
      "has no expected value",
    ],
    [
      "a session that expects nothing",
      one("session: [{ call: { use: base } }]"),
      "expects nothing, so it cannot fail",
    ],
    [
      "state that nobody declares",
      one("call: { use: base }\nexpect: { state: { labels: [sene] } }"),
      "no policy declares the session label `sene`",
    ],
  ])("%s", async (_, tests, message) => expect(await failure(tests)).toContain(message));

  test("a filter that fits no test is no pass", async () => {
    expect(
      (await result(one("call: { use: base }\nexpect: { effect: allow }"), "--filter", "nothing"))
        .status,
    ).toBe(1);
  });
});

describe("design 2.1: suites are closed, and every mistake is told at its place", () => {
  test.each([
    ["call: { use: base }\nexpect: deny", "write `{ effect: deny }`"],
    ["call: { use: base }\nexpect: [permit]", "write `{ effect: allow }`"],
    ["call: { use: base }\nexpect: require-approval", "write `{ effect: require_approval }`"],
    ["request: { use: base }\nexpect: { effect: allow }", "did you mean `call`?"],
    ["call: { use: base }\nthen: { effect: allow }", "did you mean `expect`?"],
  ])("what was meant is told: %s", async (text, help) => {
    const { findings } = await result(one(text));
    expect(findings.map((finding) => finding.help)).toContain(help);
  });

  test.each([
    [
      "an unknown field",
      one("call: { use: base }\nexpcet: { effect: allow }\nexpect: { effect: allow }"),
      "unknown-field 11: a test has no field `expcet`",
    ],
    [
      "an unknown field of a call",
      one("call: { use: base, arg: {} }\nexpect: { effect: allow }"),
      "unknown-field 10: a call has no field `arg`",
    ],
    [
      "an unknown fixture",
      one("call: { use: bas }\nexpect: { effect: allow }"),
      "invalid-value 10: there is no fixture `bas`",
    ],
    [
      "an effect that is none",
      one("call: { use: base }\nexpect: { effect: alow }"),
      "invalid-value 11: `alow` is not one of allow, deny, require_approval",
    ],
    [
      "a time that is none",
      one("session:\n  - { call: { use: base }, at: later, expect: { effect: allow } }"),
      "invalid-value 11: `later` is not a time of a call",
    ],
    [
      "calls out of order",
      one(
        "session:\n  - { call: { use: base }, at: +2m, expect: { effect: allow } }\n  - { " +
          "call: { use: base }, at: +1m }",
      ),
      "invalid-value 12: this call comes before the one above it",
    ],
    [
      "a matrix path into nothing",
      one("call: { use: base }\nmatrix: { arg.id: [1] }\nexpect: { effect: allow }"),
      "invalid-value 11: `arg.id` is not a path of a call",
    ],
    [
      "a matrix too large",
      one(
        "call: { use: base }\nmatrix: { " +
          `${["a", "b", "c", "d"]
            .map((k) => `args.${k}: [${Array.from({ length: 20 }, (_, i) => i).join(", ")}]`)
            .join(", ")} ` +
          "}\nexpect: { effect: allow }",
      ),
      "invalid-value 11: the matrix has too many cases: 160,000",
    ],
    ["a fixture that uses itself", "  loop: { use: loop }\ntests: []\n", "uses itself"],
    [
      "a test that would never end",
      one("session: [{ call: { use: base }, repeat: 1000001, expect: { effect: allow } }]"),
      "the test `t` makes too many calls: 1,000,001",
    ],
    [
      "a test whose cases repeat too much",
      one(
        "session: [{ call: { use: base }, repeat: 1000, expect: { effect: allow } }]\nmatrix: { args.id: [" +
          Array.from({ length: 1001 }, (_, i) => `x${i}`).join(", ") +
          "] }",
      ),
      "the test `t` makes too many calls: 1,001,000",
    ],
    [
      "a test twice",
      `${one("call: { use: base }\nexpect: { effect: allow }")}  - { name: t, call: { use: ` +
        "base }, expect: { effect: allow } }\n",
      "duplicate-id 12: two tests have the name `t`",
    ],
  ])("%s", async (_, tests, message) => expect(await failure(tests)).toContain(message));

  test("a suite that does not load fails, and the others run", async () => {
    const folder = scratch({
      "p.yaml": POLICY,
      "a.yaml": `${HEAD}tests: [{ name: t, call: { use: base }, expect: { effect: allow } }]\n`,
      "b.yaml": "apiVersion: agentz/v1\nkind: Suite\nname: b\nname: c\n",
    });
    const ran = await run(folder, "test", ".", "--format", "json");
    const parsed: TestResult = JSON.parse(ran.stdout);
    expect(ran.status).toBe(1);
    expect(parsed.summary).toEqual({ suites: 2, tests: 1, passed: 1, failed: 0, errors: 1 });
    expect(parsed.findings.map((f) => f.code)).toContain("duplicate-key");
  });

  test("design 11.3: a policy that does not load is status 2", async () => {
    const folder = scratch({
      "p.yaml": POLICY.replace("effect: allow", "effect: alow"),
      "s.yaml": HEAD,
    });
    const ran = await run(folder, "test", "p.yaml", "s.yaml", "--format", "json");
    expect(ran.status).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      command: "test",
      error: { code: "policy-does-not-load" },
    });
  });
});

describe("design 11.2: formats", () => {
  const failing = one(
    "call: { use: base }\nmatrix: { args.id: ['a', '<b>&\"%,:\\n::error::x`|'] }\nexpect: { effect: deny, rule: read }",
  );
  test.each(["pretty", "json", "junit", "github", "markdown"])(
    "%s tells failures without letting their text out of its place",
    async (format) => {
      const ran = await run(
        scratch({ "p.yaml": POLICY, "s.yaml": `${HEAD}${failing}` }),
        "test",
        "p.yaml",
        "s.yaml",
        "--format",
        format,
      );
      expect(ran.status).toBe(1);
      expect(ran.stderr).toBe("");
      expect(ran.stdout.split("\n").filter((line) => line.startsWith("::error::"))).toEqual([]);
      if (format === "junit" || format === "markdown")
        expect(ran.stdout.replace(/```[^]*?```/g, "")).not.toContain("<b>");
    },
  );
});

const design = fileURLToPath(new URL("../../../shared/design.md", import.meta.url));
describe.skipIf(lacks("shared"))("design 13", () => {
  test("the suite passes as it is written", async () => {
    const text = readFileSync(design, "utf8");
    const start = text.indexOf("```yaml\n", text.indexOf("## 13.")) + 8;
    const ran = await run(
      scratch({ "all.yaml": text.slice(start, text.indexOf("\n```", start) + 1) }),
      "test",
      "all.yaml",
      "--format",
      "json",
    );
    const parsed: TestResult = JSON.parse(ran.stdout);
    expect(parsed.summary).toMatchObject({ failed: 0, errors: 0, suites: 1, tests: 7 });
  });
});
