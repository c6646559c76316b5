import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFileSync, spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import {
  ALLOW,
  CATALOG,
  DENY,
  exchange,
  git,
  lose,
  repository,
  run,
  type Done,
} from "./repositories.ts";
import { lacks } from "../needs.ts";

const PATH = process.env["PATH"] ?? "";
afterEach(() => void (process.env["PATH"] = PATH));

const BASE = "git:HEAD~1";

/** Every command that reads a commit, on a baseline that denies what the candidate allows. */
const COMMANDS: readonly (readonly [name: string, argv: readonly string[]])[] = [
  [
    "replay",
    ["replay", "--baseline", BASE, "--candidate", "p", "--trace", "@/t.jsonl", "--no-index"],
  ],
  ["version check", ["version", "check", "--base", "HEAD~1", "--candidate", "p"]],
  ["version bump", ["version", "bump", "--base", "HEAD~1", "--candidate", "p", "--dry-run"]],
  ["diff", ["diff", BASE, "p"]],
  ["decide", ["decide", "--candidate", `${BASE}:p`, "r.json"]],
  ["lint", ["lint", `${BASE}:p`]],
  ["bundle build", ["bundle", "build", "--candidate", `${BASE}:p`, "--output", "b.agentz"]],
  ["blame", ["blame", "s/0", "--trace", "@/t.jsonl", "--candidate", "p"]],
  ["coverage", ["coverage", "--baseline", BASE, "--candidate", "p", "--trace", "@/t.jsonl"]],
];

function at(folder: string, argv: readonly string[]): Promise<Done> {
  return run(folder, ...argv.map((arg) => arg.replace(/^@/, folder)));
}

async function refused(
  folder: string,
  name: string,
  argv: readonly string[],
  why: RegExp,
): Promise<void> {
  const { status, stdout, stderr } = await at(folder, argv);
  expect([name, status, stdout, stderr]).toEqual([name, 2, "", expect.stringMatching(why)]);
}

