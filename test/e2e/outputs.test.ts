import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runInProcess } from "./in-process.ts";
import { EVENTS, jsonl, POLICY, ROOT, scratch, type Done } from "./agentz.ts";
import { lacks } from "../needs.ts";

const AGENTZ = `'${process.execPath}' '${join(ROOT, "bin/agentz.js")}'`;

/** Runs a line of the shell in a folder, in which `agentz` is the built command. */
function sh(folder: string, line: string): Done {
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["-c", `agentz() { ${AGENTZ} "$@"; }; ${line}`],
    {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, TMPDIR: folder, NO_COLOR: "1" },
    },
  );
  return { status, stdout, stderr };
}

const CATALOG =
  "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\nunregistered: policy\n";
const STRICT = POLICY.replace("pay-little, effect: allow", "pay-little, effect: deny");
const record = {
  request: {
    subject: { type: "user", id: "jane" },
    action: { name: "lookup" },
    resource: { type: "order", id: "1" },
  },
  response: { decision: true },
};
const trace = (copies: number): string =>
  jsonl(
    Array.from({ length: copies }, (_, n) =>
      EVENTS.map((event) => ({ ...event, id: `${n}/${event.id}`, session: `${n}` })),
    ).flat(),
  );
const FILES = {
  "p.yaml": POLICY,
  "old.yaml": STRICT,
  "c.yaml": CATALOG,
  "t.jsonl": trace(300),
  "a.jsonl": jsonl([record]).repeat(900),
  out: "old\n",
};

const REPLAY = "agentz replay --candidate p.yaml --baseline old.yaml --trace t.jsonl --no-index";
/** Lines that write more than a file may have here, each to `out`. */
const LARGE: readonly string[] = [
  "agentz trace sort t.jsonl -o out",
  "agentz trace redact t.jsonl --candidate p.yaml -o out",
  "agentz trace authzen t.jsonl -o out",
  "agentz import authzen a.jsonl -o out",
  `${REPLAY} --decisions out`,
  "agentz report --candidate p.yaml --baseline old.yaml --trace t.jsonl --no-index --format html --output out",
];

describe("what cannot be written is a message and status 2, and what is there stays", () => {
  it.each(LARGE)("where a file may not be so large: %s", (line) => {
    const folder = scratch(FILES);
    const { status, stdout, stderr } = sh(folder, `ulimit -f 8; ${line}`);
    expect([status, stdout, stderr]).toEqual([
      2,
      "",
      expect.stringMatching(
        new RegExp(
          String.raw`^agentz: \x60out` +
            String.raw`\x60 cannot be written: it would be larger than the largest allowed file` +
            String.raw`\n {2}help: free some space`,
          "m",
        ),
      ),
    ]);
    expect([readFileSync(join(folder, "out"), "utf8"), readdirSync(folder).sort()]).toEqual([
      "old\n",
      Object.keys(FILES).sort(),
    ]);
  });

  it("where the temporary files of a sort find no room", () => {
    const folder = scratch({ ...FILES, "t.jsonl": trace(6000) });
    const { status, stderr } = sh(
      folder,
      "ulimit -f 300; agentz trace sort t.jsonl --memory 1 -o out",
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /agentz: `a temporary file in .*` cannot be written: it would be larger/,
      ),
    ]);
    expect(readdirSync(folder).sort()).toEqual(Object.keys(FILES).sort());
  });

  it.skipIf(lacks("full-device"))(
    "on a full disk, and for standard output and standard error too",
    () => {
      const folder = scratch(FILES);
      for (const line of LARGE.slice(3, 5))
        expect([line, sh(folder, line.replace(/\bout$/, "/dev/full")).status]).toEqual([line, 2]);
      for (const line of [
        `${REPLAY} --format json`,
        "agentz lint p.yaml",
        "agentz --help",
        "agentz --version",
        "agentz trace sort t.jsonl",
        `${REPLAY} --decisions -`,
        "agentz nonsense --format json",
      ]) {
        const { status, stderr } = sh(folder, `${line} > /dev/full`);
        expect([line, status, stderr]).toEqual([
          line,
          2,
          expect.not.stringMatching(/^\s+at |node:|throw /m),
        ]);
      }
      expect(sh(folder, `${REPLAY} --gate narrowed=0 2> /dev/full`).status).toBe(0);
      expect(sh(folder, `${REPLAY} --gate widened=0 2> /dev/full`).status).toBe(1);
    },
  );

  it("to a folder that does not exist or is a file, a folder itself, a link", async () => {
    const folder = scratch(FILES);
    mkdirSync(join(folder, "sub"));
    for (const [path, why] of [
      ["none/out", "its folder does not exist"],
      ["out/out", "its folder does not exist"],
      ["sub", "is a folder"],
    ] as const) {
      const { status, stderr } = await runInProcess(folder, {}, [
        "trace",
        "sort",
        "t.jsonl",
        "-o",
        path,
      ]);
      expect([path, status, stderr]).toEqual([path, 2, expect.stringContaining(why)]);
    }
  });

  it.skipIf(lacks("plain-user"))("to a folder that can only be read (root may write there)", () => {
    const folder = scratch(FILES);
    const { status, stderr } = sh(
      folder,
      "mkdir sub; chmod 500 sub; agentz trace sort t.jsonl -o sub/out",
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /`sub\/out` cannot be written: no permission\n {2}help: .*the folder has to be writable/,
      ),
    ]);
  });
});

