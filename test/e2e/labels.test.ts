import { describe, expect, it } from "vitest";
import { agentz, jsonl, POLICY, scratch } from "./agentz.ts";

const call = {
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "crm", name: "lookup" },
  args: {},
};
const LABELS: readonly (object | null)[] = [
  { incident: true },
  { incident: false },
  { incident: "yes" },
  null,
  { incident: null },
  { incident: 1, note: "x" },
  { incidents: true },
  { incident: "yes" },
];
const [YES, ONE] = ['not "yes"', "not 1"].map(
  (end) => `\`labels.incident\` must be true or false, ${end}`,
);
const MALFORMED = [
  { file: "t.jsonl", line: 3, cause: YES },
  { file: "t.jsonl", line: 6, cause: ONE },
  { file: "t.jsonl", line: 8, cause: YES },
];

describe("design 7.6, 7.7: a label `incident` that is neither true nor false", () => {
  const folder = scratch({
    "p.yaml": POLICY,
    "labels.jsonl": '{"id":"0","labels":{"incident":"no"}}\n',
    "t.jsonl": jsonl(
      LABELS.map((labels, i) => ({
        id: String(i),
        time: `2026-05-01T10:00:${String(i).padStart(2, "0")}Z`,
        ...call,
        labels,
      })),
    ),
  });
  const SETS = ["--candidate", "p.yaml", "--baseline", "recorded", "--trace", "t.jsonl"];
  const run = (...args: readonly string[]): ReturnType<typeof agentz> =>
    agentz(args, { cwd: folder });

  it("makes the line malformed for a replay, whichever way it reads the trace", () => {
    run("trace", "index", "t.jsonl", "--candidate", "p.yaml", "--baseline", "recorded");
    for (const way of [
      ["--no-index", "--workers", "1"],
      ["--workers", "1"],
      ["--since", "2000-01-01"],
    ]) {
      const done = run("replay", ...SETS, ...way, "--format", "json");
      const { trace, labels } = JSON.parse(done.stdout);
      expect([way, trace.malformed, trace.malformedLines]).toEqual([way, 3, MALFORMED]);
      expect([trace.calls, labels.incident.calls, labels.benign.calls]).toEqual([5, 1, 1]);
    }
  });

  it("is told where another label seems to be meant for it, by a replay and on the page", () => {
    const said = "1 call has the label `incidents`, which nothing reads; did you mean `incident`?";
    const page =
      "labels     3 calls have the label `benign`, which nothing reads; " +
      'a benign call has the label `{"incident": false}`';
    expect(run("replay", ...SETS).stdout).toContain(`labels     ${said}`);
    expect(run("report", ...SETS, "--format", "markdown").stdout).toContain(
      "did you mean `incident`?",
    );
    const labels = [{ benign: true }, { benign: true, note: true }, { Benign: false }, {}, null];
    const cwd = scratch({
      "p.yaml": POLICY,
      "t.jsonl": jsonl(
        [...labels, { benign: true }].map((one, i) => ({ id: String(i), ...call, labels: one })),
      ),
    });
    for (const way of [["--no-index"], []])
      expect(agentz(["replay", ...SETS, ...way], { cwd }).stdout).toContain(page);
  });

  it("is told to people, and fails a pipeline", () => {
    expect(run("replay", ...SETS).stdout).toContain(
      `malformed  3 lines, e.g. t.jsonl:3: ${String(YES)}`,
    );
    const ci = run("ci", ...SETS);
    expect([ci.status, ci.stdout.includes("malformed is 3")]).toEqual([1, true]);
  });

  it("makes a trace not valid; a label that looks like it is told too", () => {
    const done = run("trace", "validate", "t.jsonl");
    expect(done.status).toBe(1);
    for (const { file, line, cause } of MALFORMED)
      expect(done.stdout).toContain(`  ${file}:${line}: ${String(cause)}`);
    expect(done.stdout).toContain(
      "the unknown member `labels.incidents`, in 1 event; did you mean `incident`?",
    );
  });

  it("is an error in a file of labels", () => {
    const done = run("replay", ...SETS, "--labels", "labels.jsonl");
    expect([done.status, done.stderr.split("\n")[0]]).toEqual([
      2,
      "agentz: 1 line of labels cannot be read, the first at labels.jsonl:1: " +
        '`labels.incident` must be true or false, not "no"',
    ]);
  });
});
