import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentz, ROOT, scratch, type Done } from "./agentz.ts";

const policy = (limit: number): string => `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session:
  labels: [{ name: seen, when: "action.name == 'read_file'" }]
rules:
  - { id: all, effect: allow, actions: ["**"], when: "!has(args.amount) || args.amount < ${limit}.0" }
  - { id: seen, effect: deny, actions: ["mail/*"], when: "'seen' in session.labels" }
`;
const VERSIONS = [
  ...["--baseline", "before.yaml", "--baseline", "catalog.yaml"],
  ...["--candidate", "after.yaml", "--candidate", "catalog.yaml"],
];

/** The shipped trace: a line each, and which part a session is in. */
const LINES = readFileSync(join(ROOT, "traces/sample.jsonl"), "utf8").trimEnd().split("\n");

function partOfLine(line: string): number {
  const session: unknown = Object(JSON.parse(line)).session;
  return typeof session === "string" ? session.length % 3 : 0;
}

/** A folder with two versions, the trace, and three parts of it. */
function folderOf(args: readonly string[], edit = (text: string): string => text): string {
  const folder = scratch({
    "before.yaml": edit(policy(100)),
    "after.yaml": edit(policy(50)).replace("version: 1.0.0", "version: 1.1.0"),
    "catalog.yaml": edit(readFileSync(join(ROOT, "policies/catalog.yaml"), "utf8")),
    "domains.csv": readFileSync(join(ROOT, "policies/domains.csv"), "utf8"),
    "trace.jsonl": `${LINES.join("\n")}\n`,
  });
  mkdirSync(join(folder, "parts"));
  for (const part of [0, 1, 2]) {
    const own = LINES.filter((line) => partOfLine(line) === part);
    writeFileSync(join(folder, "own.jsonl"), own.map((line) => `${line}\n`).join(""));
    const flags = ["--trace", "own.jsonl", "-o", `parts/${part}.json`, ...args];
    expect(agentz(["part", ...VERSIONS, ...flags], { cwd: folder })).toMatchObject({ status: 0 });
  }
  return folder;
}

interface Loose {
  readonly [name: string]: unknown;
}

function json({ stdout }: Done): Loose {
  return JSON.parse(stdout);
}

const MERGED = {
  key: "session",
  groupsRest: { groups: 0, calls: 0 },
  estimated: [],
  partlyCompared: [],
};
/** What parts cannot say of a trace. */
const FILES = { files: null, reordered: null, repeatedIds: null, digest: null };

describe("design 16.1: reports, coverages and the gate of ci out of parts", () => {
  const folder = folderOf(["--report"]);

  it.each([
    ["report", ["--title", "t"]],
    ["coverage", []],
  ])("`agentz %s` is that of the whole trace", (command, more) => {
    const flags = [command, ...VERSIONS, ...more, "--format", "json"];
    const merged = json(agentz([...flags, "--parts", "parts"], { cwd: folder }));
    const { trace, ...whole } = json(agentz([...flags, "--trace", "trace.jsonl"], { cwd: folder }));
    expect(merged).toEqual({ ...whole, trace: { ...Object(trace), ...FILES }, parts: MERGED });
    const again = ["2", "0", "1"].flatMap((part) => ["--parts", `parts/${part}.json`]);
    expect(json(agentz([...flags, ...again], { cwd: folder }))).toEqual(merged);
  });

  it("have timelines by another key than the session if sessions are whole, and else say why there are none", () => {
    const flags = ["report", ...VERSIONS, "--title", "t"];
    const stateless = (text: string): string =>
      text.replace(/session:[^]*(?=rules)|.*(seen|max_calls|max_duration).*\n/g, "");
    const by = (...more: readonly string[]): string =>
      folderOf(["--report", "--key", "subject", ...more], stateless);
    const cwd = by("--whole-sessions");
    const merged = json(agentz([...flags, "--parts", "parts", "--format", "json"], { cwd }));
    const one = json(agentz([...flags, "--trace", "trace.jsonl", "--format", "json"], { cwd }));
    const { trace, ...whole } = one;
    const parts = { ...MERGED, key: "subject" };
    expect(merged).toEqual({ ...whole, trace: { ...Object(trace), ...FILES }, parts });
    const torn = agentz([...flags, "--parts", "parts", "--format", "html"], { cwd: by() });
    expect(torn.stdout).toContain("no timelines: the trace was split by subject");
  });

  it("`agentz ci` judges the parts by its gate", () => {
    const ci = (...more: readonly string[]): Done =>
      agentz(["ci", ...VERSIONS, "--parts", "parts", ...more, "--output", "json=-"], {
        cwd: folder,
      });
    const passed = ci("--require", "replay", "--gate", "widened=0");
    expect(passed).toMatchObject({ status: 0, stderr: expect.stringContaining("merged 3 parts") });
    const limits: unknown = Object(Object(json(passed)["replay"]).gate).checks;
    expect(limits).toMatchObject([
      { name: "malformed", from: "agentz ci" },
      { name: "undecided_events" },
      { name: "widened", passed: true },
    ]);
    expect(ci("--fail-on", "narrowed").status).toBe(1);
    expect(ci("--calls", "3").status).toBe(2);
  });

  it("are refused with other policies, without what a report needs, or with a trace besides", () => {
    const report = (...args: readonly string[]): string => {
      const done = agentz(["report", ...args], { cwd: folder });
      expect(done).toMatchObject({ status: 2, stdout: "" });
      return done.stderr;
    };
    const other = VERSIONS.map((word) => (word === "after.yaml" ? "before.yaml" : word));
    expect(report("--parts", "parts", ...other)).toContain("made with another candidate");
    expect(report("--parts", "parts", ...VERSIONS, "--trace", "trace.jsonl")).toContain(
      "cannot be used with",
    );
    expect(report("--parts", "parts", ...VERSIONS, "--show-arguments")).toContain(
      "cannot be used with",
    );
    expect(report("--calls", "3", ...VERSIONS)).toContain("there are no parts");
    const bare = agentz(["coverage", ...VERSIONS, "--parts", "parts"], { cwd: folderOf([]) });
    expect(bare).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("agentz part --report"),
    });
  });
});
