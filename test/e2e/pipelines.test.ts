import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { agentz, ROOT, scratch, type Done } from "./agentz.ts";
import { packedPackage } from "./packed.ts";

type Environment = Readonly<Record<string, string>>;

/** A value of a parsed document, by its keys. */
function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
}

function document(path: string): unknown {
  return parse(readFileSync(path, "utf8"));
}

/** Runs a script as a runner's shell does; nothing is asked of a registry. */
function shell(script: string, cwd: string, env: Environment): Done {
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
    {
      cwd,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: cwd,
        NO_COLOR: "1",
        npm_config_offline: "true",
        CI: "true",
        ...env,
      },
    },
  );
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
    cwd,
    stdio: "pipe",
  });
}

const SENT = {
  id: "day-1/9",
  time: "2026-05-18T09:05:00Z",
  session: "day-2",
  subject: { type: "agent", id: "assistant" },
  action: { kind: "mcp_request", server: "mail", name: "send" },
  args: { to: ["ann@else.example"], body: "hello" },
  context: { surface: "mail-mcp", on_behalf_of: { type: "human", id: "jo" } },
};

/** Tests that say nothing of the rule that gets wider. */
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: notes
tests:
  - name: notes are read
    call: { subject: { type: agent, id: assistant }, action: { server: notes, name: read },
      args: { path: /team/plan.md } }
    expect: { effect: allow, rule: read-notes }
`;

/**
 * A user's repository: what `init` writes, agentz in its lock file, a branch that widens a policy
 * and one that changes nothing.
 */
function userRepository(): string {
  const root = scratch({ "package.json": '{ "private": true }\n', ".gitignore": "node_modules\n" });
  expect(agentz(["init"], { cwd: root }).status).toBe(0);
  cpSync(packedPackage(), join(root, "agentz.tgz"));
  const installed = shell(
    "npm install --save-dev --save-exact --ignore-scripts --no-audit --no-fund ./agentz.tgz",
    root,
    {},
  );
  expect([installed.status, installed.status === 0 ? "" : installed.stderr]).toEqual([0, ""]);
  writeFileSync(join(root, "traces/sample.jsonl"), `${JSON.stringify(SENT)}\n`, { flag: "a" });
  git(root, "init", "-q", "-b", "main");
  git(root, "add", ".");
  git(root, "commit", "-qm", "base");
  git(root, "checkout", "-qb", "same");
  writeFileSync(join(root, "notes.md"), "nothing\n");
  git(root, "add", ".");
  git(root, "commit", "-qm", "notes");
  git(root, "checkout", "-qb", "wider", "main");
  const policy = join(root, "policies/notes.yaml");
  const wider = readFileSync(policy, "utf8")
    .replace("effect: require_approval", "effect: allow")
    .replace(/ *approval: .*\n/, "")
    .replace("version: 1.0.0", "version: 2.0.0");
  writeFileSync(policy, wider);
  writeFileSync(join(root, "tests/notes.yaml"), SUITE);
  git(root, "commit", "-qam", "nobody has to look");
  return root;
}

let repository = "";
beforeAll(() => void (repository = userRepository()));

/** A clone with every branch, at one of them, without a local one, as runners leave it. */
function clone(branch: string): string {
  const cwd = scratch();
  git(cwd, "init", "-q");
  git(cwd, "fetch", "-q", `file://${repository}`, "+refs/heads/*:refs/remotes/origin/*");
  git(cwd, "checkout", "-q", "--detach", `refs/remotes/origin/${branch}`);
  return cwd;
}

/** As {@link clone}, with what `npm ci` would install. */
function installedClone(branch: string): string {
  const cwd = clone(branch);
  symlinkSync(join(repository, "node_modules"), join(cwd, "node_modules"));
  return cwd;
}

const PULL_REQUEST = {
  GITHUB_ACTIONS: "true",
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_BASE_REF: "main",
};