describe("what git does not give is never taken for empty", () => {
  it("the whole repository shows the denial that went", async () => {
    const folder = repository();
    const [[, replay] = []] = COMMANDS;
    const done = await at(folder, [...(replay ?? []), "--gate", "widened=0", "--format", "json"]);
    expect([done.status, JSON.parse(done.stdout).changes.widened]).toEqual([
      1,
      { direct: 1, downstream: 0 },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ["a policy's content", "HEAD~1:p/deny.yaml", /`p\/deny.yaml` of [0-9a-f]+ cannot be read/],
    [
      "a catalog's content",
      "HEAD~1:p/sub/catalog.yaml",
      /`p\/sub\/catalog.yaml` of [0-9a-f]+ cannot be read/,
    ],
    [
      "a data file's content",
      "HEAD~1:p/sub/banned.csv",
      /`p\/sub\/banned.csv` of [0-9a-f]+ cannot be read/,
    ],
    ["a folder", "HEAD~1:p/sub", /git failed to find out what [0-9a-f]+ holds/],
    [
      "the commit's own folder",
      "HEAD~1:",
      /git failed to find out (what [0-9a-f]+ holds|which commits touch `p`)/,
    ],
    ["the commit", "HEAD~1", /is not a commit in this repository|git failed to find out/],
  ])("%s that the repository lacks", async (_what, name, why) => {
    const folder = repository();
    lose(folder, name);
    for (const [command, argv] of COMMANDS) await refused(folder, command, argv, why);
  });

  it("a content that another one was put in the place of", async () => {
    const folder = repository();
    writeFileSync(join(folder, "harmless.yaml"), ALLOW.replace("name: allow", "name: other"));
    git(folder, "tag", "harmless", git(folder, "hash-object", "-w", "harmless.yaml"));
    rmSync(join(folder, "harmless.yaml"));
    exchange(folder, "HEAD~1:p/deny.yaml", "harmless");
    for (const [command, argv] of COMMANDS)
      await refused(
        folder,
        command,
        argv,
        new RegExp(
          String.raw`\x60p\/deny.yaml` +
            String.raw`\x60 of [0-9a-f]+ cannot be read: its content does not have the digest that the commit names` +
            String.raw`|git failed to find out`,
        ),
      );
  });

  it.each([["blob:none"], ["tree:0"]])(
    "a clone with --filter=%s whose server has gone",
    async (filter) => {
      const server = repository();
      git(server, "config", "uploadpack.allowFilter", "true");
      const around = scratch();
      git(around, "clone", "-q", `--filter=${filter}`, pathToFileURL(server).href, "clone");
      rmSync(server, { recursive: true });
      const folder = join(around, "clone");
      for (const [command, argv] of COMMANDS)
        await refused(folder, command, argv, /cannot be read|git failed to find out/);
    },
  );

  it("a link and a submodule are not followed, and not left out", async () => {
    const folder = repository();
    symlinkSync("allow.yaml", join(folder, "p/again.yaml"));
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "a link");
    await refused(
      folder,
      "link",
      ["lint", "git:HEAD:p"],
      /`p\/again.yaml` cannot be read: it is a link in `git:HEAD`/,
    );
    rmSync(join(folder, "p/again.yaml"));
    rmSync(join(folder, "p/sub/banned.csv"));
    symlinkSync("../../r.json", join(folder, "p/sub/banned.csv"));
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "a linked data file");
    const linted = await run(folder, "lint", "git:HEAD:p");
    expect([linted.status, linted.stdout]).toEqual([
      1,
      expect.stringContaining("it is a link in `git:HEAD`"),
    ]);
    await refused(
      folder,
      "data",
      ["decide", "--candidate", "git:HEAD:p", "r.json"],
      /it is a link in `git:HEAD`/,
    );
    git(
      folder,
      "update-index",
      "--add",
      "--cacheinfo",
      `160000,${git(folder, "rev-parse", "HEAD")},p/module`,
    );
    git(folder, "commit", "-qm", "a submodule");
    await refused(
      folder,
      "submodule",
      ["lint", "git:HEAD:p"],
      /`p\/module` cannot be read: it is a submodule in `git:HEAD`/,
    );
  });

  it("a file whose name is not UTF-8", async () => {
    const folder = repository();
    const id = git(folder, "rev-parse", "HEAD~1:p/deny.yaml");
    execFileSync("git", ["update-index", "--add", "-z", "--index-info"], {
      cwd: folder,
      input: Buffer.concat([
        Buffer.from(`100644 ${id}\tp/d`),
        Buffer.from([0xe9]),
        Buffer.from("ny.yaml\0"),
      ]),
    });
    git(folder, "commit", "-qm", "a name");
    await refused(folder, "name", ["lint", "git:HEAD:p"], /contains a file name that is not UTF-8/);
  });

  it("a path that the commit has not is told as none, not as a failure", async () => {
    const folder = repository();
    await refused(
      folder,
      "none",
      ["lint", "git:HEAD:nowhere"],
      /`git:HEAD` has no YAML file at `nowhere`/,
    );
    await refused(folder, "outside", ["lint", "git:HEAD:../.."], /git failed to find out what/);
  });

  it("paths are names, never patterns: `*`, brackets and colons", async () => {
    const folder = scratch({
      "p/[a]*.yaml": DENY.replace("when: args.who in data.banned", "when: args.who == 'eve'"),
      "p/:(top)x.yaml": ALLOW,
    });
    git(folder, "init", "-q", "-b", "main");
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "one");
    const files = async (...paths: readonly string[]): Promise<unknown> =>
      JSON.parse((await run(folder, "lint", ...paths, "--format", "json")).stdout).files;
    expect(await files("git:HEAD:p")).toBe(2);
    expect(await files("git:HEAD:p/[a]*.yaml")).toBe(1);
    await refused(folder, "pattern", ["lint", "git:HEAD:p/*.yaml"], /has no YAML file at/);
  });
});

/**
 * A `git` that fails from its call number `from` on, as one does that finds no process or no open
 * file left.
 */
function failingGit(from: number, how: string): string {
  const folder = scratch();
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const script =
    `#!/bin/sh\necho x >> ${folder}/calls\n[ $(wc -l < ${folder}/calls) -lt ${from} ] && exec ` +
    `${real} "$@"\n${how}\n`;
  writeFileSync(join(folder, "git"), script);
  chmodSync(join(folder, "git"), 0o755);
  return folder;
}

