// Installs agentz as its users do, each time in an empty home: from a tarball, from git, by
// pre-commit and by the composite action. Works on the last commit. Asks the registry, and takes
// minutes. Needs npm and git; pre-commit where it is installed.
//   node scripts/installs.mjs [part of a way's name]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "agentz-installs-"));

/** A bare environment: what finds programs, a home of its own, and the machine's certificates. */
function environment(home, more) {
  const certificates =
    process.env.NODE_EXTRA_CA_CERTS === undefined
      ? {}
      : { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS };
  return { PATH: process.env.PATH ?? "", HOME: home, NO_COLOR: "1", ...certificates, ...more };
}

function run(cwd, command, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: environment(join(cwd, ".home"), env),
  });
  if (error !== undefined || status !== 0)
    throw new Error(
      `${command} ${args.join(" ")} ended with ${status ?? error}:\n${stdout}\n${stderr}`,
    );
  return stdout;
}

const git = (cwd, ...args) =>
  run(cwd, "git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args]).trim();
const commit = git(root, "rev-parse", "HEAD");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** That what was installed runs, and that nothing was installed besides. */
function check(cwd) {
  const agentz = join(cwd, "node_modules/.bin/agentz");
  const told = run(cwd, agentz, ["--version"]).trim();
  if (told !== version) throw new Error(`it says it is ${told}`);
  const installed = readdirSync(join(cwd, "node_modules")).filter((name) => !name.startsWith("."));
  if (installed.join() !== "agentz") throw new Error(`${installed.join()} is installed`);
  run(cwd, agentz, ["init"]);
  run(cwd, agentz, ["ci", "--require", "lint,test,replay"]);
}

/** A repository as a user has it. */
function userRepository(cwd) {
  run(cwd, process.execPath, [join(root, "bin/agentz.js"), "init"]);
  git(cwd, "init", "-q", "-b", "main");
  git(cwd, "add", ".");
  git(cwd, "commit", "-qm", "base");
  git(cwd, "checkout", "-qb", "change");
}

function fromGit(cwd, env, ...flags) {
  run(
    cwd,
    "npm",
    ["install", "--no-audit", "--no-fund", ...flags, `git+file://${root}#${commit}`],
    env,
  );
  check(cwd);
}

function byPreCommit(cwd) {
  userRepository(cwd);
  writeFileSync(
    join(cwd, ".pre-commit-config.yaml"),
    `repos: [{ repo: "file://${root}", rev: "${commit}", hooks: [{ id: agentz-lint }, { id: agentz-test }] }]\n`,
  );
  git(cwd, "add", ".");
  const passed = run(cwd, "pre-commit", ["run", "--all-files"]).match(/Passed/g) ?? [];
  if (passed.length !== 2) throw new Error(`${passed.length} of 2 hooks passed`);
  const policy = join(cwd, "policies/notes.yaml");
  writeFileSync(policy, readFileSync(policy, "utf8").replace("effect: deny", "effect: allow"));
  const done = spawnSync("pre-commit", ["run", "--all-files"], {
    cwd,
    encoding: "utf8",
    env: environment(join(cwd, ".home"), {}),
  });
  if (done.status !== 1 || !/agentz test.*Failed/.test(done.stdout))
    throw new Error(`a broken policy passes: ${done.stdout}`);
}

/** The action from a checkout of its commit, which is not built. */
function byTheAction(cwd) {
  const [action, user] = ["action", "user"].map((name) => join(cwd, name));
  mkdirSync(user);
  userRepository(user);
  git(user, "commit", "-q", "--allow-empty", "-m", "change");
  git(cwd, "clone", "-q", root, action);
  git(action, "checkout", "-q", "--detach", commit);
  const { run: script } = parse(readFileSync(join(action, "action.yml"), "utf8")).runs.steps[0];
  const inputs = {
    AGENTZ_REQUIRE: "lint,test,version,replay",
    AGENTZ_SARIF: "agentz.sarif",
    AGENTZ_MARKDOWN: "agentz.md",
    AGENTZ_BASELINE: "git:main",
    AGENTZ_ARGS: "",
  };
  const runner = {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION_PATH: action,
    GITHUB_OUTPUT: join(cwd, "output"),
    GITHUB_WORKSPACE: user,
  };
  const told = run(user, "bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    ...inputs,
    ...runner,
  });
  if (!/^replay: passed/m.test(told)) throw new Error(told);
}

const WAYS = [
  [
    "tarball",
    (cwd) => {
      run(cwd, "npm", ["pack", "--silent", `git+file://${root}#${commit}`]);
      run(cwd, "npm", [
        "install",
        "--no-audit",
        "--no-fund",
        ...readdirSync(cwd)
          .filter((name) => name.endsWith(".tgz"))
          .map((name) => `./${name}`),
      ]);
      check(cwd);
    },
  ],
  ["git", (cwd) => fromGit(cwd, {})],
  [
    "git, without development dependencies",
    (cwd) => fromGit(cwd, { NODE_ENV: "production" }, "--omit=dev"),
  ],
  ["pre-commit", byPreCommit],
  ["action from a checkout", byTheAction],
];

let [passed, failed, skipped] = [0, 0, 0];
const part = process.argv[2] ?? "";
for (const [i, [name, install]] of WAYS.filter(([name]) => name.includes(part)).entries()) {
  const started = Date.now();
  const say = (verdict) =>
    console.log(`${verdict}  ${name} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  if (name === "pre-commit" && spawnSync("pre-commit", ["--version"]).status !== 0) {
    skipped++;
    say("skipped (pre-commit is not installed)");
    continue;
  }
  const cwd = join(folder, String(i));
  mkdirSync(cwd);
  try {
    install(cwd);
    passed++;
    say("ok");
  } catch (error) {
    failed++;
    say("FAILED");
    console.log(error.message);
  }
}
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
