import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, ROOT, scratch } from "../../e2e/agentz.ts";
import { runInProcess } from "../../e2e/in-process.ts";

const WELL = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: a, effect: allow, when: args.n > 1 }
`;
const BADLY = WELL.replace("args.n > 1", "args.n>1");
const DATA = "-   a\n-   b\n";

function folder(files: { readonly [name: string]: string }): string {
  const cwd = scratch();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}
const shown = (cwd: string, name: string): string => readFileSync(join(cwd, name), "utf8");

describe("agentz fmt", () => {
  test("writes what is not laid out, and tells it", async () => {
    const cwd = folder({ "a.yaml": BADLY, "b.yaml": WELL, "data.yaml": DATA });
    const { status, stdout } = await runInProcess(cwd, {}, ["fmt", "."]);
    expect([status, stdout]).toEqual([
      0,
      "changed  a.yaml\n1 file changed, 1 unchanged, 1 without a document of agentz\n",
    ]);
    expect([shown(cwd, "a.yaml"), shown(cwd, "data.yaml")]).toEqual([WELL, DATA]);
    expect((await runInProcess(cwd, {}, ["fmt", "--check", "."])).status).toBe(0);
  });

  test("--check writes nothing and exits 1", async () => {
    const cwd = folder({ "a.yaml": BADLY });
    const { status, stdout } = await runInProcess(cwd, {}, ["fmt", "--check", "a.yaml"]);
    expect(status).toBe(1);
    expect(stdout).toContain("would change  a.yaml");
    expect(shown(cwd, "a.yaml")).toBe(BADLY);
  });

  test("a file that is no YAML is refused with its place; the others are laid out", async () => {
    const cwd = folder({ "a.yaml": BADLY, "b.yaml": `${WELL}  - [\n` });
    const { status, stdout } = await runInProcess(cwd, {}, ["fmt", ".", "--format", "json"]);
    const document: unknown = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(document).toMatchObject({
      command: "fmt",
      summary: { changed: 1, refused: 1 },
      files: [
        { file: "a.yaml", outcome: "changed" },
        { file: "b.yaml", outcome: "refused", line: 7 },
      ],
    });
    expect(shown(cwd, "b.yaml")).toBe(`${WELL}  - [\n`);
  });

  test("standard input", async () => {
    const cwd = folder({});
    const piped = agentz(["fmt", "--stdin"], { cwd, input: BADLY });
    expect([piped.status, piped.stdout]).toEqual([0, WELL]);
    const named = ["fmt", "--stdin", "--stdin-filename", "x.yaml"];
    const broken = agentz(named, { cwd, input: "a: [1" });
    expect(broken.status).toBe(2);
    expect(broken.stderr).toContain("`x.yaml`:1:4 cannot be laid out");
  });

  test.each([
    [["fmt"], "there is nothing to lay out"],
    [["fmt", "git:HEAD"], "git"],
    [["fmt", "--stdin", "a.yaml"], "--stdin takes no paths"],
    [["fmt", "--width", "3", "a.yaml"], "--width has to be at least 40"],
  ])("%j is a usage error", async (args, message) => {
    const { status, stderr } = await runInProcess(folder({ "a.yaml": WELL }), {}, args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  test("docs/policy-language.md: the commands of its section on layout", async () => {
    const page = readFileSync(join(ROOT, "docs/policy-language.md"), "utf8");
    const [, block = ""] = /## Layout[^]*?```sh\n([^]*?)```/.exec(page) ?? [];
    const lines = block.split("\n").flatMap((line) => /^agentz ([^#]*)/.exec(line)?.[1] ?? []);
    const cwd = scratch();
    await runInProcess(cwd, {}, ["init"]);
    // what `init` writes is laid out
    expect((await runInProcess(cwd, {}, ["fmt", "--check"])).status).toBe(0);
    const statuses = [];
    for (const line of lines)
      statuses.push((await runInProcess(cwd, {}, line.trim().split(" "))).status);
    expect(statuses).toEqual([0, 0]);
  });
});

describe("what comes with agentz is laid out", () => {
  test("its own policies, starter packs and suites", async () => {
    const { status, stdout } = await runInProcess(ROOT, {}, [
      "fmt",
      "--check",
      "policies",
      "scripts",
    ]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^0 files would change, \d{2,} /)]);
  });

  test.each([
    ["what init writes", ["init"]],
    ["a starter pack", ["init", "--pack", "coding-agent"]],
    ["drafts from a trace", ["init", "--from-trace", join(ROOT, "traces/sample.jsonl")]],
    [
      "an inferred catalog",
      ["catalog", "infer", join(ROOT, "traces/sample.jsonl"), "-o", "catalog.yaml"],
    ],
  ])("%s", async (_, args) => {
    const cwd = scratch();
    expect((await runInProcess(cwd, {}, args)).status).toBe(0);
    const { status, stdout } = await runInProcess(cwd, {}, ["fmt", "--check", "."]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^0 files would change, [1-9]/)]);
  });
});
