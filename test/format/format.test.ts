import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { formatSource } from "../../src/format/format-source.ts";
import { fuzzFormat } from "./fuzz-format.ts";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n";

async function laid(rules: string, width = 60): Promise<string> {
  const formatted = await formatSource({ file: "p.yaml", text: HEAD + rules }, width);
  if (formatted === "other") throw new Error(formatted);
  if (!("text" in formatted)) throw new Error(formatted.why);
  expect(formatted.text.startsWith(HEAD)).toBe(true);
  return formatted.text.slice(HEAD.length);
}

describe("a file of policies is laid out", () => {
  test("with its comments, each where it was", async () => {
    expect(
      await laid(
        "    # first\n    -   id: a    # second\n        effect: allow\n\n\n\n        when: a.b>1   # third\n# last\n",
      ),
    ).toBe(
      "  # first\n  - id: a # second\n    effect: allow\n\n    when: a.b > 1 # third\n# last\n",
    );
  });

  test("a condition that is too long is a block, and a block that is short is a line", async () => {
    const long =
      "  - id: a\n    effect: deny\n    when: args.amount > 50.0 && args.to in data.payees && args.n == 1\n";
    const block =
      "  - id: a\n    effect: deny\n    when: |-\n      args.amount > 50.0\n      && args.to " +
      "in data.payees\n      && args.n == 1\n";
    expect(await laid(long)).toBe(block);
    expect(await laid(block)).toBe(block);
    expect(await laid(block, 100)).toBe(long);
  });

  test("a block without operands to break at stays where one line is too long", async () => {
    const broken =
      "  - id: a\n    effect: deny\n    when: >-\n      data.payees.exists(payee,\n      " +
      "payee == args.to || payee == args.cc)\n";
    expect(await laid(broken)).toBe(broken);
    expect(await laid(broken, 100)).toBe(
      "  - id: a\n    effect: deny\n    when: " +
        "data.payees.exists(payee, payee == args.to || payee == args.cc)\n",
    );
  });

  test("quotes that YAML needs are there, also within braces", async () => {
    expect(await laid('  - { id: a, effect: deny, when: "[1,2][0]==args.n" }\n')).toBe(
      '  - { id: a, effect: deny, when: "[1, 2][0] == args.n" }\n',
    );
    expect(
      await laid("  - id: a\n    effect: deny\n    when: >-\n      !(args.n\n      == 1)\n"),
    ).toBe('  - id: a\n    effect: deny\n    when: "!(args.n == 1)"\n');
  });

  test("a comment before a long map in braces suppresses what it did", async () => {
    const rule =
      '  # agentz-ignore wildcard-allow: tried\n  - { id: a, effect: allow, subjects: ["agent:*"], actions: ["**"] }\n';
    expect(await laid(rule, 60)).toBe(rule);
  });

  test("Windows line ends and a byte order mark: the line ends stay", async () => {
    const text = `\uFEFF${HEAD}  - {id: a, effect: allow}\n`.replaceAll("\n", "\r\n");
    const formatted = await formatSource({ file: "p.yaml", text }, 80);
    expect(formatted).toEqual({
      text: `${HEAD}  - { id: a, effect: allow }\n`.replaceAll("\n", "\r\n"),
    });
  });

  test("what does not load otherwise is laid out all the same", async () => {
    expect(await laid("  - {id: a, effect: perhaps, when: 'a b', x: 1}\n")).toBe(
      '  - { id: a, effect: perhaps, when: "a b", x: 1 }\n',
    );
  });

  test("what is no YAML is refused with its place", async () => {
    const formatted = await formatSource({ file: "p.yaml", text: "a: [1" }, 80);
    expect(formatted).toMatchObject({ at: { code: "yaml-syntax", file: "p.yaml" } });
  });

  test("random policies: the same digest, every comment, and once more changes nothing", async () => {
    expect((await fuzzFormat(8, 4)).comments).toBeGreaterThan(50);
  });
});

describe("what a clone holds is laid out", () => {
  test("the sample: `agentz fmt --check` changes none of its files", () => {
    const { status, stdout } = spawnSync(process.execPath, ["bin/agentz.js", "fmt", "--check"], {
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^0 files would change, 1[0-9] unchanged$/m);
    expect(status).toBe(0);
  });

  test("the sample: `agentz lint` finds nothing in it, suites included", () => {
    const sets = ["policies/catalog.yaml", "policies/candidate", "policies/tests"];
    const { status, stdout } = spawnSync(
      process.execPath,
      ["bin/agentz.js", "lint", ...sets, "--max-warnings", "0"],
      { encoding: "utf8" },
    );
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^no findings in 12 files/)]);
  });
});
