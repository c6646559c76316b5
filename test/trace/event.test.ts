import { describe, expect, test } from "vitest";
import type { TraceEvent } from "../../src/trace/event.ts";
import { decodeEvent } from "../../src/trace/event.ts";

const place = { file: "t.jsonl", line: 7 };
const call = { action: { name: "refund" } };

function decode(value: unknown): TraceEvent {
  const event = decodeEvent(value, place);
  if (typeof event === "string") throw new Error(event);
  return event;
}

describe("design 7.1: the canonical event", () => {
  test("all of its members", () => {
    const written = {
      id: "s-17/3",
      time: "2026-05-18T09:12:04.1205Z",
      session: "s-17",
      parent: "s-17/1",
      subject: { type: "agent", id: "support-eu", credential: { kind: "workload" } },
      action: { kind: "mcp_request", server: "payments", name: "refund" },
      args: { order: "4711", amount: 400 },
      resource: { type: "order", id: "4711" },
      context: { surface: "payments-mcp" },
      decision: {
        effect: "require_approval",
        rule: "a/b",
        policy: "sha256:00",
        pdp: "gateway-1",
        ms: 0.4,
      },
      outcome: { status: "ok" },
      complete: ["context"],
      unrecorded: ["args.iban"],
      labels: { incident: false },
    };
    const {
      session,
      parent,
      decision,
      labels,
      subject,
      action,
      args,
      resource,
      context,
      outcome,
      complete,
      unrecorded,
    } = written;
    const ms = Date.UTC(2026, 4, 18, 9, 12, 4, 120);
    expect(decode(written)).toEqual({
      id: "s-17/3",
      type: "call",
      time: ms + 0.5,
      timeText: written.time,
      session,
      parent,
      decision,
      labels,
      ...place,
      request: {
        subject,
        action,
        args,
        resource,
        context,
        outcome,
        complete,
        unrecorded,
        time: ms,
        session,
        parent,
      },
    });
  });

  test("null members, and an empty id, session or parent, are not there", () => {
    expect(
      decode({
        ...call,
        id: "",
        session: "",
        parent: "",
        time: null,
        args: null,
        decision: null,
        labels: null,
        type: null,
      }),
    ).toEqual({
      id: "t.jsonl:7",
      type: "call",
      ...place,
      request: call,
    });
  });

  test.each([
    [[call], "a line must contain a JSON object"],
    ["text", "a line must contain a JSON object"],
    [null, "a line must contain a JSON object"],
    [{ ...call, id: 7 }, "`id` must be a string"],
    [{ ...call, type: 1 }, "`type` must be a non-empty string"],
    [{ ...call, session: 7 }, "`session` must be a string"],
    [{ ...call, parent: {} }, "`parent` must be a string"],
    [
      { ...call, time: 1779095524120 },
      "`time` must be an RFC 3339 time with a zone, as 2026-05-18T09:12:04.120Z",
    ],
    [
      { ...call, time: "2026-05-18T09:12:04" },
      "`time` must be an RFC 3339 time with a zone, as 2026-05-18T09:12:04.120Z",
    ],
    [{ ...call, args: "{}" }, "`args` must be an object"],
    [{ ...call, args: [] }, "`args` must be an object"],
    [{ ...call, context: 1 }, "`context` must be an object"],
    [{ ...call, outcome: "ok" }, "`outcome` must be an object"],
    [{ ...call, labels: ["incident"] }, "`labels` must be an object"],
    [{ ...call, subject: "agent:a" }, "`subject` must be an object with `type`, `id`"],
    [{ ...call, subject: { type: "agent", id: 5 } }, "`subject.id` must be a string"],
    [{ ...call, subject: { properties: [] } }, "`subject.properties` must be an object"],
    [{ action: { name: ["x"] } }, "`action.name` must be a string"],
    [{ action: { server: 1 } }, "`action.server` must be a string"],
    [{ ...call, resource: { type: false } }, "`resource.type` must be a string"],
    [{ ...call, complete: "context" }, "`complete` must be a list of paths"],
    [{ ...call, unrecorded: [1] }, "`unrecorded` must be a list of paths"],
    [{ ...call, decision: "allow" }, "`decision` must be an object"],
    [{ ...call, decision: {} }, "`decision.effect` must be `allow`, `deny` or `require_approval`"],
    [
      { ...call, decision: { effect: "permit" } },
      "`decision.effect` must be `allow`, `deny` or `require_approval`",
    ],
    [{ ...call, decision: { effect: "allow", rule: 1 } }, "`decision.rule` must be a string"],
    [{ ...call, decision: { effect: "allow", ms: "1" } }, "`decision.ms` must be a number"],
    [{}, "the line has no `action`, `subject`, `resource` or `args`, so it is not a call"],
    [
      { id: "x", session: "s" },
      "the line has no `action`, `subject`, `resource` or `args`, so it is not a call",
    ],
  ])("%j is refused", (value, reason) => {
    expect(decodeEvent(value, place)).toBe(reason);
  });

  test.each([
    ["yes", '"yes"'],
    ["True", '"True"'],
    ["", '""'],
    ["the customer said so", "a string"],
    [1, "1"],
    [7, "a number"],
    [[true], "a list"],
    [{}, "an object"],
  ])(
    "the label `incident` must not be %j, and only words for yes and no are quoted",
    (value, shown) => {
      expect(decodeEvent({ ...call, labels: { incident: value } }, place)).toBe(
        `\`labels.incident\` must be true or false, not ${shown}`,
      );
    },
  );

  test("labels besides `incident` are free, and a null `incident` is not there", () => {
    const labels = { incident: null, Incident: "yes", benign: 1, note: { by: "ann" } };
    expect(decode({ ...call, labels }).labels).toEqual(labels);
  });

  test("an event that is no call needs nothing of a call", () => {
    expect(decode({ id: "s/end", session: "s", type: "session_end" }).type).toBe("session_end");
  });

  test("members that the format does not have are told, and ignored", () => {
    const told: string[] = [];
    expect(
      decodeEvent(
        { ...call, traceparent: "x", toString: 1, empty: null },
        { ...place, onUnknownMember: (name) => told.push(name) },
      ),
    ).toMatchObject({ request: call });
    expect(told).toEqual(["traceparent", "toString"]);
  });
});

