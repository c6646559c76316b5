import fc from "fast-check";
import { expect, test } from "vitest";
import { eventMembers } from "../../../src/api/trace/event-members.ts";
import type { TraceFile } from "../../../src/trace/read-events.ts";
import { ReadReport } from "../../../src/trace/read-report.ts";
import { isDrawn } from "../../../src/trace/tools/sample.ts";
import { sortTrace, type RunStore } from "../../../src/trace/tools/sort.ts";
import { TraceStats } from "../../../src/trace/tools/stats.ts";
import { validateTrace } from "../../../src/trace/tools/validate.ts";
import { fileOf, linesOf, readAll } from "../bytes.ts";

const call = (id: string, more: object = {}): object => ({ id, action: { name: "x" }, ...more });
const at = (second: number): string =>
  `2026-01-01T00:${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}Z`;

async function sorted(
  files: readonly TraceFile[],
  limits: { readonly run?: number; readonly fan?: number } = {},
): Promise<string[]> {
  let kept = 0;
  const laid = new Set<string>();
  const store: RunStore = {
    keep: async (lines) => {
      kept++;
      let text = "";
      for await (const line of lines) text += `${line}\n`;
      laid.add(`run${kept}`);
      return fileOf(`run${kept}`, text);
    },
    drop: async ({ name }) => void laid.delete(name),
  };
  const out: string[] = [];
  for await (const line of sortTrace(files, { report: new ReadReport(), store, ...limits }))
    out.push(line);
  // of each level fewer than `fan` runs are left to read side by side
  if (limits.fan !== undefined)
    expect(laid.size).toBeLessThan(limits.fan * (1 + Math.log(1 + kept) / Math.log(limits.fan)));
  return out;
}