describe("a command that fails leaves what is there", () => {
  it.each([
    "trace sort bad -o out",
    "trace merge bad -o out",
    "trace redact bad --candidate p.yaml -o out",
    "trace authzen bad -o out",
    "import authzen bad -o out",
    "catalog infer bad --output out",
    "replay --candidate p.yaml --baseline p.yaml --trace bad --no-index --decisions out",
  ])("%s", async (line) => {
    const folder = scratch({ ...FILES, bad: "no json\n" });
    const { status } = await runInProcess(folder, {}, line.split(" "));
    expect([status, readFileSync(join(folder, "out"), "utf8"), readdirSync(folder).sort()]).toEqual(
      [2, "old\n", [...Object.keys(FILES), "bad"].sort()],
    );
  });
});

describe("what goes away while it is read", () => {
  it("a working folder is named by no dump of the runtime", () => {
    const folder = scratch();
    for (const [line, status] of [
      ["agentz lint p.yaml", 2],
      ["agentz replay --format json --debug", 2],
      ["agentz --version", 0],
    ] as const) {
      const done = sh(folder, `mkdir gone; cd gone; rmdir ../gone; ${line}`);
      expect([line, done.status, done.stderr]).toEqual([
        line,
        status,
        expect.not.stringMatching(/uv_cwd|node:internal/),
      ]);
      if (status === 2)
        expect(done.stderr).toMatch(
          /^agentz: the working folder no longer exists\n {2}help: change to another folder$/m,
        );
    }
  });

  it("a trace, whose name is told", async () => {
    const folder = scratch(FILES);
    rmSync(join(folder, "t.jsonl"));
    for (const args of [
      ["trace", "stats", "t.jsonl"],
      ["replay", "--candidate", "p.yaml", "--baseline", "p.yaml", "--trace", "t.jsonl"],
    ]) {
      const { status, stderr } = await runInProcess(folder, {}, args);
      expect([status, stderr]).toEqual([2, expect.stringMatching(/`t.jsonl` does not exist/)]);
    }
  });
});

describe("a pipe that its reader closes", () => {
  it("is no error, and ends what only writes lines", () => {
    const folder = scratch({
      ...FILES,
      "t.jsonl": trace(800),
      "a.jsonl": jsonl([record]).repeat(2400),
    });
    for (const line of [
      "agentz trace sort t.jsonl",
      "agentz import authzen a.jsonl",
      "agentz trace redact t.jsonl --candidate p.yaml",
      `${REPLAY} --decisions -`,
    ]) {
      const { stdout, stderr } = sh(folder, `{ ${line}; echo "status $?" >&2; } | head -1`);
      expect([line, stdout.split("\n").length, stderr]).toEqual([
        line,
        2,
        expect.stringMatching(/status 0\n$/),
      ]);
      expect(stderr).not.toMatch(/EPIPE|agentz:/);
    }
  });

  it("changes no verdict: what a gate says is its exit status", () => {
    const folder = scratch(FILES);
    const { stderr } = sh(
      folder,
      `{ ${REPLAY} --decisions - --gate widened=0; echo "status $?" >&2; } | head -1`,
    );
    expect(stderr).toMatch(/status 1\n$/);
  });
});

describe("several at once", () => {
  it("write one file, and it is that of one of them, whole", async () => {
    const folder = scratch(FILES);
    const shares = ["0.2", "0.5", "0.9"];
    const run = (share: string, to: string): Promise<number | null> => {
      const child = spawn(
        process.execPath,
        [join(ROOT, "bin/agentz.js"), "trace", "sample", "t.jsonl", "--share", share, "-o", to],
        { cwd: folder, stdio: "ignore" },
      );
      return new Promise((resolve) => child.on("close", resolve));
    };
    expect(await Promise.all(shares.map((share) => run(share, "out")))).toEqual([0, 0, 0]);
    await Promise.all(shares.map((share) => run(share, share)));
    expect(shares.map((share) => readFileSync(join(folder, share), "utf8"))).toContain(
      readFileSync(join(folder, "out"), "utf8"),
    );
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(FILES), ...shares].sort());
  });
});

describe("--debug", () => {
  it("prints a stack in which nothing acts on a terminal or a log, and keeps the status", async () => {
    const folder = scratch(FILES);
    const evil = "\u001b[2J\n::error::x\u202e.yaml";
    writeFileSync(join(folder, "agentz.yaml"), "candidate: [p.yaml]\n");
    const { status, stderr } = await runInProcess(folder, {}, ["lint", evil, "--debug"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^ +at /m);
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^::error/m);
  });
});

describe("what is told on standard error", () => {
  const EVIL = "\u001b[2J\u202e::error::";
  const SET =
    "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules: [{ id: look, effect: " +
    "allow, actions: [crm/lookup] }]\n";
  it.each([
    ["trace", "sort", `${EVIL}.jsonl`, "-o", "out"],
    ["trace", "merge", `${EVIL}.jsonl`, "-o", "out"],
    ["bundle", "keygen", EVIL],
    ["test", "--candidate", "p.yaml", "--pin", "t.jsonl", "--event", "s/0", "-o", `${EVIL}.yaml`],
    [
      "replay",
      "--candidate",
      "p.yaml",
      "--baseline",
      "p.yaml",
      "--trace",
      `${EVIL}.jsonl`,
      "--decisions",
      `${EVIL}/out`,
    ],
  ])("acts on nothing: %s %s", async (...args) => {
    const folder = scratch({
      "p.yaml": SET,
      "t.jsonl": jsonl(EVENTS),
      [`${EVIL}.jsonl`]: `${jsonl(EVENTS)}{"${EVIL}\n`,
    });
    const { stderr } = await runInProcess(folder, {}, args);
    expect(stderr).toMatch(/\\u\{1b\}\[2J/);
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^::error/m);
  });
});
