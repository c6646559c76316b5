import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ROOT, scratch } from "../../e2e/agentz.ts";
import { runInProcess } from "../../e2e/in-process.ts";

const CATALOG = `
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents: [{ id: clerk, status: commissioned, owner: o }, { id: boss-bot, status: commissioned, owner: o }]
people: [{ id: jane, roles: [] }]
tools:
  - { name: pay, server: bank, effects: [pay], resource: none,
      args: { type: object, properties: { amount: { type: number } } } }
  - { name: read, server: files, effects: [read], resource: none }
`;
const SET = (rules: string, version = "1.0.0"): string =>
  `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: ${version}\nrules:\n${rules}${CATALOG}`;
const RULES = `  - { id: pay, effect: allow, actions: [bank/pay], subjects: ["agent:clerk"],
      when: "args.amount <= 100.0" }
  - { id: twice, effect: allow, actions: [bank/pay], subjects: ["agent:clerk"], when: "args.amount <= 50.0" }
  - { id: never, effect: deny, actions: [bank/pay], when: "args.amount > 5.0 && args.amount < 2.0" }
  - { id: read, effect: allow, actions: [files/read] }`;

interface Done {
  readonly status: number | null;
  readonly answers: readonly (readonly [string, string])[];
  readonly document: {
    readonly question: unknown;
    readonly answers: readonly { readonly witness: { readonly sentence: string } | null }[];
    readonly error?: { readonly message: string };
  };
}

async function ask(
  argv: readonly string[],
  files: { readonly [name: string]: string } = {},
): Promise<Done> {
  const folder = scratch({ "set.yaml": SET(RULES), ...files });
  const flags = ["--candidate", "set.yaml", "--format", "json", "--now", "2026-05-18"];
  const { status, stdout } = await runInProcess(folder, {}, ["analyze", ...argv, ...flags]);
  const document = JSON.parse(stdout);
  const answers = (document.answers ?? []).map(
    ({ id, answer }: { readonly id: string; readonly answer: string }) => [id, answer],
  );
  return { status, answers, document };
}

describe("design 17.2: questions that stand in no file", () => {
  test.each([
    ["bank/pay where args.amount > 100.0", "proved", 0],
    ["pay where args.amount > 99.0", "refuted", 1],
    ["bank/pay by agent:boss-bot", "proved", 0],
    ["bank/pay, files/read by human:jane", "refuted", 1],
    ["** where args.amount > 100.0 && action.name == 'pay'", "proved", 0],
  ])("never %s", async (text, answer, status) => {
    const done = await ask(["never", text]);
    expect([done.status, done.answers]).toEqual([status, [[text, answer]]]);
    expect(done.document.question).toEqual({ kind: "never", text });
  });

  test.each([
    ["bank/pay where args.amont > 1.0", "does not load"],
    ["bank/pay where", "nothing follows `where`"],
    [" ", "names no calls"],
  ])("a question is checked as a document is: %s", async (text, message) => {
    const done = await ask(["never", text]);
    expect(done.status).toBe(2);
    expect(done.document.error?.message).toContain(message);
  });

  test("which rules decide no call", async () => {
    const { status, answers } = await ask(["--dead-rules"]);
    expect(answers).toEqual([
      ["p/never", "proved"],
      ["p/pay", "refuted"],
      ["p/read", "refuted"],
      ["p/twice", "proved"],
    ]);
    expect(status).toBe(1);
  });

  test("who is ever permitted to", async () => {
    const { status, answers } = await ask(["--who-can-ever", "bank/pay"]);
    expect([status, answers]).toEqual([
      0,
      [
        ["agent:clerk", "refuted"],
        ["agent:boss-bot", "proved"],
        ["human:jane", "proved"],
        ["anybody else", "proved"],
      ],
    ]);
  });

  test("who can comes first, with the session and without a test that nobody needs", async () => {
    const folder = scratch({ "set.yaml": SET(RULES) });
    const asked = ["analyze", "--candidate", "set.yaml", "--who-can-ever", "bank/pay"];
    const { stdout } = await runInProcess(folder, {}, asked);
    const [verdict, asks, blank, first] = stdout.split("\n");
    expect([verdict, asks, blank]).toEqual([
      "1 can, 3 cannot, 0 cannot tell (0%)",
      "  who can ever be permitted `bank/pay`, in `set.yaml`",
      "",
    ]);
    expect(first).toMatch(/^can +agent:clerk$/);
    expect(stdout).not.toContain("kind: Suite");
    expect(stdout.match(/^cannot +/gm)).toHaveLength(3);
  });

  const WIDER = SET(RULES.replace("100.0", "120.0"));
  const NARROWER = SET(RULES.replace("100.0", "80.0"));
  const REWRITTEN = SET(
    RULES.replace("args.amount <= 100.0", "!(args.amount > 100.0) && has(args.amount)").replace(
      /.*twice.*\n/,
      "",
    ),
    "1.0.1",
  );
  test.each([
    ["--no-new-access", NARROWER, "refuted", 1],
    ["--no-new-access", WIDER, "proved", 0],
    ["--no-new-access", REWRITTEN, "proved", 0],
    ["--equivalent", NARROWER, "refuted", 1],
    ["--equivalent", REWRITTEN, "proved", 0],
  ])("%s (%#)", async (flag, before, answer, status) => {
    const done = await ask([flag, "before.yaml"], { "before.yaml": before });
    expect([done.status, done.answers.map(([, one]) => one)]).toEqual([status, [answer]]);
    const [first] = done.document.answers;
    if (answer === "refuted")
      expect(first?.witness?.sentence).toMatch(
        /bank\/pay.*allowed by p\/pay, compared with denied/,
      );
  });

  test.each([
    [["never"]],
    [["never", "a", "b"]],
    [["ever", "a"]],
    [["--dead-rules", "never", "a"]],
  ])("%j is no question", async (argv) => {
    expect((await ask(argv)).status).toBe(2);
  });
});

const PAGE = readFileSync(`${ROOT}docs/invariants.md`, "utf8");
const [BANK = "", CAP = ""] = [...PAGE.matchAll(/```yaml policy\n([^]*?)```/g)].map(
  ([, text]) => text ?? "",
);
const COMMANDS = (/```sh question\n([^]*?)```/.exec(PAGE)?.[1] ?? "").trim().split("\n");

describe("docs/invariants.md", () => {
  test.each(COMMANDS)("%s", async (line) => {
    const folder = scratch({ "policies/set.yaml": BANK, "agentz.yaml": "candidate: [policies]\n" });
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? "",
    );
    // the candidate is its own earlier version, since the folder is no repository
    const argv = words.slice(1).map((word) => (word === "git:main" ? "policies" : word));
    const { status, stdout, stderr } = await runInProcess(folder, {}, argv);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^[^\n]*\d+ (?:proved|dead|can), \d+ (?:refuted|in use|cannot), 0 cannot tell \(0%\)\n {2}.*`policies`\n/,
    );
  });

  test("a cap is proved for sessions of any length", async () => {
    const folder = scratch({ "set.yaml": CAP });
    const { stdout } = await runInProcess(folder, {}, ["analyze", "--candidate", "set.yaml"]);
    expect(stdout).toContain("1 proved, 0 refuted, 0 cannot tell");
  });
});