describe.skipIf(lacks("posix"))("each call of git fails in turn", () => {
  it.each([
    [
      "with a message",
      "echo 'fatal: unable to create thread: Resource temporarily unavailable' >&2; exit 128",
    ],
    ["with a status alone", "exit 3"],
    ["by a signal", "kill -9 $$"],
    ["after half of its answer", "printf '100644 blob 0123'; exit 128"],
  ])("%s", async (_name, how) => {
    const folder = repository();
    for (const [command, argv] of [
      ...COMMANDS,
      [
        "default baseline",
        ["replay", "--candidate", "p", "--trace", "@/t.jsonl", "--no-index"],
      ] as const,
    ]) {
      for (let from = 1; ; from++) {
        const fake = failingGit(from, how);
        process.env["PATH"] = `${fake}${delimiter}${PATH}`;
        const { status, stderr } = await at(folder, argv);
        const calls = readFileSync(join(fake, "calls"), "utf8").split("\n").length - 1;
        if (calls < from) break;
        expect([command, from, status, stderr]).toEqual([
          command,
          from,
          2,
          expect.stringMatching(
            /^agentz: (git failed to find out|`p\/[a-z/.]+` of [0-9a-f]+ cannot be read)/,
          ),
        ]);
      }
    }
  });

  it("git that is not installed: none where no repository is asked for, an error where one is", async () => {
    const folder = repository();
    process.env["PATH"] = scratch();
    for (const [command, argv] of COMMANDS)
      await refused(folder, command, argv, /git failed to find out .*: it cannot be started/);
    const outside = scratch({
      "p/p.yaml": ALLOW,
      "t.jsonl": readFileSync(join(folder, "t.jsonl"), "utf8"),
    });
    expect(
      (
        await run(
          outside,
          "replay",
          "--candidate",
          "p",
          "--trace",
          join(outside, "t.jsonl"),
          "--no-index",
        )
      ).status,
    ).toBe(0);
  });

  it("a repository that git cannot read is not 'no repository'", async () => {
    const folder = repository();
    rmSync(join(folder, ".git/HEAD"));
    await refused(
      folder,
      "default baseline",
      ["replay", "--candidate", "p", "--trace", join(folder, "t.jsonl"), "--no-index"],
      /git failed to find out which repository/,
    );
    await refused(
      folder,
      "bundle",
      ["bundle", "build", "--candidate", "p", "--output", "b.agentz"],
      /git failed to find out which repository/,
    );
  });
});

describe("a name of a commit", () => {
  let folder = "";
  beforeAll(() => {
    folder = repository();
    git(folder, "tag", "-a", "tagged", "-m", "x");
    for (const odd of ["-odd", "fe\u00e9"]) git(folder, "update-ref", `refs/heads/${odd}`, "HEAD");
  });

  it.each([
    "-x",
    "--help",
    "--output=x",
    "-",
    "",
    " ",
    "a b",
    "a\nb",
    "a\tb",
    "HEAD\u0001",
    "..",
    "HEAD..HEAD",
    "^HEAD",
    "@{-9}",
    "nowhere",
    "p/allow.yaml",
    "$(touch x)",
    "`touch x`",
    "|touch x",
    "0".repeat(40),
    "HEAD^{tree}",
  ])("`%s` is refused, and is no option", async (name) => {
    await refused(
      folder,
      name,
      ["lint", `git:${name}`],
      /is not a commit|git failed to find out|(?:contains|has) no YAML file/,
    );
    expect(readdirSync(folder).sort()).toEqual([".git", "p", "r.json", "t.jsonl"]);
  });

  it.each([
    "HEAD",
    "main",
    "change",
    "HEAD~1",
    "HEAD@{0}",
    "refs/heads/main",
    "main^{commit}",
    "tagged",
    "-odd",
    "fe\u00e9",
  ])("`%s` is one", async (name) => {
    expect((await run(folder, "lint", `git:${name}:p`)).status).toBe(0);
  });

  it("what replaces an object in this repository does not replace it for us", async () => {
    git(folder, "replace", git(folder, "rev-parse", "HEAD~1"), git(folder, "rev-parse", "HEAD"));
    const [[, replay] = []] = COMMANDS;
    const done = await at(folder, [...(replay ?? []), "--fail-on", "widened"]);
    expect(done.status).toBe(1);
  });
});

