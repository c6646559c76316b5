import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Io } from "../../src/node/io.ts";
import { EVENTS, jsonl, POLICY, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";

interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(cwd: string, ...argv: readonly string[]): Promise<Done> {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    cwd,
    env: { NO_COLOR: "1" },
    stdout: { write: (text) => void out.push(text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void err.push(text), isTTY: false },
    readStdin: () => Promise.resolve(""),
    clock: () => Date.parse("2026-06-01T00:00:00Z"),
  };
  const status = await main(argv, io);
  return { status, stdout: out.join(""), stderr: err.join("") };
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();
}

function repository(): string {
  const folder = scratch({ "p/p.yaml": POLICY, "t.jsonl": jsonl(EVENTS) });
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", ".");
  git(folder, "commit", "-qm", "first");
  return folder;
}

function edit(folder: string, change: (text: string) => string, message?: string): void {
  const file = join(folder, "p/p.yaml");
  writeFileSync(file, change(readFileSync(file, "utf8")));
  if (message !== undefined) git(folder, "commit", "-qam", message);
}

const lower = (text: string): string => text.replaceAll("100.0", "30.0");

describe("agentz version", () => {
  it(
    "design 11.3: check is 1 where a version is too low, bump raises it and keeps all else, then " +
      "check is 0",
    async () => {
      const folder = repository();
      edit(folder, (text) => `# kept\n${lower(text)}`);
      const first = await run(
        folder,
        "version",
        "check",
        "--base",
        "main",
        "--candidate",
        "p",
        "--format",
        "json",
      );
      expect([first.status, JSON.parse(first.stdout).required]).toEqual([1, "minor"]);
      const text = readFileSync(join(folder, "p/p.yaml"), "utf8");
      expect(
        (await run(folder, "version", "bump", "--base", "main", "--candidate", "p", "--dry-run"))
          .stdout,
      ).toBe("would raise Policy p from 1.0.0 to 1.1.0 in p/p.yaml\n");
      expect(readFileSync(join(folder, "p/p.yaml"), "utf8")).toBe(text);
      expect(
        (await run(folder, "version", "bump", "--base", "main", "--candidate", "p")).status,
      ).toBe(0);
      expect(readFileSync(join(folder, "p/p.yaml"), "utf8")).toBe(
        text.replace("version: 1.0.0", "version: 1.1.0"),
      );
      const second = await run(
        folder,
        "version",
        "check",
        "--candidate",
        "p",
        "--format",
        "markdown",
      );
      expect([second.status, second.stdout.split("\n")[0]]).toEqual([
        0,
        "### agentz version check: ok",
      ]);
      expect(
        (await run(folder, "version", "bump", "--base", "main", "--candidate", "p")).stdout,
      ).toBe("no version needs to be raised\n");
    },
  );

  it("a base that is none is told once, as JSON too", async () => {
    const folder = repository();
    const done = await run(
      folder,
      "version",
      "check",
      "--base",
      "nowhere",
      "--candidate",
      "p",
      "--format",
      "json",
    );
    expect([done.status, JSON.parse(done.stdout).error.code]).toEqual([2, "git-ref"]);
  });
});

describe("agentz diff", () => {
  it("design 11.3: exit 0 on changes, whatever the two versions are given as", async () => {
    const folder = repository();
    edit(folder, lower);
    expect(
      (await run(folder, "bundle", "build", "--candidate", "git:main:p", "--output", "old.agentz"))
        .status,
    ).toBe(0);
    for (const before of ["main", "git:main", "git:main:p", "old.agentz"]) {
      const done = await run(folder, "diff", before, "p", "--format", "json");
      expect([before, done.status, done.stderr]).toEqual([before, 0, ""]);
      expect(JSON.parse(done.stdout).outcomes[0].sentence).toBe(
        "calls of `payments/refund` with `args.amount` above 30 and up to 100, by anyone, now need one " +
          "approval, and were allowed (no approval recorded yet)",
      );
    }
    expect((await run(folder, "diff", "p", "p")).stdout).toMatch(
      /^p and p have the same meaning\n {2}p\/p\.yaml is read by both sets: its changes are not compared;/,
    );
  });
});

describe("agentz bundle", () => {
  async function bundled(folder: string, output = "b.agentz"): Promise<Done> {
    return run(
      folder,
      "bundle",
      "build",
      "--candidate",
      "p",
      "--output",
      output,
      "--evidence",
      "lint",
    );
  }

  it("design 10.3: the same inputs are the same bytes, wherever the folder stands", async () => {
    const folder = repository();
    const other = scratch();
    git(other, "clone", "-q", folder, "deeper/down");
    expect((await bundled(folder)).status).toBe(0);
    const there = join(other, "deeper/down");
    await bundled(there);
    expect(
      readFileSync(join(there, "b.agentz")).equals(readFileSync(join(folder, "b.agentz"))),
    ).toBe(true);
    const { manifest } = JSON.parse(readFileSync(join(folder, "b.agentz"), "utf8"));
    expect(manifest.provenance).toMatchObject({
      commit: git(folder, "rev-parse", "HEAD"),
      dirty: false,
    });
  });

  it("says where the files are not those of the commit", async () => {
    const folder = repository();
    edit(folder, (text) => `# note\n${text}`);
    await bundled(folder);
    expect(
      JSON.parse(readFileSync(join(folder, "b.agentz"), "utf8")).manifest.provenance.dirty,
    ).toBe(true);
  });

  it("loads wherever a folder does", async () => {
    const folder = repository();
    await bundled(folder);
    const done = await run(
      folder,
      "replay",
      "--baseline",
      "b.agentz",
      "--candidate",
      "p",
      "--trace",
      join(folder, "t.jsonl"),
      "--format",
      "json",
    );
    const { baseline, candidate, changes } = JSON.parse(done.stdout);
    expect([done.status, baseline.digest, changes.unchanged]).toEqual([0, candidate.digest, 3]);
    writeFileSync(join(folder, "request.json"), JSON.stringify(EVENTS[0]));
    expect(
      JSON.parse(
        (await run(folder, "decide", "request.json", "--candidate", "b.agentz", "--format", "json"))
          .stdout,
      ).decision.effect,
    ).toBe("allow");
    const beside = await run(
      folder,
      "decide",
      "request.json",
      "--candidate",
      "b.agentz",
      "--candidate",
      "p",
    );
    expect([beside.status, beside.stderr]).toEqual([
      2,
      expect.stringContaining("cannot combine it"),
    ]);
  });

  it("keygen writes a secret that only its owner reads, and never over one", async () => {
    const folder = repository();
    const done = await run(folder, "bundle", "keygen", "k");
    expect([done.status, done.stdout]).toEqual([
      0,
      expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/),
    ]);
    expect(statSync(join(folder, "k.pem")).mode & 0o077).toBe(0);
    const secret = readFileSync(join(folder, "k.pem"), "utf8");
    expect((await run(folder, "bundle", "keygen", "k")).status).toBe(2);
    expect(readFileSync(join(folder, "k.pem"), "utf8")).toBe(secret);
  });

  it(
    "sign, verify, and what is refused: another key, missing evidence, a changed byte, a packed " +
      "file, none at all",
    async () => {
      const folder = repository();
      await bundled(folder);
      for (const name of ["k", "other"]) await run(folder, "bundle", "keygen", name);
      expect((await run(folder, "bundle", "sign", "b.agentz", "--key", "k.pem")).status).toBe(0);
      const verify = (...more: readonly string[]): Promise<Done> =>
        run(folder, "bundle", "verify", "b.agentz", "--format", "json", ...more);
      expect((await verify("--key", "k.pub.pem", "--require", "lint")).status).toBe(0);
      expect(
        JSON.parse((await verify("--require", "lint")).stdout).problems.map(
          (one: { code: string }) => one.code,
        ),
      ).toEqual(["unsigned-evidence"]);
      const wrong = await verify("--key", "other.pub.pem", "--require", "test,gate");
      expect([
        wrong.status,
        JSON.parse(wrong.stdout).problems.map((one: { code: string }) => one.code),
      ]).toEqual([1, ["missing-evidence", "missing-evidence", "wrong-key"]]);
      const bytes = readFileSync(join(folder, "b.agentz"));
      for (const changed of [
        Buffer.from(bytes.toString("utf8").replace("allow", "deny ")),
        execFileSync("gzip", ["-c"], { input: bytes }),
        Buffer.alloc(0),
        Buffer.from([0xff, 0xfe]),
      ]) {
        writeFileSync(join(folder, "b.agentz"), changed);
        const done = await verify();
        expect([done.status, JSON.parse(done.stdout).ok]).toEqual([1, false]);
        expect(
          (
            await run(
              folder,
              "replay",
              "--baseline",
              "b.agentz",
              "--candidate",
              "p",
              "--trace",
              join(folder, "t.jsonl"),
            )
          ).status,
        ).toBe(2);
        expect((await run(folder, "bundle", "sign", "b.agentz", "--key", "k.pem")).status).toBe(1);
      }
      expect((await run(folder, "bundle", "verify", "none.agentz")).status).toBe(2);
    },
  );

  it.skipIf(lacks("posix"))(
    "a private key that others can read or write signs nothing, unless it comes by standard input",
    async () => {
      const folder = repository();
      await run(folder, "bundle", "build", "--candidate", "p", "--output", "b.agentz");
      await run(folder, "bundle", "keygen", "k");
      for (const mode of [0o666, 0o644, 0o640, 0o604, 0o620, 0o601]) {
        chmodSync(join(folder, "k.pem"), mode);
        for (const argv of [
          ["sign", "b.agentz"],
          ["build", "--candidate", "p", "--output", "c.agentz"],
        ]) {
          const done = await run(folder, "bundle", ...argv, "--key", "k.pem");
          expect([mode, done.status, done.stderr]).toEqual([
            mode,
            2,
            expect.stringMatching(/other users can read or write .*\n.*chmod 600/),
          ]);
        }
      }
      expect(existsSync(join(folder, "c.agentz"))).toBe(false);
      for (const mode of [0o600, 0o400]) {
        chmodSync(join(folder, "k.pem"), mode);
        expect((await run(folder, "bundle", "sign", "b.agentz", "--key", "k.pem")).status).toBe(0);
      }
      for (const [name, why] of [
        ["none.pem", /it does not exist/],
        ["p", /it is a folder/],
        ["b.agentz", /other users can read or write/],
        ["k.pub.pem", /other users can read or write/],
      ] as const) {
        expect([
          name,
          (await run(folder, "bundle", "sign", "b.agentz", "--key", name)).stderr,
        ]).toEqual([name, expect.stringMatching(why)]);
      }
    },
  );

  const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
tests: [{ name: looks, call: { subject: { type: agent, id: a },
  action: { server: crm, name: lookup } }, expect: { effect: allow } }]
`;
  const config = (folder: string): string =>
    `candidate: [p]\nbaseline: ['git:HEAD']\ntrace: [${join(folder, "t.jsonl")}]\ntests: ` +
    "[tests]\ngate: { widened: 0 }\n";

  /** A folder that everything can be proved of, and a key. */
  async function provable(): Promise<string> {
    const folder = repository();
    mkdirSync(join(folder, "tests"));
    writeFileSync(join(folder, "tests/s.yaml"), SUITE);
    writeFileSync(join(folder, "agentz.yaml"), config(folder));
    await run(folder, "bundle", "keygen", "k");
    return folder;
  }

  it("makes the evidence itself, and the same evidence is the same bytes", async () => {
    const folder = await provable();
    const build = (output: string, kinds: string): Promise<Done> =>
      run(
        folder,
        "bundle",
        "build",
        "--output",
        output,
        "--evidence",
        kinds,
        "--key",
        "k.pem",
        "--no-index",
      );
    const done = await build("b.agentz", "lint,test,version,gate");
    expect([done.status, done.stderr]).toEqual([0, ""]);
    const required = ["lint", "test", "version", "replay", "gate"];
    expect(
      (
        await run(
          folder,
          "bundle",
          "verify",
          "b.agentz",
          "--key",
          "k.pub.pem",
          "--require",
          required.join(","),
        )
      ).status,
    ).toBe(0);
    expect(
      (await run(folder, "bundle", "verify", "b.agentz", "--key", "k.pub.pem", "--require", "ci"))
        .stdout,
    ).toContain("there is no evidence of a passed ci");
    await build("again.agentz", "gate,version,test,lint");
    expect(
      readFileSync(join(folder, "again.agentz")).equals(readFileSync(join(folder, "b.agentz"))),
    ).toBe(true);
    await build("ci.agentz", "ci");
    expect(
      (
        await run(
          folder,
          "bundle",
          "verify",
          "ci.agentz",
          "--key",
          "k.pub.pem",
          "--require",
          [...required, "ci"].join(","),
        )
      ).status,
    ).toBe(0);
  });

  it("a document that is handed in is no evidence, and the error says what to write instead", async () => {
    const folder = await provable();
    const { digest } = JSON.parse((await run(folder, "lint", "p", "--format", "json")).stdout);
    const steps = ["lint", "test", "version", "replay"].map((name) => ({ name, status: "passed" }));
    writeFileSync(
      join(folder, "forged.json"),
      JSON.stringify({
        schemaVersion: 1,
        command: "ci",
        passed: true,
        candidate: { digest },
        steps,
        replay: { gate: { passed: true, checks: [1] } },
      }),
    );
    for (const kind of [
      "forged.json",
      "./forged.json",
      "lint,forged.json",
      "lint=forged.json",
      "",
      "all",
      "LINT",
    ]) {
      const done = await run(
        folder,
        "bundle",
        "build",
        "--candidate",
        "p",
        "--output",
        "f.agentz",
        "--evidence",
        kind,
      );
      expect([kind, done.status, done.stderr]).toEqual([
        kind,
        2,
        expect.stringContaining("You cannot pass a file"),
      ]);
    }
    expect(existsSync(join(folder, "f.agentz"))).toBe(false);
  });

  it("no bundle is built where what was asked for does not pass, or cannot be run", async () => {
    const folder = await provable();
    const build = (...argv: readonly string[]): Promise<Done> =>
      run(folder, "bundle", "build", "--output", "f.agentz", "--no-index", ...argv);
    const refused = async (
      status: number,
      why: string,
      ...argv: readonly string[]
    ): Promise<void> => {
      const done = await build(...argv);
      expect([argv, done.status, done.stderr]).toEqual([
        argv,
        status,
        expect.stringContaining(why),
      ]);
    };
    edit(folder, (text) => text.replaceAll("100.0", "500.0"));
    await refused(1, "version failed", "--evidence", "version");
    writeFileSync(join(folder, "t.jsonl"), jsonl(EVENTS).replace('"amount":40', '"amount":140'));
    await refused(1, "replay failed", "--evidence", "gate");
    await refused(1, "version failed", "--evidence", "ci", "--candidate", "p");
    await refused(2, "it has to be name=limit", "--evidence", "gate", "--gate", "widened=1e400");
    writeFileSync(
      join(folder, "agentz.yaml"),
      config(folder).replace("widened: 0", "widened: 1e400"),
    );
    await refused(2, "JSON has no number `1e400`", "--evidence", "gate");
    writeFileSync(join(folder, "agentz.yaml"), config(folder).replace(/tests:.*\n.*\n/, ""));
    await refused(2, "there is no gate", "--evidence", "gate");
    await refused(1, "test failed: required, but there is nothing to do", "--evidence", "test");
    await refused(2, "replay cannot be run", "--evidence", "replay", "--trace", "none.jsonl");
    writeFileSync(join(folder, "agentz.yaml"), config(folder));
    writeFileSync(join(folder, "tests/s.yaml"), SUITE.replace("effect: allow", "effect: deny"));
    await refused(1, "test failed", "--evidence", "lint,test");
    edit(folder, (text) => text.replace("rules:", "rulez:"));
    await refused(2, "does not load", "--evidence", "test");
    await refused(1, "lint failed", "--evidence", "lint");
    expect(existsSync(join(folder, "f.agentz"))).toBe(false);
  });

  it.skipIf(lacks("openssl"))("the signature verifies with openssl", async () => {
    const folder = repository();
    await bundled(folder);
    await run(folder, "bundle", "keygen", "k");
    await run(folder, "bundle", "sign", "b.agentz", "--key", "k.pem");
    await run(
      folder,
      "bundle",
      "inspect",
      "b.agentz",
      "--payload",
      "payload",
      "--signature",
      "sig",
    );
    const check = (): number | null =>
      spawnSync(
        "openssl",
        [
          "pkeyutl",
          "-verify",
          "-pubin",
          "-inkey",
          "k.pub.pem",
          "-rawin",
          "-in",
          "payload",
          "-sigfile",
          "sig",
        ],
        { cwd: folder },
      ).status;
    expect(check()).toBe(0);
    writeFileSync(join(folder, "payload"), `${readFileSync(join(folder, "payload"), "utf8")} `);
    expect(check()).not.toBe(0);
  });

  it("inspect prints a file of it", async () => {
    const folder = repository();
    await bundled(folder);
    expect(
      (await run(folder, "bundle", "inspect", "b.agentz", "--show", "set/p.yaml")).stdout,
    ).toBe(POLICY);
  });
});

describe("agentz blame", () => {
  it("finds the commits that changed the decision, and none that did not", async () => {
    const folder = repository();
    edit(folder, (text) => `# note\n${text}`, "a comment");
    edit(folder, lower, "lower the bound");
    edit(folder, (text) => text.replace("rules:", "rulez:"), "break it");
    edit(folder, (text) => text.replace("rulez:", "rules:"), "fix it");
    edit(folder, (text) => text.replace("crm/lookup", "crm/look"), "another rule");
    const done = await run(
      folder,
      "blame",
      "s/1",
      "--trace",
      join(folder, "t.jsonl"),
      "--candidate",
      "p",
      "--format",
      "json",
    );
    const { changes, now, broken, commits } = JSON.parse(done.stdout);
    expect([done.status, done.stderr, now.effect, broken.length, commits]).toEqual([
      0,
      "",
      "require_approval",
      1,
      6,
    ]);
    expect(
      changes.map(
        (one: {
          subject: string;
          before: { effect: string } | null;
          after: { effect: string };
        }) => [one.subject, one.before?.effect ?? null, one.after.effect],
      ),
    ).toEqual([
      ["lower the bound", "allow", "require_approval"],
      ["first", null, "allow"],
    ]);
    edit(folder, (text) =>
      text.replace("id: pay, effect: require_approval", "id: pay, effect: deny"),
    );
    const dirty = JSON.parse(
      (
        await run(
          folder,
          "blame",
          "s/1",
          "--trace",
          join(folder, "t.jsonl"),
          "--candidate",
          "p",
          "--format",
          "json",
        )
      ).stdout,
    );
    expect(dirty.changes[0]).toMatchObject({
      commit: "working tree",
      before: { effect: "require_approval" },
      after: { effect: "deny" },
    });
  });

  it("replays the session up to the event where the policies keep state", async () => {
    const state = `session: { labels: [{ name: looked, when: "action.name == 'lookup'" }] }\n`;
    const folder = repository();
    edit(
      folder,
      (text) =>
        text
          .replace("rules:", `${state}rules:`)
          .replace("args.amount <= 100.0", "'looked' in session.labels"),
      "ask for a lookup",
    );
    const { changes } = JSON.parse(
      (
        await run(
          folder,
          "blame",
          "s/1",
          "--trace",
          join(folder, "t.jsonl"),
          "--candidate",
          "p",
          "--format",
          "json",
        )
      ).stdout,
    );
    expect(changes.map((one: { subject: string }) => one.subject)).toEqual(["first"]);
  });

  it("says that history is cut in a shallow clone, and blames no commit for what was before it", async () => {
    const folder = repository();
    edit(folder, lower, "lower the bound");
    edit(folder, (text) => `# note\n${text}`, "a comment");
    const blamed = async (depth: number): Promise<readonly [unknown, string]> => {
      const clone = join(folder, `clone-${depth}`);
      git(folder, "clone", "-q", `--depth=${depth}`, `file://${folder}`, clone);
      const ask = ["blame", "s/1", "--trace", join(folder, "t.jsonl"), "--candidate", "p"];
      const { changes, cut, shallow } = JSON.parse(
        (await run(clone, ...ask, "--format", "json")).stdout,
      );
      return [
        [changes.map((one: { subject: string }) => one.subject), cut, shallow],
        (await run(clone, ...ask)).stdout,
      ];
    };
    expect(await blamed(1)).toEqual([
      [[], true, true],
      expect.stringContaining(
        "this clone is shallow: older commits may have changed the decision; `git fetch --unshallow`",
      ),
    ]);
    expect(await blamed(2)).toEqual([
      [[], true, true],
      expect.stringContaining("no commit of this clone changed the decision"),
    ]);
    expect(await blamed(9)).toEqual([
      [["lower the bound", "first"], false, false],
      expect.not.stringContaining("shallow"),
    ]);
  });

  it("tells an event that is not there", async () => {
    const folder = repository();
    const done = await run(
      folder,
      "blame",
      "s/9",
      "--trace",
      join(folder, "t.jsonl"),
      "--candidate",
      "p",
    );
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining("did you mean")]);
  });
});

