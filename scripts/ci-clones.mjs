// Makes the clones that CI systems leave, from a repository with a pull request that widens a
// policy, and runs the gate in each. In each the widening has to be caught (exit 1, by exactly one
// call), or the run refused (exit 2) with a command that, once it was run, lets the widening be
// caught. Needs git alone.
//   node scripts/ci-clones.mjs [part of a clone's name]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const policy = (name, limit) => `apiVersion: agentz/v1
kind: Policy
name: ${name}
version: 1.0.0
owner: care
description: what may be paid
rules:
  - { id: small, effect: allow, actions: [payments/${name}], when: "args.amount <= ${limit}", reason: small sums }
`;
const call = (id, name, amount) => ({
  id,
  session: id,
  time: "2026-05-01T10:00:00Z",
  subject: { type: "agent", id: "support" },
  action: { kind: "mcp_request", server: "payments", name },
  args: { amount },
});
const TRACE = [
  call("r1", "refund", 5),
  call("r2", "refund", 150),
  call("r3", "refund", 900),
  call("p1", "payout", 70),
];

/** A world of git's own, so that nobody's settings matter. */
export const GIT_ENVIRONMENT = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "t",
  GIT_AUTHOR_EMAIL: "t@t.example",
  GIT_COMMITTER_NAME: "t",
  GIT_COMMITTER_EMAIL: "t@t.example",
};

function git(cwd, ...args) {
  return execFileSync("git", args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: GIT_ENVIRONMENT,
  }).trim();
}

/**
 * The origin: `main` with sixty commits behind it, in which the limit was laxer once; `feature`,
 * which raises it to 200 (the widening: one call of the trace); `main` again, which meanwhile
 * lowered another limit. So a baseline that is too old shows no widening, and one that is too new
 * shows two. `merged` is `main` once the pull request is in it.
 */
export function makeOrigin(folder) {
  const work = join(folder, "origin");
  mkdirSync(join(work, "policies"), { recursive: true });
  git(folder, "init", "-q", "-b", "main", "origin");
  const commit = (message, files) => {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(work, path), text);
    git(work, "add", ".");
    git(work, "commit", "-qm", message);
    return git(work, "rev-parse", "HEAD");
  };
  const first = {
    "policies/refund.yaml": policy("refund", "1000.0"),
    "policies/payout.yaml": policy("payout", "100.0"),
    "trace.jsonl": TRACE.map((event) => `${JSON.stringify(event)}\n`).join(""),
    "agentz.yaml": "candidate: [policies]\ntrace: [trace.jsonl]\ngate: { widened: 0 }\n",
  };
  commit("first", first);
  const tree = git(work, "rev-parse", "HEAD^{tree}");
  let tip = git(work, "rev-parse", "HEAD");
  for (let i = 0; i < 60; i++) tip = git(work, "commit-tree", "-p", tip, "-m", `day ${i}`, tree);
  git(work, "reset", "-q", "--hard", tip);
  const fork = commit("lower", { "policies/refund.yaml": policy("refund", "100.0") });
  git(work, "branch", "release/1.0");
  git(work, "checkout", "-qb", "feature");
  commit("more is refunded", { "policies/refund.yaml": policy("refund", "200.0") });
  const head = commit("notes", { "notes.md": "as asked\n" });
  git(work, "checkout", "-q", "main");
  const main = commit("less is paid out", { "policies/payout.yaml": policy("payout", "50.0") });
  git(work, "checkout", "-q", "--detach");
  git(work, "merge", "-q", "--no-edit", "feature");
  const merge = git(work, "rev-parse", "HEAD");
  git(work, "checkout", "-q", "main");
  for (const [ref, id] of [
    ["pull/7/head", head],
    ["pull/7/merge", merge],
    ["merge-requests/7/head", head],
    ["merge-requests/7/merge", merge],
    ["pipelines/99", head],
    ["heads/gh-readonly-queue/main/pr-7", merge],
  ]) {
    git(work, "update-ref", `refs/${ref}`, id);
  }
  for (const [name, value] of [
    ["allowFilter", "true"],
    ["allowAnySHA1InWant", "true"],
  ])
    git(work, "config", `uploadpack.${name}`, value);
  const merged = join(folder, "merged");
  git(folder, "clone", "-q", "--bare", "origin", "merged");
  git(merged, "update-ref", "refs/heads/main", merge);
  return { url: `file://${work}`, mergedUrl: `file://${merged}`, fork, head, main, merge };
}

