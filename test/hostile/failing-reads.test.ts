import { writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { withRunStore } from "../../src/node/run-store.ts";
import { CATALOG, DENY, git, run, type Done } from "../node/repositories.ts";
import { EVENTS, jsonl, scratch } from "../e2e/agentz.ts";
import { FailingReads } from "./failing-reads.ts";

const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
tests: [{ name: denied, call: { subject: { type: agent, id: a },
  action: { server: payments, name: refund }, args: { who: eve } }, expect: { effect: deny } }]
`;
const WORLD = `${CATALOG}agents: [{ id: a, owner: o, purpose: p, status: commissioned }]\n`;
const MAPPING =
  "apiVersion: agentz/v1\nkind: Mapping\nname: m\nevent: { id: record.id, action: { name: record.tool } }\n";
const CHAT = JSON.stringify([
  { role: "user", content: "go" },
  {
    role: "assistant",
    tool_calls: [
      { id: "c1", type: "function", function: { name: "lookup_order", arguments: "{}" } },
    ],
  },
]);

/** A folder with one of everything that is read. */
async function everything(): Promise<string> {
  const folder = scratch({
    "set/catalog.yaml": WORLD,
    "set/deep/deny.yaml": DENY,
    "set/banned.csv": "who\neve\n",
    "old/catalog.yaml": CATALOG,
    "old/banned.csv": "who\n",
    "tests/s.yaml": SUITE,
    "t.jsonl": jsonl(EVENTS),
    "traces/a.jsonl": jsonl(EVENTS.slice(0, 1)),
    "traces/deep/b.jsonl": jsonl(EVENTS.slice(1)),
    "labels.jsonl": '{"id":"s/0","labels":{"incident":true}}\n',
    "chat.json": CHAT,
    "mapping.yaml": MAPPING,
    "records.jsonl": '{"id":"1","tool":"pay"}\n',
    "r.json": JSON.stringify(EVENTS[0]),
  });
  writeFileSync(
    join(folder, "agentz.yaml"),
    `candidate: [set]\nbaseline: [old]\ntrace: ['${join(folder, "t.jsonl")}']\ntests: [tests]\nkeys: [k.pub.pem]\n`,
  );
  writeFileSync(join(folder, "packed.jsonl.gz"), gzipSync(jsonl(EVENTS)));
  await run(folder, "bundle", "keygen", "k");
  await run(
    folder,
    "bundle",
    "build",
    "--candidate",
    "set",
    "--output",
    "b.agentz",
    "--key",
    "k.pem",
  );
  writeFileSync(join(folder, "indexed.jsonl"), jsonl(EVENTS));
  await run(folder, "trace", "index", join(folder, "indexed.jsonl"), "--workers", "1");
  await run(
    folder,
    "coverage",
    "--format",
    "json",
    "--output",
    join(folder, "earlier.json"),
    "--no-index",
  );
  return folder;
}

/** Command lines that read one or more of the files, each by its own way; `@` is the folder. */
const READERS: readonly (readonly string[])[] = [
  ["lint", "--format", "json"],
  ["lint", "set", "--trace", "@/t.jsonl", "--format", "json"],
  ["decide", "r.json", "--format", "json"],
  ["decide", "--candidate", "b.agentz", "r.json", "--format", "json"],
  [
    "decide",
    "--candidate",
    "set/deep/deny.yaml",
    "--candidate",
    "set/catalog.yaml",
    "r.json",
    "--format",
    "json",
  ],
  ["test", "--format", "json"],
  ["explain", "r.json", "--format", "json"],
  ["explain", "s/1", "--trace", "@/t.jsonl", "--format", "json"],
  ["replay", "--format", "json", "--no-index"],
  ["replay", "--format", "json", "--no-index", "--trace", "@/traces", "--labels", "@/labels.jsonl"],
  ["replay", "--format", "json", "--no-index", "--trace", "@/packed.jsonl.gz"],
  ["replay", "--format", "json", "--workers", "1", "--trace", "@/indexed.jsonl"],
  ["coverage", "--format", "json", "--no-index", "--since-report", "earlier.json"],
  ["bundle", "verify", "b.agentz", "--format", "json"],
  ["bundle", "sign", "b.agentz", "--key", "k.pem", "--output", "signed.agentz", "--format", "json"],
  ["import", "chat", "@/chat.json"],
  ["import", "generic", "--mapping", "mapping.yaml", "@/records.jsonl"],
  ["trace", "stats", "@/traces", "--format", "json"],
  ["trace", "validate", "@/t.jsonl", "--format", "json"],
  ["trace", "sort", "@/t.jsonl"],
  ["trace", "merge", "@/traces"],
];

/** Command lines that read by the same ways: each fourth read fails. */
const OTHERS: readonly (readonly string[])[] = [
  [
    "replay",
    "--format",
    "json",
    "--no-index",
    "--trace",
    "@/traces/**/*.jsonl",
    "--baseline",
    "recorded",
  ],
  ["replay", "--format", "json", "--no-index", "--trace", "@/t.jsonl", "--candidate", "b.agentz"],
  ["ci", "--no-index", "--output", "json=-"],
  ["diff", "old", "set", "--format", "json"],
  ["version", "check", "--base", "old", "--format", "json"],
  ["bundle", "build", "--output", "again.agentz", "--evidence", "test", "--format", "json"],
  ["blast-radius", "--trace", "@/t.jsonl", "--format", "json"],
  ["who-can", "payments/refund", "--format", "json"],
  ["record-plan", "--trace", "@/t.jsonl", "--format", "json"],
  ["trace", "redact", "@/t.jsonl", "--salt", "s"],
  ["trace", "distil", "@/t.jsonl"],
  ["catalog", "check", "@/t.jsonl", "--format", "json"],
  ["catalog", "infer", "@/t.jsonl"],
];
const COMMANDS = [
  ...READERS.map((argv) => ({ name: argv.join(" "), argv, every: 1 })),
  ...OTHERS.map((argv) => ({ name: argv.join(" "), argv, every: 4 })),
];

describe("every read fails in turn", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await everything();
  });

  async function failing(
    argv: readonly string[],
    nth: number,
    code: string,
  ): Promise<{ readonly done: Done; readonly reads: FailingReads }> {
    const reads = new FailingReads(folder, nth, code);
    try {
      return { done: await run(folder, ...argv.map((arg) => arg.replace(/^@/, folder))), reads };
    } finally {
      reads.restore();
    }
  }

  it.each(COMMANDS)("agentz $name", async ({ argv, every }) => {
    const whole = await failing(argv, 0, "EIO");
    expect([0, 1]).toContain(whole.done.status);
    expect(whole.reads.calls.length).toBeGreaterThan(0);
    for (let nth = 1; nth <= whole.reads.calls.length; nth += every) {
      const code = nth % 2 === 0 ? "EMFILE" : "EIO";
      const { done, reads } = await failing(argv, nth, code);
      const call = reads.calls[nth - 1];
      // the document holds the digests of all that was read: what is the same lacks nothing
      if (
        call === undefined ||
        (done.status === whole.done.status && done.stdout === whole.done.stdout)
      )
        continue;
      const said = done.stdout + done.stderr;
      const named = [
        relative(folder, call.path),
        basename(call.path),
        basename(dirname(call.path)),
      ].some((name) => said.includes(name));
      expect([call.name, relative(folder, call.path), code, done.status, named]).toEqual([
        call.name,
        relative(folder, call.path),
        code,
        2,
        true,
      ]);
    }
  });

  it("a file that goes between its being found and its being read", async () => {
    const argv = ["decide", "r.json"];
    const { reads } = await failing(argv, 0, "ENOENT");
    const gone = reads.calls.flatMap(({ name, path }, i) =>
      name === "openSync" || name === "open" || name === "promises.readFile"
        ? [{ nth: i + 1, path }]
        : [],
    );
    expect(gone.map(({ path }) => relative(folder, path)).sort()).toEqual([
      "agentz.yaml",
      "r.json",
      "set/banned.csv",
      "set/catalog.yaml",
      "set/deep/deny.yaml",
    ]);
    for (const { nth, path } of gone) {
      const { done } = await failing(argv, nth, "ENOENT");
      expect([path, done.status, done.stdout, done.stderr]).toEqual([
        path,
        2,
        "",
        expect.stringContaining(basename(path)),
      ]);
    }
  });

  it("lines that a sort has laid down and that cannot be read again are an error", async () => {
    await withRunStore(async (store) => {
      const run = await store.keep(
        (async function* () {
          yield "a line";
        })(),
      );
      await store.drop(run);
      const read = async (): Promise<void> => {
        for await (const chunk of run.open()) expect(chunk).toBeUndefined();
      };
      await expect(read()).rejects.toThrow(/cannot read `a temporary file in .*`: EBADF/);
    });
  });

  it("git is asked in a repository alone: this folder is in none", () => {
    expect(() => git(folder, "rev-parse", "HEAD")).toThrow();
  });
});
