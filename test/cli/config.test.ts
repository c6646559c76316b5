import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig, type Config } from "../../src/api/config/config.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { agentz, EVENTS, jsonl, POLICY, scratch } from "../e2e/agentz.ts";

interface Read {
  readonly config: Config | UserError;
  readonly told: string;
}

/** The configuration as a command in `cwd` reads it, twice; what it refuses is given back. */
async function read(cwd: string, named?: string): Promise<Read> {
  let told = "";
  const io = { cwd, stderr: { write: (text: string) => void (told += text), isTTY: false } };
  const refused = (error: unknown): UserError => {
    if (error instanceof UserError) return error;
    throw error;
  };
  await readConfig(io, named).catch(refused);
  return { config: await readConfig(io, named).catch(refused), told };
}

const ALL =
  "candidate: [policies, /etc/p.yaml]\ntrace: ['t/**/*.jsonl', '-']\ntests: tests/\nbaseline: released.agentz\n";

describe("design 11.7: agentz.yaml is looked for from the working folder upwards", () => {
  it("paths in it are those of its own folder, and a configuration of another folder is named once", async () => {
    const root = scratch({ "agentz.yaml": ALL, "a/b/x.txt": "", ".git/HEAD": "" });
    expect(await read(root)).toEqual({
      config: {
        candidate: ["policies", "/etc/p.yaml"],
        trace: ["t/**/*.jsonl", "-"],
        tests: ["tests/"],
        baseline: ["released.agentz"],
      },
      told: "",
    });
    expect(await read(join(root, "a/b"))).toEqual({
      config: {
        candidate: ["../../policies", "/etc/p.yaml"],
        trace: ["../../t/**/*.jsonl", "-"],
        tests: ["../../tests/"],
        baseline: ["../../released.agentz"],
      },
      told: "agentz: using ../../agentz.yaml\n",
    });
  });

  it("`--config` names one of another folder, in whose folder its paths are", async () => {
    const root = scratch({ "conf/other.yaml": ALL, "a/x.txt": "" });
    expect(await read(join(root, "a"), "../conf/other.yaml")).toMatchObject({
      config: { candidate: ["../conf/policies", "/etc/p.yaml"], tests: ["../conf/tests/"] },
      told: "",
    });
  });

  it.each([
    ["recorded", "recorded"],
    ["recorded-policy", "recorded-policy"],
    ["git:main", "git:main"],
    ["git:main:policies/a", "git:main:../policies/a"],
    ["git:main:/abs", "git:main:/abs"],
    ["old", "../old"],
    ["./old/", "../old/"],
    ["../old", "../../old"],
    ["/old", "/old"],
  ])("a baseline %s is %s from a folder below", async (written, seen) => {
    const root = scratch({ "agentz.yaml": `baseline: ['${written}']\n`, "a/x.txt": "" });
    expect((await read(join(root, "a"))).config).toEqual({ baseline: [seen] });
  });

  it("the nearest one counts, alone", async () => {
    const root = scratch({
      "agentz.yaml": "candidate: p\ntrace: t\n",
      "a/agentz.yaml": "candidate: q\n",
      "a/b/x.txt": "",
    });
    expect(await read(join(root, "a/b"))).toEqual({
      config: { candidate: ["../q"] },
      told: "agentz: using ../agentz.yaml\n",
    });
  });

  it.each(["a/.git/HEAD", "a/.git"])(
    "none is looked for above the root of a repository (%s)",
    async (git) => {
      const root = scratch({
        "agentz.yaml": "candidate: p\n",
        [git]: "gitdir: elsewhere\n",
        "a/b/x.txt": "",
      });
      expect(await read(join(root, "a/b"))).toEqual({ config: {}, told: "" });
      expect(await read(join(root, "a"))).toEqual({ config: {}, told: "" });
    },
  );

  it("one that is there and cannot be read is an error, not none", async () => {
    const root = scratch({ "a/x.txt": "" });
    mkdirSync(join(root, "agentz.yaml"));
    expect((await read(join(root, "a"))).config).toMatchObject({
      code: "unreadable",
      message: "`../agentz.yaml` cannot be read: it is a folder",
    });
    writeFileSync(join(root, "a/agentz.yaml"), "candidates: p\n");
    expect((await read(join(root, "a"))).config).toMatchObject({
      message: "agentz.yaml:1:13: there is no field `candidates`",
      help: "did you mean `candidate`?",
    });
  });

  it("every command below the folder decides as in it", () => {
    const root = scratch({
      "agentz.yaml": "candidate: [policies]\nbaseline: ['git:HEAD']\ntrace: ['*.jsonl']\n",
      "policies/p.yaml": POLICY,
      "t.jsonl": jsonl(EVENTS),
      "a/b/x.txt": "",
    });
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
        cwd: root,
      });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "base");
    writeFileSync(join(root, "policies/p.yaml"), POLICY.replaceAll("100.0", "30.0"));
    const run = (cwd: string): unknown => {
      const done = agentz(["replay", "--no-index", "--format", "json"], { cwd });
      const { baseline, candidate, changes } = JSON.parse(done.stdout);
      return [done.status, baseline.digest, candidate.source, changes];
    };
    expect(run(join(root, "a/b"))).toEqual(run(root));
    expect(agentz(["lint"], { cwd: join(root, "a/b") })).toMatchObject({
      status: 0,
      stderr: "agentz: using ../../agentz.yaml\n",
    });
  });
});

describe("what demands something is not emptied by a slip", () => {
  it.each([
    ["gate:\n#  widened: 0\n", "it has to be a map of limits"],
    ["gate: null\n", "it has to be a map of limits"],
    ["gate: ~\n", "it has to be a map of limits"],
    ["gate: {}\n", "`gate` sets no limit"],
    ["gate: []\n", "it has to be a map of limits"],
    ["gate: { widened: null }\n", "`widened` has to be a number"],
    ["gate: { accepted: null }\n", "`accepted` has to be a list"],
    ["test:\n", "it has to be a map"],
    ["test: {}\n", "it sets no minimum"],
  ])("%j", async (text, message) => {
    const { config } = await read(scratch({ "agentz.yaml": text }));
    expect(config).toMatchObject({ code: "config", message: expect.stringContaining(message) });
  });

  it.each([
    ["none", "such as `0`"],
    ["null", "such as `0`"],
    ['"0"', "write it without quotes"],
  ])("a limit that is `%s`", async (limit, help) => {
    const { config } = await read(scratch({ "agentz.yaml": `gate: { widened: ${limit} }\n` }));
    expect(config).toMatchObject({ code: "config", help });
  });
});