/** An empty repository with a remote, as runners make it before they fetch. */
function initialised(cwd, url) {
  git(cwd, "init", "-q");
  git(cwd, "remote", "add", "origin", url);
}

const fetchAs = (cwd, url, specs, ...options) => {
  initialised(cwd, url);
  git(cwd, "fetch", "-q", "--no-tags", ...options, "origin", ...specs);
};
const detach = (cwd, commit) => git(cwd, "checkout", "-q", "--force", "--detach", commit);

const ALL = "+refs/heads/*:refs/remotes/origin/*";
const PULL_MERGE = "+refs/pull/7/merge:refs/remotes/pull/7/merge";
const GITHUB = { CI: "true", GITHUB_ACTIONS: "true" };
const PULL_REQUEST = {
  ...GITHUB,
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_BASE_REF: "main",
  GITHUB_HEAD_REF: "feature",
};
const GITLAB = { CI: "true", GITLAB_CI: "true", CI_DEFAULT_BRANCH: "main" };
const MERGE_REQUEST = { ...GITLAB, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" };
const JENKINS = { JENKINS_URL: "https://ci.example/", CHANGE_ID: "7", CHANGE_TARGET: "main" };
const AZURE = { TF_BUILD: "True", SYSTEM_PULLREQUEST_TARGETBRANCH: "refs/heads/main" };
const BITBUCKET = {
  CI: "true",
  BITBUCKET_BUILD_NUMBER: "5",
  BITBUCKET_PR_DESTINATION_BRANCH: "main",
};

const CAUGHT = { refused: undefined };
const LACKS_MAIN = { refused: /this clone does not have that branch/ };
const NO_BRANCH = { refused: /this clone has none of the branches `origin\/HEAD`/ };
const SHALLOW = { refused: /this clone is too shallow/ };
const HEAD = { refused: /the baseline would be HEAD itself/ };
const PARTIAL = { refused: /git failed to find out/ };

/**
 * One row a clone: its name, what its runner does, the variables of the run, and what has to come
 * of it.
 */
export const CLONES = [
  [
    "github: pull request, fetch-depth 0",
    PULL_REQUEST,
    CAUGHT,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL, PULL_MERGE]), detach(cwd, "refs/remotes/pull/7/merge")),
  ],
  [
    "github: pull request, as actions/checkout is set",
    PULL_REQUEST,
    LACKS_MAIN,
    (cwd, o) => (
      fetchAs(cwd, o.url, [PULL_MERGE], "--depth=1"), detach(cwd, "refs/remotes/pull/7/merge")
    ),
  ],
  [
    "github: pull request, fetch-depth 50",
    PULL_REQUEST,
    LACKS_MAIN,
    (cwd, o) => (
      fetchAs(cwd, o.url, [PULL_MERGE], "--depth=50"), detach(cwd, "refs/remotes/pull/7/merge")
    ),
  ],
  [
    "github: fetch-depth 2, then main alone",
    PULL_REQUEST,
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, [PULL_MERGE], "--depth=2"),
      git(cwd, "fetch", "-q", "--depth=1", "origin", "main"),
      detach(cwd, "refs/remotes/pull/7/merge")
    ),
  ],
  [
    "github: head of the pull request, fetch-depth 0",
    PULL_REQUEST,
    CAUGHT,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL]), detach(cwd, o.head)),
  ],
  [
    "github: head of the pull request, all branches at depth 1",
    PULL_REQUEST,
    SHALLOW,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL], "--depth=1"), detach(cwd, o.head)),
  ],
  [
    "github: head of the pull request at depth 50, main at depth 1",
    PULL_REQUEST,
    SHALLOW,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/pull/7/head:refs/remotes/pull/7/head"], "--depth=50"),
      git(cwd, "fetch", "-q", "--depth=1", "origin", "main"),
      detach(cwd, o.head)
    ),
  ],
  [
    "github: the target is a branch that is not main",
    { ...PULL_REQUEST, GITHUB_BASE_REF: "release/1.0" },
    CAUGHT,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL]), detach(cwd, o.head)),
  ],
  [
    "github: the target was not fetched, main was",
    { ...PULL_REQUEST, GITHUB_BASE_REF: "release/1.0" },
    LACKS_MAIN,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/heads/main:refs/remotes/origin/main"]),
      git(cwd, "fetch", "-q", "origin", "refs/pull/7/head"),
      detach(cwd, o.head)
    ),
  ],
  [
    "github: push to a branch, fetch-depth 0",
    { ...GITHUB, GITHUB_BASE_REF: "" },
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, [ALL]),
      git(cwd, "checkout", "-q", "-B", "feature", "refs/remotes/origin/feature")
    ),
  ],
  [
    "github: push to a branch, as actions/checkout is set",
    { ...GITHUB, GITHUB_BASE_REF: "" },
    NO_BRANCH,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/heads/feature:refs/remotes/origin/feature"], "--depth=1"),
      git(cwd, "checkout", "-q", "-B", "feature", "refs/remotes/origin/feature")
    ),
  ],
  [
    "github: push to main, fetch-depth 0",
    { ...GITHUB, GITHUB_BASE_REF: "" },
    HEAD,
    (cwd, o) => (
      fetchAs(cwd, o.mergedUrl, [ALL]),
      git(cwd, "checkout", "-q", "-B", "main", "refs/remotes/origin/main")
    ),
  ],
  [
    "github: push to main, as actions/checkout is set",
    { ...GITHUB, GITHUB_BASE_REF: "" },
    HEAD,
    (cwd, o) => (
      fetchAs(cwd, o.mergedUrl, ["+refs/heads/main:refs/remotes/origin/main"], "--depth=1"),
      git(cwd, "checkout", "-q", "-B", "main", "refs/remotes/origin/main")
    ),
  ],
  [
    "github: merge queue, fetch-depth 0",
    { ...GITHUB, GITHUB_EVENT_NAME: "merge_group" },
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, [ALL]),
      git(
        cwd,
        "checkout",
        "-q",
        "-B",
        "gh-readonly-queue/main/pr-7",
        "refs/remotes/origin/gh-readonly-queue/main/pr-7",
      )
    ),
  ],
  [
    "github: pull_request_target, which checks out the target",
    PULL_REQUEST,
    HEAD,
    (cwd, o) => (
      fetchAs(cwd, o.mergedUrl, ["+refs/heads/main:refs/remotes/origin/main"], "--depth=1"),
      git(cwd, "checkout", "-q", "-B", "main", "refs/remotes/origin/main")
    ),
  ],
  [
    "gitea: pull request, fetch-depth 0",
    { ...PULL_REQUEST, GITEA_ACTIONS: "true" },
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, [ALL, "+refs/pull/7/head:refs/remotes/pull/7/head"]),
      detach(cwd, "refs/remotes/pull/7/head")
    ),
  ],
  [
    "gitlab: merge request, GIT_DEPTH 20",
    (o) => ({ ...MERGE_REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA: o.fork }),
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/pipelines/99:refs/pipelines/99"], "--depth=20"),
      detach(cwd, o.head)
    ),
  ],
  [
    "gitlab: merge request, GIT_DEPTH 1",
    (o) => ({ ...MERGE_REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA: o.fork }),
    LACKS_MAIN,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/pipelines/99:refs/pipelines/99"], "--depth=1"),
      detach(cwd, o.head)
    ),
  ],
  [
    "gitlab: merge request, GIT_DEPTH 1, the base fetched besides",
    (o) => ({ ...MERGE_REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA: o.fork }),
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/pipelines/99:refs/pipelines/99"], "--depth=1"),
      git(cwd, "fetch", "-q", "--depth=1", "origin", o.fork),
      detach(cwd, o.head)
    ),
  ],
  [
    "gitlab: merge request, a stale main of an earlier job",
    (o) => ({ ...MERGE_REQUEST, CI_MERGE_REQUEST_DIFF_BASE_SHA: o.fork }),
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/pipelines/99:refs/pipelines/99"]),
      git(cwd, "update-ref", "refs/remotes/origin/main", `${o.fork}~20`),
      detach(cwd, o.head)
    ),
  ],
  [
    "gitlab: merged results",
    (o) => ({
      ...MERGE_REQUEST,
      CI_MERGE_REQUEST_DIFF_BASE_SHA: o.fork,
      CI_MERGE_REQUEST_TARGET_BRANCH_SHA: o.main,
    }),
    CAUGHT,
    (cwd, o) => (
      fetchAs(
        cwd,
        o.url,
        ["+refs/merge-requests/7/merge:refs/merge-requests/7/merge"],
        "--depth=20",
      ),
      detach(cwd, o.merge)
    ),
  ],
  [
    "gitlab: branch",
    GITLAB,
    LACKS_MAIN,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/heads/feature:refs/remotes/origin/feature"], "--depth=20"),
      detach(cwd, o.head)
    ),
  ],
  [
    "gitlab: default branch",
    GITLAB,
    HEAD,
    (cwd, o) => (
      fetchAs(cwd, o.mergedUrl, ["+refs/heads/main:refs/remotes/origin/main"], "--depth=20"),
      detach(cwd, o.merge)
    ),
  ],
  [
    "jenkins: pull request merged with its target",
    JENKINS,
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, [
        "+refs/pull/7/head:refs/remotes/origin/PR-7",
        "+refs/heads/main:refs/remotes/origin/main",
      ]),
      detach(cwd, o.main),
      git(cwd, "merge", "-q", "--no-edit", "refs/remotes/origin/PR-7")
    ),
  ],
  [
    "jenkins: head of the pull request alone",
    JENKINS,
    LACKS_MAIN,
    (cwd, o) => (
      fetchAs(cwd, o.url, ["+refs/pull/7/head:refs/remotes/origin/PR-7"]), detach(cwd, o.head)
    ),
  ],
  [
    "jenkins: head of the pull request, all branches",
    JENKINS,
    CAUGHT,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL]), detach(cwd, o.head)),
  ],
  [
    "jenkins: head of the pull request, shallow",
    JENKINS,
    SHALLOW,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL], "--depth=1"), detach(cwd, o.head)),
  ],
  [
    "buildkite: pull request",
    { BUILDKITE: "true", CI: "true", BUILDKITE_PULL_REQUEST_BASE_BRANCH: "main" },
    CAUGHT,
    (cwd, o) => (
      git(cwd, "clone", "-q", "--", o.url, "."),
      git(cwd, "fetch", "-q", "--prune", "--", "origin", "refs/pull/7/head"),
      detach(cwd, "FETCH_HEAD")
    ),
  ],
  [
    "buildkite: branch",
    { BUILDKITE: "true", CI: "true", BUILDKITE_PULL_REQUEST_BASE_BRANCH: "" },
    CAUGHT,
    (cwd, o) => (git(cwd, "clone", "-q", "--", o.url, "."), detach(cwd, o.head)),
  ],
  [
    "buildkite: pull request, cloned at depth 1",
    { BUILDKITE: "true", BUILDKITE_PULL_REQUEST_BASE_BRANCH: "main" },
    SHALLOW,
    (cwd, o) => (
      git(cwd, "clone", "-q", "--depth=1", "--", o.url, "."),
      git(cwd, "fetch", "-q", "--depth=1", "--", "origin", "refs/pull/7/head"),
      detach(cwd, "FETCH_HEAD")
    ),
  ],
  [
    "circleci: branch",
    { CIRCLECI: "true", CI: "true" },
    CAUGHT,
    (cwd, o) => (
      git(cwd, "clone", "-q", "--no-checkout", o.url, "."),
      git(cwd, "checkout", "-q", "--force", "-B", "feature", o.head)
    ),
  ],
  [
    "circleci: forked pull request",
    { CIRCLECI: "true", CI: "true" },
    CAUGHT,
    (cwd, o) => (
      git(cwd, "clone", "-q", "--no-checkout", o.url, "."),
      git(cwd, "fetch", "-q", "--force", "origin", "+refs/pull/7/head:refs/remotes/origin/pull/7"),
      git(cwd, "checkout", "-q", "--force", "-B", "pull/7", o.head)
    ),
  ],
  [
    "circleci: branch, without the files of other commits",
    { CIRCLECI: "true", CI: "true" },
    PARTIAL,
    (cwd, o) => (
      git(cwd, "clone", "-q", "--no-checkout", "--filter=blob:none", o.url, "."),
      git(cwd, "checkout", "-q", "--force", "-B", "feature", o.head)
    ),
  ],
  [
    "azure: pull request, fetchDepth 0",
    AZURE,
    CAUGHT,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL, PULL_MERGE]), detach(cwd, "refs/remotes/pull/7/merge")),
  ],
  [
    "azure: pull request of GitHub, fetchDepth 0",
    { ...AZURE, SYSTEM_PULLREQUEST_TARGETBRANCH: "main" },
    CAUGHT,
    (cwd, o) => (fetchAs(cwd, o.url, [ALL, PULL_MERGE]), detach(cwd, "refs/remotes/pull/7/merge")),
  ],
  [
    "azure: pull request, as new pipelines are set",
    AZURE,
    LACKS_MAIN,
    (cwd, o) => (
      fetchAs(cwd, o.url, [PULL_MERGE], "--depth=1"), detach(cwd, "refs/remotes/pull/7/merge")
    ),
  ],
  [
    "bitbucket: pull request, depth 50 of one branch",
    BITBUCKET,
    LACKS_MAIN,
    (cwd, o) => git(cwd, "clone", "-q", "--branch=feature", "--depth=50", o.url, "."),
  ],
  [
    "bitbucket: pull request, depth full",
    BITBUCKET,
    CAUGHT,
    (cwd, o) => git(cwd, "clone", "-q", "--branch=feature", o.url, "."),
  ],
  [
    "travis: pull request",
    { TRAVIS: "true", TRAVIS_PULL_REQUEST: "7", TRAVIS_BRANCH: "main" },
    CAUGHT,
    (cwd, o) => (
      git(cwd, "clone", "-q", "--depth=50", "--branch=main", o.url, "."),
      git(cwd, "fetch", "-q", "origin", "+refs/pull/7/merge:"),
      detach(cwd, "FETCH_HEAD")
    ),
  ],
  [
    "travis: branch",
    { TRAVIS: "true", TRAVIS_PULL_REQUEST: "false", TRAVIS_BRANCH: "feature" },
    NO_BRANCH,
    (cwd, o) => git(cwd, "clone", "-q", "--depth=50", "--branch=feature", o.url, "."),
  ],
  [
    "drone: pull request",
    { DRONE: "true", CI: "true", DRONE_PULL_REQUEST: "7", DRONE_TARGET_BRANCH: "main" },
    CAUGHT,
    (cwd, o) => (
      initialised(cwd, o.url),
      git(cwd, "fetch", "-q", "origin", "+refs/heads/main:"),
      git(cwd, "checkout", "-q", "-b", "main", "FETCH_HEAD"),
      git(cwd, "fetch", "-q", "origin", "refs/pull/7/head:"),
      git(cwd, "merge", "-q", "--no-edit", "FETCH_HEAD")
    ),
  ],
  [
    "woodpecker: pull request",
    { CI: "woodpecker", CI_SYSTEM_NAME: "woodpecker", CI_COMMIT_TARGET_BRANCH: "main" },
    LACKS_MAIN,
    (cwd, o) => (
      initialised(cwd, o.url),
      git(cwd, "fetch", "-q", "--depth=1", "origin", "+refs/pull/7/head:"),
      git(cwd, "reset", "-q", "--hard", "FETCH_HEAD")
    ),
  ],
  [
    "teamcity: pull request",
    { TEAMCITY_VERSION: "2025.07" },
    CAUGHT,
    (cwd, o) => (
      fetchAs(cwd, o.url, [ALL, "+refs/pull/7/head:refs/heads/pull/7"]),
      git(cwd, "checkout", "-q", "-B", "pull/7", o.head)
    ),
  ],
  [
    "appveyor: pull request",
    { APPVEYOR: "True", APPVEYOR_PULL_REQUEST_NUMBER: "7", APPVEYOR_REPO_BRANCH: "main" },
    CAUGHT,
    (cwd, o) => (
      git(cwd, "clone", "-q", "--branch=main", o.url, "."),
      git(cwd, "fetch", "-q", "origin", "+refs/pull/7/merge:"),
      detach(cwd, "FETCH_HEAD")
    ),
  ],
  [
    "another CI: a branch of a whole clone",
    { CI: "1" },
    CAUGHT,
    (cwd, o) => git(cwd, "clone", "-q", "--branch=feature", o.url, "."),
  ],
  [
    "another CI: no .git folder",
    { CI: "true" },
    { refused: /is in no git repository/, fix: undefined },
    (cwd, o) => (
      git(cwd, "clone", "-q", "--branch=feature", o.url, "."),
      rmSync(join(cwd, ".git"), { recursive: true })
    ),
  ],
  [
    "a person's clone",
    {},
    CAUGHT,
    (cwd, o) => git(cwd, "clone", "-q", "--branch=feature", o.url, "."),
  ],
  [
    "a person's clone of one branch",
    {},
    NO_BRANCH,
    (cwd, o) => git(cwd, "clone", "-q", "--branch=feature", "--single-branch", o.url, "."),
  ],
].map(([name, env, { refused }, make]) => ({
  name,
  env: typeof env === "function" ? env : () => env,
  refused,
  make,
}));