describe("agentz replay --baseline recorded-policy", () => {
  async function digestOf(folder: string, ref: string): Promise<string> {
    writeFileSync(join(folder, "request.json"), JSON.stringify(EVENTS[0]));
    return JSON.parse(
      (await run(folder, "decide", "request.json", "--candidate", ref, "--format", "json")).stdout,
    ).digest;
  }

  const decided = (digest: string, effects: readonly string[]): string =>
    jsonl(
      EVENTS.map((event, i) => ({ ...event, decision: { effect: effects[i], policy: digest } })),
    );

  it("finds the commit or the bundle that had the digest, and tells what does not fit", async () => {
    const folder = repository();
    const digest = await digestOf(folder, "p");
    edit(folder, lower, "lower");
    writeFileSync(join(folder, "t.jsonl"), decided(digest, ["allow", "deny", "deny"]));
    const replay = (): Promise<Done> =>
      run(
        folder,
        "replay",
        "--baseline",
        "recorded-policy",
        "--candidate",
        "p",
        "--trace",
        join(folder, "t.jsonl"),
        "--format",
        "json",
      );
    const byCommit = await replay();
    const first = JSON.parse(byCommit.stdout);
    expect([byCommit.status, first.baseline.digest, first.baseline.ref]).toEqual([
      0,
      digest,
      `recorded-policy git:${git(folder, "rev-parse", "HEAD~1")}`,
    ]);
    expect(first.recordedPolicy).toMatchObject({ mismatches: 1, example: "s/1" });
    expect(byCommit.stderr).toContain(
      "1 recorded decision different from what the named policies decide, the first at s/1",
    );
    await run(folder, "bundle", "build", "--candidate", "git:HEAD~1:p", "--output", "old.agentz");
    expect(JSON.parse((await replay()).stdout).baseline.ref).toBe("recorded-policy old.agentz");
  });

  it("a digest that nothing has, and a trace that names none, are told", async () => {
    const folder = repository();
    const replay = (): Promise<Done> =>
      run(
        folder,
        "replay",
        "--baseline",
        "recorded-policy",
        "--candidate",
        "p",
        "--trace",
        join(folder, "t.jsonl"),
      );
    expect(await replay()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("names the policies that made it"),
    });
    writeFileSync(join(folder, "t.jsonl"), decided("sha256:gone", ["allow", "allow", "allow"]));
    expect(await replay()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no bundle here and no commit of p has them"),
    });
  });
});
