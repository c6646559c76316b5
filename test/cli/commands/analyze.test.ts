import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ROOT, scratch } from "../../e2e/agentz.ts";
import { runInProcess } from "../../e2e/in-process.ts";

const page = readFileSync(`${ROOT}docs/invariants.md`, "utf8");
const [, DOCUMENTS = ""] = /```yaml policy\n([^]*?)```/.exec(page) ?? [];
const COMMANDS = (/```sh\n([^]*?)```/.exec(page)?.[1] ?? "")
  .trim()
  .split("\n")
  .map((line) =>
    line
      .replace(/ +#.*$/, "")
      .split(" ")
      .slice(1),
  );
const CONFIG = "candidate: [policies]\n";

function project(documents = DOCUMENTS): string {
  return scratch({ "policies/set.yaml": documents, "agentz.yaml": CONFIG });
}

describe("design 17.2: agentz analyze", () => {
  test.each(COMMANDS.map((argv) => [argv.join(" "), argv] as const))(
    "docs/invariants.md: `agentz %s`",
    async (_, argv) => {
      const { status, stdout, stderr } = await runInProcess(project(), {}, argv);
      expect([status, stderr]).toEqual([1, ""]);
      expect(stdout).toContain("secret-stays");
    },
  );

  test("the document, and the test of a refuted invariant, which fails until it is mended", async () => {
    const cwd = project();
    const { stdout } = await runInProcess(cwd, {}, ["analyze", "--format", "json"]);
    const document = JSON.parse(stdout);
    expect(document.summary).toEqual({ proved: 3, refuted: 1, cannotTell: 0 });
    expect(
      document.answers.map(({ id, answer }: { id: string; answer: string }) => [id, answer]),
    ).toEqual([
      ["money/small-only", "proved"],
      ["money/two-people", "proved"],
      ["money/finance", "proved"],
      ["money/secret-stays", "refuted"],
    ]);
    const { witness } = document.answers[3];
    expect(witness.sentence).toMatch(/files\/read .*; then .* mail\/send.*permitted by bank\/mail/);
    const mended = DOCUMENTS.replace(
      "  - { id: read, effect: allow",
      "  - { id: stays, effect: deny, actions: [mail/send], when: \"'secret' in " +
        'session.labels" }\n  - { id: read, effect: allow',
    );
    for (const [documents, status] of [
      [DOCUMENTS, 1],
      [mended, 0],
    ] as const) {
      const folder = scratch({
        "policies/set.yaml": documents,
        "agentz.yaml": CONFIG,
        "suite.yaml": witness.test,
      });
      expect((await runInProcess(folder, {}, ["test", "suite.yaml"])).status).toBe(status);
      expect((await runInProcess(folder, {}, ["analyze"])).status).toBe(status);
    }
  });

  test("cannot tell fails where it is asked to", async () => {
    const rules = DOCUMENTS.replace(
      /rules:\n {2}- \{ id: small-only[^]*$/,
      () =>
        "rules:\n  - { id: odd, never: { actions: [mail/send], when: \"args.body.matches('^[a-z]{9}7$')\" } }\n",
    );
    const cwd = project(rules);
    const { status, stdout } = await runInProcess(cwd, {}, ["analyze"]);
    expect([status, stdout]).toEqual([0, expect.stringContaining("cannot tell money/odd")]);
    expect((await runInProcess(cwd, {}, ["analyze", "--fail-on", "cannot-tell"])).status).toBe(1);
  });

  test("a set without invariants is an error, not a proof", async () => {
    const cwd = project(DOCUMENTS.replace(/---\napiVersion: agentz\/v1\nkind: Invariant[^]*$/, ""));
    const { status, stderr } = await runInProcess(cwd, {}, ["analyze"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("has no invariant")]);
  });
});

describe("design 17.1: an invariant is checked when it is loaded", () => {
  test.each([
    ["{ id: a }", "the rule has no claim"],
    ["{ id: a, never: {}, only_by: { subjects: ['agent:*'] } }", "has `only_by` beside `never`"],
    ["{ id: a, never: { action: [x] } }", "unknown-field"],
    ["{ id: a, only_with: { actions: [bank/pay] } }", "missing-field"],
    ["{ id: a, only_by: { actions: [bank/pay] } }", "missing-field"],
    ["{ id: a, after: { label: secrte }, never: {} }", "undeclared-state"],
    ["{ id: a, never: { actions: [bank/pay], when: 'args.amont > 1.0' } }", "unknown-attribute"],
    ["{ id: a, never: { when: 'args.amount >' } }", "condition-syntax"],
    ["{ id: a, never: { actions: ['bank/pa y:'] , subjects: [finance] } }", "invalid-glob"],
    ["{ id: a, never: {} }\n  - { id: a, never: {} }", "duplicate-id"],
  ])("%s", async (rule, said) => {
    const documents = DOCUMENTS.replace(
      /rules:\n {2}- \{ id: small-only[^]*$/,
      `rules:\n  - ${rule}\n`,
    );
    const { status, stderr } = await runInProcess(project(documents), {}, ["analyze"]);
    expect(status).toBe(2);
    expect(stderr).toContain(said);
  });

  test("digest, version check and bundle know it", async () => {
    const cwd = scratch({
      "before/set.yaml": DOCUMENTS,
      "after/set.yaml": DOCUMENTS.replace("args.amount > 5000.0", "args.amount > 6000.0"),
      "gone/set.yaml": DOCUMENTS.replace(/ {2}- \{ id: small-only.*\n/, ""),
      "agentz.yaml": CONFIG,
    });
    const check = async (after: string): Promise<unknown> => {
      const { stdout } = await runInProcess(cwd, {}, ["diff", "before", after, "--format", "json"]);
      const { required, changes } = JSON.parse(stdout);
      return [required, changes.map(({ sentence }: { sentence: string }) => sentence)];
    };
    expect(await check("after")).toEqual([
      "major",
      ["the claim of invariant `money/small-only` changed"],
    ]);
    expect(await check("gone")).toEqual(["major", ["invariant `money/small-only` was removed"]]);
    expect(await check("before")).toEqual(["none", []]);
  });
});
