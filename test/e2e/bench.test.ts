import { describe, expect, it } from "vitest";
import type { BenchResult } from "../../src/documents/bench-result.ts";
import { formatsOf } from "../../src/report/formats.ts";
import { renderAs } from "../../src/api/render.ts";
import { ACTIVE, activeParts } from "../hostile/inert.ts";
import { renderedFaults } from "../readers/markdown.ts";
import { agentz, EVENTS, jsonl, POLICY, ROOT, scratch } from "./agentz.ts";

const FILES = { "p.yaml": POLICY, "t.jsonl": jsonl(EVENTS) };
const bench = (
  args: readonly string[],
  files: { readonly [path: string]: string } = FILES,
): ReturnType<typeof agentz> =>
  agentz(["bench", "--candidate", "p.yaml", "--trace", "t.jsonl", "--runs", "1", ...args], {
    cwd: scratch(files),
  });
const documentOf = (text: string): BenchResult => JSON.parse(text);

describe("agentz bench", () => {
  it("counts what a replay counts, and asks each rule about the calls that it fits", () => {
    const done = bench(["--format", "json"]);
    expect([done.status, done.stderr]).toEqual([0, ""]);
    const { trace, decisions, deciding, rules, conditions, reading } = documentOf(done.stdout);
    expect([trace, decisions]).toEqual([
      { files: 1, events: 3, calls: 3, malformed: 0, whole: true },
      { allow: 2, require_approval: 0, deny: 1, indeterminate: 0 },
    ]);
    const asked = Object.fromEntries(
      rules.slowest.map((cost) => [cost.rule, [cost.asked, cost.matched, cost.file, cost.line]]),
    );
    expect(asked).toEqual({
      "p/look": [1, 1, "p.yaml", 6],
      "p/pay": [2, 0, "p.yaml", 7],
      "p/pay-little": [2, 1, "p.yaml", 8],
    });
    expect([rules.total, rules.neverAsked, deciding.runs, reading.bytes]).toEqual([
      3,
      0,
      1,
      Buffer.byteLength(FILES["t.jsonl"]),
    ]);
    const shares = rules.slowest.reduce((sum, { share }) => sum + share, 0);
    expect(Math.abs(shares - 1)).toBeLessThan(1e-9);
    expect([...rules.slowest.map(({ share }) => share)].sort((a, b) => b - a)).toEqual(
      rules.slowest.map(({ share }) => share),
    );
    expect(
      Object.fromEntries(
        conditions.map(({ rule, text, asked: times, matched }) => [rule, [text, times, matched]]),
      ),
    ).toEqual({
      "p/pay": ["args.amount > 100.0", 2, 0],
      "p/pay-little": ["args.amount <= 100.0", 2, 1],
    });
    const { median, p99, most } = deciding.microseconds;
    expect(
      median > 0 &&
        median <= p99 &&
        p99 <= most &&
        deciding.medianDecisionsPerSecond <= deciding.decisionsPerSecond,
    ).toBe(true);
  });

  it("asks a part of a condition where none before it is false, and shows each on one line", () => {
    const when = "args.order == '1' &&\n      args.amount > 10.0 &&\n      args.amount < 30.0";
    const files = {
      ...FILES,
      "p.yaml": `${POLICY}  - id: parts\n    effect: deny\n    when: |-\n      ${when}\n`,
    };
    const { conditions } = documentOf(bench(["--format", "json"], files).stdout);
    const found = conditions
      .filter(({ rule }) => rule === "p/parts")
      .map(({ text, asked, matched, line }) => [text, asked, matched, line]);
    expect(
      found.sort((a, b) => Number(b[1]) - Number(a[1]) || Number(b[2]) - Number(a[2])),
    ).toEqual([
      ["args.order == '1'", 3, 3, 9],
      ["args.amount > 10.0", 3, 1, 9],
      ["args.amount < 30.0", 3, 0, 9],
    ]);
    expect(conditions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    const texts = {
      ...files,
      "p.yaml":
        `${POLICY}  - id: parts\n    effect: deny\n    when: |-\n      args.order == '1' ||\n` +
        "      args.order == '2'\n",
    };
    expect(bench(["--details"], texts).stdout).toContain(
      "p/parts:  args.order == '1' || args.order == '2'",
    );
  });

  it("decides the sample as a replay does", () => {
    const measured = documentOf(
      agentz(["bench", "--runs", "1", "--format", "json"], { cwd: ROOT }).stdout,
    );
    const replayed = JSON.parse(agentz(["replay", "--format", "json"], { cwd: ROOT }).stdout);
    expect([measured.decisions, measured.candidate.digest]).toEqual([
      replayed.decisions.candidate,
      replayed.candidate.digest,
    ]);
  });

  it("takes no more calls than asked, and says so", () => {
    const { trace, decisions } = documentOf(bench(["--calls", "2", "--format", "json"]).stdout);
    expect([trace.calls, trace.whole, decisions.allow]).toEqual([2, false, 2]);
    expect(bench(["--calls", "2"]).stdout).toContain("2 calls, the first ones of the trace");
  });

  it("tells rules that speak of no call, and lists the rest with --details", () => {
    const many =
      `${POLICY}${Array.from(
        { length: 12 },
        (_, i) =>
          `  - { id: r${i}, effect: deny, actions: [crm/lookup], when: "args.order == 'x${i}'" }\n`,
      ).join("")}  ` + "- { id: never, effect: deny, actions: [other/tool] }\n";
    const files = { ...FILES, "p.yaml": many };
    const [short, long] = [bench([], files).stdout, bench(["--details"], files).stdout];
    expect([
      /… 5 more rules/.test(short),
      /… 9 more parts/.test(short),
      /1 of 16 rules fit none/.test(short),
      long.split("\n").length - short.split("\n").length,
    ]).toEqual([true, true, true, 12]);
  });

  it.each([
    [
      "no call",
      { ...FILES, "t.jsonl": '{"type":"session_end","session":"s"}\n' },
      [],
      "contains no call",
    ],
    ["nothing readable", { ...FILES, "t.jsonl": "x\n" }, [], "contains no call (1 malformed line)"],
    ["no trace", { "p.yaml": POLICY }, [], "t.jsonl"],
    ["a policy that does not load", { ...FILES, "p.yaml": "x" }, [], "does not load"],
    ["no run", FILES, ["--runs", "0"], "have to be at least 1"],
    ["no number", FILES, ["--calls", "many"], "whole number"],
    ["no format", FILES, ["--format", "sarif"], "allowed choices"],
  ])("design 11.3: %s is refused", (_, files, args, message) => {
    const done = bench(args, files);
    expect([done.status, done.stdout]).toEqual([2, ""]);
    expect(done.stderr).toContain(message);
  });

  it("design 11.5: names of rules and files come out inert", async () => {
    const cost = {
      rule: ACTIVE,
      file: ACTIVE,
      line: 1,
      asked: 1,
      matched: 1,
      nanoseconds: 1,
      share: 1,
    };
    const result: BenchResult = {
      ...documentOf(bench(["--format", "json"]).stdout),
      rules: { total: 2, neverAsked: 1, slowest: [cost] },
      conditions: [{ ...cost, text: ACTIVE }],
      candidate: { source: ACTIVE, ref: ACTIVE, digest: null },
      machine: { node: "v20", cpu: ACTIVE, platform: "x" },
    };
    for (const format of formatsOf("bench")) {
      const text = await renderAs("bench", result, { format, details: true });
      expect([
        format,
        ...activeParts(text, format),
        ...(format === "markdown" ? renderedFaults(text) : []),
      ]).toEqual([format]);
    }
  });
});