describe("design 3.1: AuthZEN's properties are unwrapped", () => {
  test("what the entity says itself beats a property of that name; its nulls do not", () => {
    const subject = {
      type: "agent",
      id: "a",
      name: null,
      properties: { type: "human", id: "root", name: "Ann", team: "x" },
    };
    expect(decode({ ...call, subject }).request.subject).toEqual({
      type: "agent",
      id: "a",
      name: "Ann",
      team: "x",
    });
    expect(
      decode({ action: { name: "can_read", properties: { method: "GET" } } }).request.action,
    ).toEqual({ name: "can_read", method: "GET" });
    expect(
      decode({ ...call, resource: { type: "a", id: "b", properties: null } }).request.resource,
    ).toEqual({ type: "a", id: "b" });
  });
});

describe("design 3.8: own properties only", () => {
  test("hostile keys are ordinary", () => {
    const event = decode(
      JSON.parse(
        '{"action":{"name":"x","__proto__":{"server":"s"}},"args":{"__proto__":{"a":1},' +
          '"constructor":2},"__proto__":{"subject":{"type":"human"}}}',
      ),
    );
    expect(event.request.subject).toBeUndefined();
    expect(Object.getPrototypeOf(event.request)).toBe(Object.prototype);
    expect(Object.keys(event.request.args ?? {})).toEqual(["__proto__", "constructor"]);
    const unwrapped = decode(
      JSON.parse(
        '{"subject":{"type":"agent","properties":{"__proto__":{"admin":true},"constructor":1}}}',
      ),
    ).request.subject;
    expect(Object.getPrototypeOf(unwrapped)).toBe(Object.prototype);
    expect(unwrapped?.["admin"]).toBeUndefined();
  });
});
