import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hostileCase, KINDS } from "./case.ts";
import * as corpus from "./corpus.ts";
import { hostileRun } from "./main.ts";
import { LONG_TEXTS } from "./nasty.ts";
import { Random } from "./random.ts";
import { folderOf, runCase, runIn } from "./run-case.ts";

const SET = {
  "candidate/desk.yaml": corpus.POLICY,
  "candidate/payees.csv": corpus.PAYEES,
  "candidate/table.json": corpus.TABLE,
};

describe("design 11.3: bad input gets a message with a place, never a stack or a hang", () => {
  test("a fixed run over every kind (scripts/hostile-fuzz.mjs runs for as long as one likes)", async () => {
    const counts = await hostileRun({ seed: 1, cases: 250, say: () => undefined });
    expect(counts.found).toEqual([]);
    expect(Object.entries(counts.kinds).filter(([, n]) => n === 0)).toEqual([]);
    expect(Object.keys(counts.kinds)).toEqual(KINDS);
    // most of it has to be bad, and some of it good, or nothing was tried
    expect([(counts.statuses[2] ?? 0) > 50, (counts.statuses[0] ?? 0) > 20]).toEqual([true, true]);
  });

  test("what is not mutated is accepted", async () => {
    for (const argv of [
      ["lint", "candidate"],
      ["decide", "--candidate", "candidate", "request.json"],
      ["test", "candidate", "suite"],
      ["replay", "--candidate", "candidate", "--baseline", "baseline", "--trace", "@/trace.jsonl"],
    ]) {
      const folder = folderOf({
        ...SET,
        "baseline/desk.yaml": corpus.BASELINE,
        "suite/desk.yaml": corpus.SUITE,
        "request.json": JSON.stringify(corpus.REQUEST),
        "trace.jsonl": corpus.TRACE,
      });
      const { status, stderr } = await runIn(folder, argv);
      rmSync(folder, { recursive: true });
      // findings and failed tests are answers, not refusals
      expect([argv[0], status < 2, stderr]).toEqual([argv[0], true, ""]);
    }
  });

  test("a seed gives one case", () => {
    const [one, two] = [hostileCase(new Random(7)), hostileCase(new Random(7))];
    expect([one.kind, one.argv, one.files]).toEqual([two.kind, two.argv, two.files]);
  });

  test.each([
    "agentz.yaml",
    "request.json",
    "suite/s.yaml",
    "candidate/x.yaml",
    "candidate/table.json",
    "candidate/payees.csv",
    "trace.jsonl",
    "labels.jsonl",
    "mapping.yaml",
  ])("huge and deep texts as %s", async (name) => {
    for (const text of [
      ...LONG_TEXTS,
      "a: ".repeat(20_000),
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
      "? ".repeat(20_000),
      `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
    ]) {
      const files = {
        ...SET,
        "baseline/desk.yaml": corpus.BASELINE,
        "suite/desk.yaml": corpus.SUITE,
        "request.json": '{"action":{"name":"x"}}',
        "trace.jsonl": corpus.TRACE,
        "labels.jsonl": "",
        "records.csv": corpus.RECORDS,
      };
      const replay = [
        "replay",
        "--candidate",
        "candidate",
        "--baseline",
        "baseline",
        "--trace",
        "@/trace.jsonl",
        "--labels",
        "@/labels.jsonl",
      ];
      const argv = name.startsWith("suite")
        ? ["test", "candidate", "suite"]
        : name.endsWith(".jsonl")
          ? replay
          : name === "mapping.yaml"
            ? ["import", "generic", "@/records.csv", "--mapping", "mapping.yaml", "-o", "@/out"]
            : ["decide", "--candidate", "candidate", "request.json"];
      const { ran, faults } = await runCase({
        kind: name,
        files: { ...files, [name]: text },
        argv,
        stdin: "",
        guarded: false,
      });
      expect([text.slice(0, 20), ran.status === 3, faults]).toEqual([text.slice(0, 20), false, []]);
    }
  });

  test.each([
    [
      "agentz.yaml",
      "candidate: *nothing\n",
      "agentz.yaml:1:12: there is no anchor for the alias `*nothing` before it",
    ],
    [
      "agentz.yaml",
      "candidate: candidate\ncandidte: x\n",
      "agentz.yaml:2:11: there is no field `candidte`",
    ],
    ["agentz.yaml", "gate:\n  widned: 0\n", "agentz.yaml:2:3: "],
    [
      "agentz.yaml",
      "candidate: a\ncandidate: b\n",
      "agentz.yaml:2:1: the map has the key `candidate` twice",
    ],
    [
      "request.json",
      "args: &a [*a]\n",
      "request.json:1:11: the alias is inside the node that it names",
    ],
    ["request.json", '{"args": {"a": 1, "a": 2}}', "request.json:1:19: the map has the key twice"],
    ["request.json", '{"args": ', "request.json:1:10: this is not well-formed"],
    [
      "request.json",
      "a: 1\n---\nb: 2\n",
      "request.json:2:1: a second document begins here, and there may be only one",
    ],
  ])("a fault in %s is told with its place: %s", async (name, text, message) => {
    const folder = folderOf({ ...SET, "request.json": '{"action":{"name":"x"}}', [name]: text });
    const { status, stdout, stderr } = await runIn(folder, [
      "decide",
      ...(name === "agentz.yaml" ? [] : ["--candidate", "candidate"]),
      "request.json",
      "--format",
      "json",
    ]);
    rmSync(folder, { recursive: true });
    expect([status, stderr.startsWith(`agentz: ${message}`) ? message : stderr]).toEqual([
      2,
      message,
    ]);
    expect(JSON.parse(stdout).error.message.startsWith(message)).toBe(true);
  });
});
