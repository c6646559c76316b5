import { describe, expect, it } from "vitest";
import { agentz, jsonl, POLICY, scratch } from "./agentz.ts";

const call = {
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "crm", name: "lookup" },
  args: {},
};
const EVENTS: readonly (readonly [event: object, undecided: string | undefined])[] = [
  [call, undefined],
  [{ ...call, type: "call" }, undefined],
  [{ ...call, type: null }, undefined],
  [{ ...call, type: "tool_call" }, "tool_call"],
  [{ ...call, type: "mcp_request" }, "mcp_request"],
  [{ ...call, type: "Call" }, "Call"],
  [{ ...call, type: "call " }, "call "],
  [{ ...call, type: "CALL" }, "CALL"],
  [{ ...call, type: "function_call", action: {} }, "function_call"],
  [{ ...call, type: "decision" }, "decision"],
  // an unusual line, which columns leave to the parser
  [
    {
      ...call,
      type: "tool_call",
      subject: { type: "agent", id: "a", 'é"': 1 },
      action: { properties: { server: "crm" }, name: "lookup" },
    },
    "tool_call",
  ],
  [{ ...call, type: "ein „Aufruf“" }, "ein „Aufruf“"],
  [{ ...call, type: 'a"b\\c' }, 'a"b\\c'],
  // what counts for the audit trail
  [{ ...call, type: "prompt" }, undefined],
  [{ ...call, type: "response" }, undefined],
  [
    {
      type: "tool_definition",
      action: { server: "crm", name: "lookup" },
      context: { definition: {} },
    },
    undefined,
  ],
  [{ type: "heartbeat", session: "s" }, undefined],
  [{ type: "tool_call", session: "s", action: null }, undefined],
  [{ type: "session_end", session: "s" }, undefined],
];
const EXPECTED = EVENTS.flatMap(([, type], i) =>
  type === undefined ? [] : [{ file: "t.jsonl", line: i + 1, type }],
);

describe("design 7.1: an event with an action and a type that is not known", () => {
  const folder = scratch({
    "p.yaml": POLICY,
    "t.jsonl": jsonl(
      EVENTS.map(([event], i) => ({
        id: String(i),
        time: `2026-05-01T10:00:${String(i).padStart(2, "0")}Z`,
        ...event,
      })),
    ),
  });
  const replay = (...args: readonly string[]): ReturnType<typeof agentz> =>
    agentz(
      ["replay", "--candidate", "p.yaml", "--baseline", "recorded", "--trace", "t.jsonl", ...args],
      { cwd: folder },
    );

  it("is counted and listed by a replay, whichever way it reads the trace", () => {
    expect(
      agentz(["trace", "index", "t.jsonl", "--candidate", "p.yaml", "--baseline", "recorded"], {
        cwd: folder,
      }).status,
    ).toBe(0);
    for (const way of [
      ["--no-index", "--workers", "1"],
      ["--workers", "1"],
      ["--since", "2000-01-01"],
    ]) {
      const { trace, decisions } = JSON.parse(replay(...way, "--format", "json").stdout);
      expect([
        way,
        trace.calls,
        trace.undecided_events,
        trace.undecidedEvents,
        decisions.candidate.allow,
      ]).toEqual([way, 3, EXPECTED.length, EXPECTED, 3]);
    }
  });

  it("is told to people", () => {
    expect(replay().stdout).toContain(
      `undecided  ${EXPECTED.length} events with an action and an unknown type, e.g. t.jsonl:4: type tool_call`,
    );
    expect(replay("--format", "markdown").stdout).toContain("an unknown type, e.g. t.jsonl:4");
    expect(replay("--details").stdout).toContain("t.jsonl:5: type mcp\\_request".replace("\\", ""));
    expect(
      agentz(
        ["coverage", "--candidate", "p.yaml", "--baseline", "recorded", "--trace", "t.jsonl"],
        { cwd: folder },
      ).stdout,
    ).toContain(`${EXPECTED.length} events with an action and an unknown type were not decided`);
  });

  it("makes a trace not valid", () => {
    const done = agentz(["trace", "validate", "t.jsonl", "--format", "json"], { cwd: folder });
    const { valid, undecidedEvents, trace } = JSON.parse(done.stdout);
    expect([done.status, valid, undecidedEvents, trace.undecided_events]).toEqual([
      1,
      false,
      EXPECTED,
      EXPECTED.length,
    ]);
    expect(agentz(["trace", "validate", "t.jsonl"], { cwd: folder }).stdout).toContain(
      "t.jsonl:4: type tool_call",
    );
  });
});