/** Settings that name a program, by git's own documentation; `@` is the program. */
const PROGRAMS: readonly string[] = [
  "core.fsmonitor",
  "core.pager",
  "pager.log",
  "pager.show",
  "pager.rev-list",
  "core.editor",
  "sequence.editor",
  "core.sshCommand",
  "core.askPass",
  "core.gitProxy",
  "core.alternateRefsCommand",
  "credential.helper",
  "gpg.program",
  "gpg.ssh.program",
  "gpg.x509.program",
  "gpg.openpgp.program",
  "diff.external",
  "diff.x.textconv",
  "diff.x.command",
  "filter.x.clean",
  "filter.x.smudge",
  "filter.x.process",
  "merge.x.driver",
  "interactive.diffFilter",
  "uploadpack.packObjectsHook",
  "alias.log",
  "alias.show",
  "alias.rev-list",
  "alias.rev-parse",
  "alias.ls-tree",
  "alias.cat-file",
  "alias.merge-base",
  "remote.origin.uploadpack",
  "trailer.x.cmd",
  "gpg.ssh.defaultKeyCommand",
];

const OTHER: Readonly<Record<string, string>> = {
  "log.showSignature": "true",
  "protocol.ext.allow": "always",
  "protocol.allow": "always",
  "protocol.x.allow": "always",
  "remote.origin.promisor": "true",
  "remote.origin.partialclonefilter": "blob:none",
  "extensions.partialClone": "origin",
  "core.repositoryformatversion": "1",
  "remote.origin.fetch": "+refs/heads/*:refs/remotes/origin/*",
  "log.follow": "true",
  "diff.algorithm": "patience",
  "gc.auto": "1",
  "maintenance.auto": "true",
  "fetch.recurseSubmodules": "true",
};

const HOOKS = [
  "reference-transaction",
  "post-index-change",
  "pre-auto-gc",
  "fsmonitor-watchman",
  "post-checkout",
  "pre-push",
  "update",
  "post-rewrite",
];

/**
 * A repository whose configuration names a program wherever it can, and whose second commit bears a
 * signature.
 */
