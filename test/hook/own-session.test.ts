import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { byItself } from "../../src/hook/own-decider.ts";
import type { HookInput } from "../../src/hook/host.ts";
import { OwnSession } from "../../src/hook/own-session.ts";
import { scratch } from "../e2e/agentz.ts";

const policy = (key: string): string => `apiVersion: agentz/v1
kind: Policy
name: twice
version: 1.0.0
session:
  counters: [{ name: reads, add: "1.0", when: "action.name == 'read'", key: ${key} }]
rules:
  - { id: twice, effect: allow, actions: [read], when: "session.counters.reads < 2.0" }
  - { id: stop, effect: deny, actions: [stop], on_deny: ${key === "subject" ? "revoke_credential" : "suspend_session"} }
`;
const NAMES = ["s", 's"t', "s\\", "\u2028é", "s/1"];

/** Decides calls one by one, each as a hook of its own, on one log. */
function decider(key: string): {
  readonly cwd: string;
  readonly call: (session: string | undefined, name: string) => Promise<boolean | undefined>;
} {
  const cwd = scratch({ "p.yaml": policy(key) });
  const decide = byItself({
    candidate: ["p.yaml"],
    settings: { cwd },
    log: join(cwd, "log.jsonl"),
    cache: undefined,
    clock: Date.now,
    tell: (what) => expect(what).toBe(""),
  });
  return {
    cwd,
    call: async (session, name) => {
      const call = {
        ...(session !== undefined && { session }),
        subject: { type: "agent", id: "a" },
        action: { kind: "tool_call", server: "host", name },
        args: {},
      };
      const input: HookInput = { kind: "call", call };
      return (await decide(input))?.decision;
    },
  };
}

describe("a hook that reads of its log what matters to its session", () => {
  test("counts each session as if it had read everything (design 5.4)", async () => {
    const { call, cwd } = decider("session");
    const found: unknown[] = [];
    for (let round = 0; round < 3; round++)
      for (const name of NAMES) found.push(await call(name, "read"));
    expect(found).toEqual([...NAMES, ...NAMES].map(() => true).concat(NAMES.map(() => false)));
    expect(await call("s", "stop")).toBe(false);
    expect([await call("s", "read"), await call("new", "read")]).toEqual([false, true]);
    // a call without a session may have been of any
    expect(await call(undefined, "read")).toBe(false);
    const times = readFileSync(join(cwd, "log.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line): string => JSON.parse(line).time);
    expect(times).toEqual([...times].sort());
  });

  test("reads everything where state crosses sessions", async () => {
    const { call } = decider("subject");
    expect([await call("s", "read"), await call("t", "read")]).toEqual([true, true]);
    expect(await call("u", "read")).toBe(false);
    expect([await call("v", "stop"), await call("w", "read")]).toEqual([false, false]);
  });

  test("never writes a time before that of a line that it left out", async () => {
    const { call, cwd } = decider("session");
    await call("s", "read");
    const [line = ""] = readFileSync(join(cwd, "log.jsonl"), "utf8").split("\n");
    const later = { ...JSON.parse(line), id: "t/1", session: "t" };
    appendFileSync(
      join(cwd, "log.jsonl"),
      `${JSON.stringify({ ...later, time: "2999-01-01T00:00:00.000Z" })}\n`,
    );
    await call("s", "read");
    const last = readFileSync(join(cwd, "log.jsonl"), "utf8").trim().split("\n").at(-1) ?? "";
    expect(JSON.parse(last).time).toBe("2999-01-01T00:00:00.000Z");
  });

  test("takes every line of which it cannot tell the session", () => {
    const { includes } = new OwnSession("s");
    const time = '"time":"2026-01-01T00:00:00.000Z"';
    expect(includes(`{"id":"a",${time},"session":"t","args":{}}`)).toBe(false);
    for (const line of [
      `{"id":"a",${time},"session":"s"}`,
      `{"id":"a",${time},"session":"\\u0073","args":{"session":"t"}}`,
      `{"id":"a",${time},"args":{"session":"t"}}`,
      `{"session":"t","id":"a",${time}}`,
      `{"id":"a","session":"t"}`,
      "garbage",
    ])
      expect([line, includes(line)]).toEqual([line, true]);
  });
});
