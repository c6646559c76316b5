import { execFileSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { streamText } from "../../src/node/text-file.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "../suite/run-command.ts";

const POLICY =
  "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: ok, effect: " +
  "allow, actions: [a/b] }\n";
const CATALOG =
  "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ndata: { who: { file: who.yaml } }\n";
const SUITE =
  "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests:\n  - { name: n, call: { action: { name: " +
  "b } }, expect: { effect: deny } }\n";
const REQUEST = "subject: { type: agent, id: a }\naction: { server: a, name: b }\n";

const FILES: { readonly [name: string]: string } = {
  "p.yaml": POLICY,
  "c.yaml": CATALOG,
  "who.yaml": "[a, b]\n",
  "s.yaml": SUITE,
  "r.yaml": REQUEST,
  "t.jsonl": '{"id":"1","action":{"name":"b"}}\n',
  "conf.yaml": "candidate: [p.yaml]\n",
  "m.yaml": "name: x\nevent: { id: record.id }\n",
  "old.json": "{}",
};

const MIB = 1024 * 1024;

/** The files, one of them grown to more bytes than may be. */
function grown(name: string, bytes: number): string {
  const folder = scratch(FILES);
  truncateSync(join(folder, name), bytes);
  return folder;
}

const TOO_LARGE: readonly (readonly [name: string, argv: readonly string[]])[] = [
  ["p.yaml", ["lint", "p.yaml"]],
  ["p.yaml", ["decide", "--candidate", "p.yaml", "r.yaml"]],
  ["p.yaml", ["diff", "p.yaml", "c.yaml"]],
  ["c.yaml", ["lint", "p.yaml", "c.yaml"]],
  ["s.yaml", ["test", "p.yaml", "s.yaml"]],
  ["r.yaml", ["decide", "--candidate", "p.yaml", "r.yaml"]],
  ["r.yaml", ["explain", "--candidate", "p.yaml", "r.yaml"]],
  ["conf.yaml", ["lint", "--config", "conf.yaml"]],
  ["conf.yaml", ["decide", "--config", "conf.yaml", "r.yaml"]],
  ["m.yaml", ["import", "generic", "t.jsonl", "--mapping", "m.yaml"]],
];

describe("texts that are read whole have a bound (design 11.5)", () => {
  it.each(TOO_LARGE)("%s in `%s`", async (name, argv) => {
    const folder = grown(name, 8 * MIB + 1);
    const words = argv.map((word) => (word.endsWith(".jsonl") ? join(folder, word) : word));
    const { status, stdout, stderr } = await run(folder, ...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`\`${name}\` cannot be read: it has more than 8 MiB`);
    expect(stderr).toMatch(
      /split it into several files|check the path: a file of this kind is small/,
    );
  });

  it("an earlier report may be larger, and has a bound too", async () => {
    const folder = grown("old.json", 64 * MIB + 1);
    const { status, stderr } = await run(
      folder,
      "coverage",
      "--candidate",
      "p.yaml",
      "--since-report",
      "old.json",
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("`old.json` cannot be read: it has more than 64 MiB"),
    ]);
  });

  it("data in YAML has the bound of YAML, and the way out is said", async () => {
    const { status, stdout } = await run(
      grown("who.yaml", 8 * MIB + 1),
      "lint",
      "p.yaml",
      "c.yaml",
    );
    expect(status).toBe(1);
    expect(stdout).toContain("it is YAML and has more than 8 MiB; write it as CSV or JSON");
  });

  it("all files of a set together", async () => {
    const folder = scratch({});
    const filler = `${POLICY}# ${"x".repeat(7 * MIB)}\n`;
    mkdirSync(join(folder, "set"));
    for (const name of ["a", "b", "c", "d", "e"])
      writeFileSync(
        join(folder, "set", `${name}.yaml`),
        filler.replace("name: p", `name: ${name}`),
      );
    const { status, stderr } = await run(folder, "lint", "set");
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("`set` cannot be read: its files have more than 32 MiB together"),
    ]);
  });

  it("in a commit too", async () => {
    const folder = grown("p.yaml", 8 * MIB + 1);
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: folder,
        stdio: "ignore",
      });
    git("init", "-q");
    git("add", "p.yaml");
    git("commit", "-qm", "a");
    const { status, stderr } = await run(folder, "lint", "git:HEAD:p.yaml");
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("p.yaml` cannot be read: it has more than 8 MiB"),
    ]);
  });

  it("a stream without end is left where the bound is passed", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given++;
        yield new Uint8Array(MIB);
      }
    }
    await expect(streamText("<stdin>", endless(), 3 * MIB)).rejects.toMatchObject({
      code: "unreadable",
      message: "`<stdin>` cannot be read: it has more than 3 MiB",
    });
    expect(given).toBe(4);
  });
});

/** A trace in another encoding, its name, and what a command says of it. */
async function said(
  bytes: Buffer,
  ...argv: readonly string[]
): Promise<readonly [status: number, stderr: string]> {
  const folder = scratch(FILES);
  writeFileSync(join(folder, "t.jsonl"), bytes);
  const { status, stderr } = await run(folder, ...argv.map((word) => word.replace("@", folder)));
  return [status, stderr];
}

describe("a trace in another encoding is named as such", () => {
  const text = '{"id":"1","action":{"name":"b"}}\n';
  const little = Buffer.from(text, "utf16le");
  const encodings: readonly (readonly [name: string, bytes: Buffer, called: string])[] = [
    ["UTF-16 with a mark", Buffer.from(`\ufeff${text}`, "utf16le"), "UTF-16"],
    ["UTF-16, big end first", Buffer.from(`\ufeff${text}`, "utf16le").swap16(), "UTF-16"],
    ["UTF-16 without a mark", little, "UTF-16"],
    [
      "UTF-32 with a mark",
      Buffer.concat([
        Buffer.from([0xff, 0xfe, 0, 0]),
        Buffer.from([...text].flatMap((c) => [c.charCodeAt(0), 0, 0, 0])),
      ]),
      "UTF-32",
    ],
  ];
  const commands: readonly (readonly string[])[] = [
    ["replay", "--candidate", "p.yaml", "--baseline", "recorded", "--trace", "@/t.jsonl"],
    ["trace", "validate", "@/t.jsonl"],
    ["trace", "stats", "@/t.jsonl"],
    ["lint", "p.yaml", "--trace", "@/t.jsonl"],
    ["explain", "1", "--candidate", "p.yaml", "--trace", "@/t.jsonl"],
    ["trace", "sort", "@/t.jsonl"],
  ];
  it.each(encodings)("%s", async (_, bytes, called) => {
    for (const argv of commands) {
      const [status, stderr] = await said(bytes, ...argv);
      expect([argv, status, stderr]).toEqual([
        argv,
        2,
        expect.stringMatching(
          new RegExp(`cannot read \`.*t\\.jsonl\`: it is ${called}, not UTF-8: save it as UTF-8`),
        ),
      ]);
    }
  });
});