test(
  "design 5.4: sort fixes any disorder, in memory or in runs: what comes out is the order of the " +
    "reader",
  async () => {
    const files = fc.array(
      fc.array(fc.option(fc.integer({ min: 0, max: 500 })), { maxLength: 40 }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.constantFrom(
          { run: 200 },
          { run: 200, fan: 2 },
          { run: 200, fan: 3 },
          { run: 2000 },
          {},
        ),
        async (times, limits) => {
          const traces = times.map((file, f) =>
            fileOf(
              `${f}.jsonl`,
              linesOf(
                file.map((second, i) =>
                  call(`${f}/${i}`, second === null ? {} : { time: at(second) }),
                ),
              ),
              100,
            ),
          );
          const lines = await sorted(traces, limits);
          const expected = (await readAll(traces, { reorder: 1_000_000 })).events.map(
            ({ id }) => id,
          );
          expect(lines.map((line) => JSON.parse(line).id)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  },
);

test("sort leaves lines as they are, and leaves malformed ones out", async () => {
  expect(
    await sorted([
      fileOf(
        "a",
        `{"id":"b",  "time":"${at(2)}","action":{}}\nbroken\n{"id":"a","time":"${at(1)}","action":{}}\n`,
      ),
    ]),
  ).toEqual([
    `{"id":"a","time":"${at(1)}","action":{}}`,
    `{"id":"b",  "time":"${at(2)}","action":{}}`,
  ]);
});

test("a sample holds whole sessions, the same ones in a longer trace, and about its share", () => {
  const names = Array.from({ length: 5000 }, (_, i) => `session s${i}`);
  const drawn = names.filter((name) => isDrawn(name, { share: 0.2, seed: "" }));
  expect(drawn.length).toBeGreaterThan(850);
  expect(drawn.length).toBeLessThan(1150);
  expect(
    names
      .filter((name) => isDrawn(name, { share: 0.1, seed: "" }))
      .every((name) => drawn.includes(name)),
  ).toBe(true);
  expect(names.filter((name) => isDrawn(name, { share: 0.2, seed: "x" }))).not.toEqual(drawn);
  expect(names.some((name) => isDrawn(name, { share: 0, seed: "" }))).toBe(false);
});

function validated(files: Parameters<typeof validateTrace>[0]): ReturnType<typeof validateTrace> {
  return validateTrace(files, eventMembers());
}

test("validate finds malformed lines, repeated ids, unknown parents and members", async () => {
  const found = await validated([
    fileOf(
      "a.jsonl",
      `${linesOf([
        call("1"),
        call("1"),
        call("2", { parent: "1" }),
        call("3", { parent: "9" }),
        call("4", { extra: 1 }),
      ])}{"time":5}\n`,
    ),
  ]);
  expect(found).toMatchObject({
    valid: false,
    trace: { events: 5, malformed: 1 },
    repeatedIds: { count: 1, first: ["1"] },
    missingParents: { count: 1, first: ["3"] },
    unknownMembers: [{ name: "extra", count: 1 }],
    disorder: null,
  });
  expect(
    await validated([fileOf("a.jsonl", linesOf([call("1"), call("2", { parent: "1" })]))]),
  ).toMatchObject({ valid: true });
});

test("validate tells of misspelled members in the objects of an event, and lets others be", async () => {
  const odd = {
    context: {
      onBehalfOf: {},
      approvals: [{ decison: "granted" }, { decison: "refused" }],
      plan: "x",
      signals: { incidents: 1 },
    },
    subject: { type: "agent", id: "a", rols: [], properties: { tennant: "t", team: "x" } },
    action: { name: "x", efects: ["read"] },
    resource: { type: "order", classificaton: "public", fields: { owners: "internal" } },
    args: { contxt: 1, labels: { incidents: 1 } },
    decision: { effect: "allow", polcy: "p", indeterminate: true, shadow: {} },
    outcome: { status: "ok", result: { statuss: 1 } },
  };
  const found = await validated([
    fileOf(
      "a.jsonl",
      linesOf([
        call("1", odd),
        call("2", { labels: { incidents: true, benign: true, note: "x", shadow: {} } }),
        call("3", { labels: { incident: "yes", benign: true } }),
        call("4", { labels: { benign: true }, context: { approvals: null, onBehalfOf: null } }),
      ]),
    ),
  ]);
  expect(found.malformed).toEqual([
    { file: "a.jsonl", line: 3, cause: '`labels.incident` must be true or false, not "yes"' },
  ]);
  expect(found.unknownMembers).toEqual([
    { name: "action.efects", count: 1, meant: "effects" },
    { name: "context.onBehalfOf", count: 1, meant: "on_behalf_of" },
    { name: "context.approvals[].decison", count: 1, meant: "decision" },
    { name: "subject.rols", count: 1, meant: "roles" },
    { name: "subject.properties.tennant", count: 1, meant: "tenant" },
    { name: "resource.classificaton", count: 1, meant: "classification" },
    { name: "decision.polcy", count: 1, meant: "policy" },
    { name: "labels.incidents", count: 1, meant: "incident" },
    {
      name: "labels.benign",
      count: 2,
      help: 'a benign call has the label `{"incident": false}`',
    },
  ]);
});

test("validate takes an event that an earlier one names as its parent for no repeated one", async () => {
  const found = await validated([
    fileOf(
      "a.jsonl",
      linesOf([
        { ...call("2"), parent: "1" },
        { ...call("3"), parent: "1" },
        call("1"),
        call("4", { parent: "4" }),
        call("5", { parent: "1" }),
      ]),
    ),
  ]);
  expect(found).toMatchObject({
    valid: true,
    repeatedIds: { count: 0 },
    missingParents: { count: 2, first: ["2", "4"] },
  });
  const again = linesOf([call("1", { parent: "1" }), call("1", { parent: "1" })]);
  expect(await validated([fileOf("a.jsonl", again)])).toMatchObject({
    valid: false,
    repeatedIds: { count: 1, first: ["1"] },
  });
});

test("validate tells of disorder that a replay would not fix", async () => {
  const events = Array.from({ length: 10_050 }, (_, i) =>
    call(String(i), { time: at(10 + (i % 3000)) }),
  );
  const found = await validated([
    fileOf(
      "a.jsonl",
      linesOf([
        ...events.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
        call("late", { time: at(0) }),
      ]),
    ),
  ]);
  expect(found.valid).toBe(false);
  expect(found.disorder).toMatch(/comes after more than 10000 later ones/);
});

test("stats count what calls name and what is recorded of them", async () => {
  const { events } = await readAll([
    fileOf(
      "a.jsonl",
      linesOf([
        call("1", {
          subject: { type: "agent", id: "a" },
          args: {},
          decision: { effect: "deny" },
          labels: { incident: true },
        }),
        call("2", {
          action: { server: "crm", name: "y", kind: "tool_call" },
          outcome: { status: "ok" },
          session: "s",
        }),
        { id: "3", type: "prompt" },
      ]),
    ),
  ]);
  const stats = new TraceStats();
  for (const event of events) stats.add(event);
  expect(stats.lists()).toMatchObject({
    types: [
      { name: "call", count: 2 },
      { name: "prompt", count: 1 },
    ],
    agents: [
      { name: "?:?", count: 1 },
      { name: "agent:a", count: 1 },
    ],
    actions: [
      { name: "?/x", count: 1 },
      { name: "crm/y", count: 1 },
    ],
    decisions: [
      { name: "deny", count: 1 },
      { name: "none", count: 1 },
    ],
    labels: [{ name: "incident=true", count: 1 }],
  });
  expect(stats.tally.summary()).toMatchObject({ events: 3, calls: 2, sessions: 1 });
});