/**
 * The commands and flags that a help text names, in its order: `git fetch ...`, `--baseline
 * git:HEAD^`.
 */
function waysOut(help) {
  const quoted = [...help.matchAll(/`([^`]*)`/g)].map(([, text]) => text);
  const baseline = quoted.find((text) => text.startsWith("--baseline git:") && !text.includes("<"));
  return {
    commands: quoted.filter((text) => text.startsWith("git fetch ")).slice(0, 1),
    flags: baseline?.split(" ") ?? [],
  };
}

/**
 * How a run in a clone went wrong; undefined: as it has to. `run(cwd, env, args)` gives `{ status,
 * stdout, stderr }`.
 */
export async function faultOf(clone, origin, { cwd, run }) {
  clone.make(cwd, origin);
  const env = clone.env(origin);
  const gate = async (flags) =>
    run(cwd, env, [
      "replay",
      "--no-index",
      "--workers",
      "1",
      "--format",
      "json",
      "--gate",
      "widened=0",
      ...flags,
    ]);
  let done = await gate([]);
  if (clone.refused !== undefined) {
    if (done.status !== 2 || !clone.refused.test(done.stderr))
      return `expected a refusal ${clone.refused}, got ${done.status}: ${done.stderr}`;
    const { commands, flags } = waysOut(done.stderr);
    if (commands.length + flags.length === 0)
      return clone.name.endsWith("no .git folder") ? undefined : `no way out: ${done.stderr}`;
    for (const command of commands)
      execFileSync("bash", ["-c", command], {
        cwd,
        env: { ...GIT_ENVIRONMENT, ...env },
        stdio: "pipe",
      });
    done = await gate(flags);
  }
  if (done.status !== 1) return `the widening is not caught: ${done.status}: ${done.stderr}`;
  const { widened } = JSON.parse(done.stdout).changes;
  return widened.direct === 1 && widened.downstream === 0
    ? undefined
    : `compared with another commit: ${JSON.stringify(widened)} widened`;
}

async function main(part) {
  const folder = mkdtempSync(join(tmpdir(), "agentz-clones-"));
  const agentz = join(dirname(fileURLToPath(import.meta.url)), "../bin/agentz.js");
  const run = async (cwd, env, args) =>
    spawnSync(process.execPath, [agentz, ...args], {
      cwd,
      encoding: "utf8",
      env: { ...GIT_ENVIRONMENT, NO_COLOR: "1", ...env },
    });
  const origin = makeOrigin(folder);
  let failed = 0;
  const clones = CLONES.filter(({ name }) => name.includes(part));
  for (const [i, clone] of clones.entries()) {
    const cwd = join(folder, `clone-${i}`);
    mkdirSync(cwd);
    const fault = await faultOf(clone, origin, { cwd, run });
    if (fault !== undefined) failed++;
    console.log(
      `${fault === undefined ? "ok    " : "FAILED"} ${clone.name}: ` +
        `${fault ?? (clone.refused === undefined ? "caught" : "refused, and caught after the command that helps")}`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`${clones.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && clones.length > 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2] ?? "");