function trapped(): { readonly folder: string; readonly hits: () => readonly string[] } {
  const folder = repository();
  const marks = scratch();
  const program = (name: string): string => {
    const path = join(marks, `${name}.sh`);
    writeFileSync(path, `#!/bin/sh\necho ran > ${marks}/${name}.hit\nexit 1\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const commit = git(folder, "cat-file", "commit", "HEAD");
  writeFileSync(
    join(marks, "commit"),
    `${commit.replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\n")}\n`,
  );
  git(
    folder,
    "update-ref",
    "refs/heads/change",
    git(folder, "hash-object", "-t", "commit", "-w", join(marks, "commit")),
  );
  writeFileSync(join(folder, ".git/info/attributes"), "* diff=x filter=x merge=x\n");
  for (const name of HOOKS) {
    mkdirSync(join(folder, ".git/hooks"), { recursive: true });
    symlinkSync(program(`hook-${name}`), join(folder, ".git/hooks", name));
  }
  const settings = PROGRAMS.map(
    (key) => [key, key.startsWith("alias.") ? `!${program(key)}` : program(key)] as const,
  );
  for (const [key, value] of [
    ...Object.entries(OTHER),
    ...settings,
    ["remote.origin.url", `ext::${program("ext")} %S`] as const,
  ])
    git(folder, "config", key, value);
  const hits = (): readonly string[] =>
    readdirSync(marks)
      .filter((name) => name.endsWith(".hit"))
      .sort();
  return { folder, hits };
}

describe.skipIf(lacks("posix"))("no program runs that a repository names", () => {
  const MORE: readonly (readonly [string, readonly string[]])[] = [
    ["default baseline", ["replay", "--candidate", "p", "--trace", "@/t.jsonl", "--no-index"]],
    [
      "recorded-policy",
      [
        "replay",
        "--baseline",
        "recorded-policy",
        "--candidate",
        "p",
        "--trace",
        "@/t.jsonl",
        "--no-index",
      ],
    ],
    ["ci", ["ci", "--candidate", "p", "--trace", "@/t.jsonl", "--no-index"]],
    ["default base", ["version", "check", "--candidate", "p"]],
  ];

  it("the traps are good: git itself springs them", () => {
    const { folder, hits } = trapped();
    // A file whose time differs from the index's has to be read through its filter.
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(folder, "p/allow.yaml"), later, later);
    spawnSync("git", ["log", "-1"], { cwd: folder });
    spawnSync("git", ["status"], { cwd: folder });
    lose(folder, "HEAD~1:p/deny.yaml");
    spawnSync("git", ["cat-file", "-p", "HEAD~1:p/deny.yaml"], { cwd: folder });
    expect(hits()).toEqual(
      expect.arrayContaining([
        "core.fsmonitor.hit",
        "ext.hit",
        "filter.x.process.hit",
        "gpg.openpgp.program.hit",
      ]),
    );
  });

  it("by no command on the whole repository, none where a content lacks", async () => {
    const { folder, hits } = trapped();
    writeFileSync(
      join(folder, "t.jsonl"),
      readFileSync(join(folder, "t.jsonl"), "utf8").replace(
        '"args"',
        '"decision":{"effect":"deny","policy":"sha256:x"},"args"',
      ),
    );
    for (const [name, argv] of [...COMMANDS, ...MORE]) {
      await at(folder, argv);
      expect([name, hits()]).toEqual([name, []]);
    }
    lose(folder, "HEAD~1:p/deny.yaml");
    for (const [name, argv] of [...COMMANDS, ...MORE]) {
      const { status } = await at(folder, argv);
      expect([name, status, hits()]).toEqual([name, 2, []]);
    }
  });

  it("a bare repository among the files is not taken for the one that they are in", async () => {
    const folder = repository();
    git(folder, "clone", "-q", "--bare", ".", "p/bare");
    const fsmonitor = join(folder, "evil.sh");
    writeFileSync(fsmonitor, `#!/bin/sh\ntouch ${folder}/HIT\n`);
    chmodSync(fsmonitor, 0o755);
    for (const key of ["core.fsmonitor", "gpg.program"])
      git(join(folder, "p/bare"), "config", key, fsmonitor);
    await refused(join(folder, "p/bare"), "bare", ["lint", "git:HEAD"], /git failed to find out/);
    expect(readdirSync(folder)).not.toContain("HIT");
  });
});

it("data files of a commit are read for each catalog, however it is written", async () => {
  const folder = scratch({
    "p/a/c.yaml": CATALOG,
    "p/a/banned.csv": "who\neve\n",
    "p/b/d.yaml": CATALOG.replace("name: c", "name: d").replace(
      "{ banned: { file: banned.csv, column: who } }",
      '{ other: { "file": ./deep/l.json } }',
    ),
    "p/b/deep/l.json": "[1]",
    "p/p.yaml": DENY,
    "r.json":
      '{"subject":{"type":"agent","id":"a"},"action":{"server":"payments","name":"refund"},"args":{"who":"eve"}}',
  });
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", ".");
  git(folder, "commit", "-qm", "one");
  for (const ref of ["p", "git:HEAD:p", "git:HEAD:./p/", "git:HEAD"]) {
    const done = await run(
      folder,
      "decide",
      ...(ref === "git:HEAD"
        ? ["--candidate", "git:HEAD:p/a", "--candidate", "git:HEAD:p/p.yaml"]
        : ["--candidate", ref]),
      "r.json",
      "--now",
      "2026-06-01T00:00:00Z",
      "--format",
      "json",
    );
    expect([ref, done.stderr, JSON.parse(done.stdout).decision.rules]).toEqual([
      ref,
      "",
      ["deny/banned"],
    ]);
  }
});