/** What no pipeline that ships may do: install by a bare name, or anything that moves. */
function unpinned(text: string): readonly string[] {
  const commands = text.split("\n").filter((line) => !/^\s*#/.test(line));
  return commands.filter(
    (line) =>
      /\bnpx (?!--no-install |-c`)|npm (?:install|i)\b|--yes\b/.test(line) ||
      (/\buses:/.test(line) && !/@[0-9a-f]{40}\b/.test(line)),
  );
}

describe("the workflow that `init` writes", () => {
  const steps = (cwd: string): readonly string[] => {
    const listed = at(
      document(join(cwd, ".github/workflows/agentz.yml")),
      "jobs",
      "policies",
      "steps",
    );
    return (Array.isArray(listed) ? listed : [])
      .flatMap((step: unknown) => at(step, "run") ?? [])
      .map(String);
  };

  test("passes a change of nothing, on a pull request and after the merge", () => {
    const cwd = clone("same");
    const summary = join(cwd, "summary.md");
    for (const run of steps(cwd))
      expect(
        shell(run, cwd, { ...PULL_REQUEST, GITHUB_STEP_SUMMARY: summary, BASELINE: "" }),
        run,
      ).toMatchObject({ status: 0 });
    expect(readFileSync(summary, "utf8")).toContain(
      "agentz: ✅ nothing stands against merging: the gate passes",
    );
    const gate = steps(cwd).at(-1) ?? "";
    expect(
      shell(gate, cwd, {
        GITHUB_ACTIONS: "true",
        GITHUB_EVENT_NAME: "push",
        BASELINE: "git:HEAD^",
      }),
    ).toMatchObject({ status: 0 });
  });

  test("fails a widening, and a trace that is gone", () => {
    const cwd = installedClone("wider");
    const gate = steps(cwd).at(-1) ?? "";
    const done = shell(gate, cwd, { ...PULL_REQUEST, BASELINE: "" });
    expect([
      done.status,
      /^replay: failed/m.test(done.stdout),
      /^version: passed/m.test(done.stdout),
    ]).toEqual([1, true, true]);
    git(cwd, "checkout", "-q", "--detach", "refs/remotes/origin/same");
    writeFileSync(join(cwd, "agentz.yaml"), "candidate: [policies]\ntests: [tests]\n");
    expect(shell(gate, cwd, { ...PULL_REQUEST, BASELINE: "" })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("replay: failed, required, but there is nothing to do"),
    });
  });
});

describe("the GitLab job", () => {
  const job = at(document(join(ROOT, "ci/gitlab.yml")), "agentz");
  const lines = at(job, "script");
  const script = (Array.isArray(lines) ? lines : []).join("\n");
  const gate = script.split("\n").at(-1) ?? "";
  const MERGE_REQUEST = {
    GITLAB_CI: "true",
    CI_DEFAULT_BRANCH: "main",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
  };

  test("writes its reports, and fails a widening", () => {
    const same = clone("same");
    expect(shell(script, same, MERGE_REQUEST)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("passed   replay"),
    });
    for (const name of ["agentz-junit.xml", "agentz.md", "agentz.json"])
      expect(existsSync(join(same, name))).toBe(true);
    const wider = shell(gate, installedClone("wider"), MERGE_REQUEST);
    expect([
      wider.status,
      wider.stdout.includes("1 widened"),
      wider.stdout.includes("failed   replay"),
    ]).toEqual([1, true, true]);
  });

  test("compares the default branch with the commit before it", () => {
    const cwd = installedClone("wider");
    const variables = at(job, "rules", 1, "variables", "AGENTZ_BASELINE");
    git(cwd, "update-ref", "refs/remotes/origin/main", "HEAD");
    const branch = { GITLAB_CI: "true", CI_DEFAULT_BRANCH: "main" };
    expect(shell(gate, cwd, { ...branch, AGENTZ_BASELINE: String(variables) })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("1 widened"),
    });
    expect(shell(gate, cwd, branch)).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("--baseline git:HEAD^"),
    });
  });
});

describe("the composite action", () => {
  const step = at(document(join(ROOT, "action.yml")), "runs", "steps", 0);
  const script = String(at(step, "run"));
  const inputs = {
    AGENTZ_REQUIRE: "lint,test,version,replay",
    AGENTZ_SARIF: "agentz.sarif",
    AGENTZ_MARKDOWN: "agentz.md",
    AGENTZ_BASELINE: "",
    AGENTZ_ARGS: "",
    AGENTZ_COMMENT_TOKEN: "",
  };
  const act = (cwd: string, more: Environment): Done =>
    shell(script, cwd, {
      ...PULL_REQUEST,
      ...inputs,
      GITHUB_ACTION_PATH: ROOT,
      GITHUB_OUTPUT: join(cwd, "output"),
      GITHUB_STEP_SUMMARY: join(cwd, "summary.md"),
      GITHUB_WORKSPACE: cwd,
      ...more,
    });

  test("each input is one of the environment, with its default", () => {
    const declared = at(document(join(ROOT, "action.yml")), "inputs");
    expect(Object.keys(Object(declared)).sort()).toEqual([
      "args",
      "baseline",
      "comment-token",
      "markdown",
      "require",
      "sarif",
      "working-directory",
    ]);
    expect(
      Object.fromEntries(
        Object.entries(Object(at(step, "env"))).map(([name, value]) => [
          name,
          at(declared, /inputs\.([\w-]+)/.exec(String(value))?.[1] ?? "", "default"),
        ]),
      ),
    ).toEqual(inputs);
  });

  test("passes, fails on a widening by arguments of several lines, and writes its files", () => {
    const same = clone("same");
    expect(act(same, {})).toMatchObject({ status: 0 });
    expect(readFileSync(join(same, "output"), "utf8")).toBe("status=0\n");
    expect(readFileSync(join(same, "summary.md"), "utf8")).toBe(
      readFileSync(join(same, "agentz.md"), "utf8"),
    );
    const wider = clone("wider");
    const done = act(wider, { AGENTZ_ARGS: "--no-index\n  --gate coverage.enforcement=0.99\n" });
    expect([done.status, readFileSync(join(wider, "output"), "utf8")]).toEqual([1, "status=1\n"]);
    expect(done.stdout).toMatch(/^::error title=agentz gate::widened is 1, /m);
    expect(done.stdout).toMatch(/^::error title=agentz gate::coverage.enforcement is /m);
    expect(at(JSON.parse(readFileSync(join(wider, "agentz.sarif"), "utf8")), "version")).toBe(
      "2.1.0",
    );
  });

  test("nothing of an input is run", () => {
    const cwd = clone("same");
    const hostile = Object.keys(inputs).map((name) => [
      name,
      `$(touch ${name}); touch ${name} \`touch ${name}\``,
    ]);
    const done = act(cwd, Object.fromEntries(hostile));
    expect([done.status, hostile.filter(([name = ""]) => existsSync(join(cwd, name)))]).toEqual([
      2,
      [],
    ]);
  });

  test("a checkout that cannot be built fails", () => {
    const cwd = clone("same");
    const path = join(cwd, "action");
    mkdirSync(path);
    const done = act(cwd, { GITHUB_ACTION_PATH: path });
    expect([done.status === 0, existsSync(join(cwd, "agentz.md"))]).toEqual([false, false]);
  });
});

