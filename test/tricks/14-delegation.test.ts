import { describe, expect, test as trick } from "vitest";
import { call, catalog, decide, load, policy, verdict, walk } from "./world.ts";

const RULES = [
  { id: "boss", effect: "allow", subjects: ["agent:boss"], actions: ["kb/read", "kb/ask"] },
  { id: "worker", effect: "allow", subjects: ["agent:worker"], actions: ["kb/read", "kb/write"] },
  { id: "helper", effect: "allow", subjects: ["agent:helper"] },
];
const SUBJECT = load(policy(RULES));
const AGENTS = load(policy(RULES, { delegation: "agents" }));
const USER = load(
  policy(
    [...RULES, { id: "jane", effect: "allow", subjects: ["human:jane"], actions: ["kb/read"] }],
    { delegation: "user" },
  ),
);

const by = (
  id: string,
  tool: string,
  chain: readonly string[] | undefined,
  more: object = {},
): ReturnType<typeof call> =>
  call(
    tool,
    {},
    {
      subject: { type: "agent", id },
      context: { on_behalf_of: { type: "human", id: "jane" }, ...(chain && { delegation: chain }) },
      ...more,
    },
  );

describe("how policies are fooled, 14: sub-agents", () => {
  trick("sub-agents: under delegation no sub-agent may do more than the agents above it", () => {
    expect(verdict(decide(SUBJECT, by("worker", "kb/write", ["agent:boss"])))).toBe("allow");
    expect([
      verdict(decide(AGENTS, by("worker", "kb/write", ["agent:boss"]))),
      verdict(decide(AGENTS, by("worker", "kb/read", ["agent:boss"]))),
      verdict(decide(AGENTS, by("worker", "kb/ask", ["agent:boss"]))),
    ]).toEqual(["deny", "allow", "deny"]);
  });
  trick("sub-agents: the strictest decision counts at any depth of the chain", () => {
    const deep = Array.from({ length: 50 }, () => "agent:helper");
    expect([
      verdict(decide(AGENTS, by("helper", "kb/write", deep))),
      verdict(decide(AGENTS, by("helper", "kb/write", [...deep, "agent:boss", ...deep]))),
      verdict(decide(AGENTS, by("helper", "kb/write", ["agent:stranger", ...deep]))),
    ]).toEqual(["allow", "deny", "deny"]);
  });
  trick("sub-agents: each agent of the chain has its own catalog entry", () => {
    const agents = ["boss", "worker"].map((id) => ({
      id,
      status: id === "boss" ? "suspended" : "commissioned",
    }));
    const set = load(policy(RULES, { delegation: "agents" }), catalog({ agents }));
    expect(decide(set, by("worker", "kb/read", ["agent:boss"]))).toMatchObject({
      effect: "deny",
      rules: ["lifecycle/boss"],
    });
    expect(verdict(decide(set, by("worker", "kb/read", [])))).toBe("allow");
  });
  trick(
    "sub-agents: a call with a parent and no recorded chain may have any agent above it",
    () => {
      expect(verdict(decide(AGENTS, by("worker", "kb/read", undefined, { parent: "s/1" })))).toBe(
        "deny?",
      );
      expect(
        verdict(decide(AGENTS, by("worker", "kb/read", ["agent:boss"], { parent: "s/1" }))),
      ).toBe("allow");
    },
  );
  trick("sub-agents: a circular chain decides once for each agent, and ends", () => {
    expect([
      verdict(
        decide(
          AGENTS,
          by("worker", "kb/read", ["agent:boss", "agent:worker", "agent:boss", "agent:worker"]),
        ),
      ),
      verdict(decide(AGENTS, by("worker", "kb/write", ["agent:worker", "agent:worker"]))),
    ]).toEqual(["allow", "allow"]);
  });
  trick("sub-agents: a replay with events that are each other's parents ends", () => {
    const calls = [
      by("worker", "kb/read", ["agent:boss"], { id: "1", parent: "2" }),
      by("worker", "kb/read", ["agent:boss"], { id: "2", parent: "1" }),
      by("worker", "kb/read", ["agent:boss"], { id: "3", parent: "3" }),
    ];
    expect(walk(AGENTS, calls).map(verdict)).toEqual(["allow", "allow", "allow"]);
  });
  trick("sub-agents: an agent may do no more than the person for whom it acts", () => {
    expect([
      verdict(decide(USER, by("worker", "kb/read", []))),
      verdict(decide(USER, by("worker", "kb/write", []))),
    ]).toEqual(["allow", "deny"]);
    expect(
      verdict(
        decide(
          USER,
          call(
            "kb/read",
            {},
            { subject: { type: "agent", id: "worker" }, context: { delegation: [] } },
          ),
        ),
      ),
    ).toBe("deny?");
  });
  trick("sub-agents: the calls of a sub-agent count for the agents above it", () => {
    const set = load(
      policy([{ id: "x", effect: "allow", when: "session.counters.calls < 2" }], {
        delegation: "agents",
        session: { counters: [{ name: "calls", add: 1, key: "subject" }] },
      }),
    );
    expect(
      walk(set, [
        by("worker", "kb/read", ["agent:boss"]),
        by("helper", "kb/read", ["agent:boss"]),
        by("boss", "kb/read", []),
        by("worker", "kb/read", []),
      ]).map(verdict),
    ).toEqual(["allow", "allow", "deny", "allow"]);
  });
});