test("the entries of the pre-commit hooks run", () => {
  const hooks = document(join(ROOT, ".pre-commit-hooks.yaml"));
  const entries = (Array.isArray(hooks) ? hooks : []).map((hook: unknown) =>
    String(at(hook, "entry")),
  );
  expect(entries).toEqual(["agentz lint", "agentz test"]);
  for (const entry of entries)
    expect([entry, agentz(entry.split(" ").slice(1), { cwd: clone("same") }).status]).toEqual([
      entry,
      0,
    ]);
});

test("nothing that ships downloads a package by its bare name, or an action by a tag", () => {
  const workflow = readFileSync(join(repository, ".github/workflows/agentz.yml"), "utf8");
  const pages = ["README.md", "docs/ci.md", "docs/policy-language.md", "docs/testing.md"].map(
    (page) => readFileSync(join(ROOT, page), "utf8"),
  );
  const shipped = [
    workflow,
    ...["ci/gitlab.yml", "action.yml"].map((file) => readFileSync(join(ROOT, file), "utf8")),
  ];
  expect(shipped.flatMap(unpinned)).toEqual([]);
  expect(
    pages
      .flatMap(
        (text) =>
          text.match(/npx (?!--no-install |-c`)\S+|npm (?:install|i) .*|uses: \S+@v\d\S*/g) ?? [],
      )
      .filter((found) => !/\.tgz|git\+/.test(found)),
  ).toEqual([]);
});
