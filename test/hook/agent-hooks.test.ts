import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { agentz, agentzProcess, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";
import { ask, serve, type Running } from "../serve/running.ts";

// tests read what they asked for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: shop
version: 1.0.0
session:
  counters: [{ name: pays, add: "1.0", when: "action.name == 'pay'", on: completed }]
rules:
  - { id: look, effect: allow, actions: [host/look] }
  - { id: pay, effect: allow, actions: [host/pay], when: "args.amount < 100.0 && session.counters.pays < 2.0" }
  - { id: export, effect: allow, actions: [host/export], obligations: { redact: [card] } }
  - { id: delete, effect: require_approval, actions: [host/delete], approval: { approvers: ["human:mia"] } }
  - { id: for-jane, effect: allow, actions: [host/mail], when: "context.on_behalf_of.id == 'jane'" }
  - { id: rich, effect: allow, actions: [host/rich], when: "context.agent_hooks.budgets.cost_usd < 5.0" }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: delete, server: host, effects: [delete], resource: none }]
`;
const PATH = "/v1/hooks/agent-hooks";

/** A context as a host builds it. */
function context(point: string, more: object = {}): Loose {
  return {
    spec: "agent-hooks/0.1",
    interception_point: point,
    timestamp: "2026-06-19T14:03:11.123Z",
    sequence: 3,
    agent: { id: "support", framework: "test" },
    session: { id: "s-1" },
    target: null,
    ...more,
  };
}

let calls = 0;
function toolCall(name: string, args: object = {}, more: object = {}): Loose {
  return context("pre_tool_call", {
    tool_call: { id: `t${calls++}`, name, args },
    target: args,
    ...more,
  });
}

function toolResult({ tool_call }: Loose, value: unknown, isError = false): Loose {
  const tool_result = { value, is_error: isError };
  return context("post_tool_call", { tool_call, tool_result, target: value });
}

/** A verdict as the specification has it: the members that each decision may have. */
function expectSound(verdict: Loose): void {
  expect(["allow", "deny", "transform"]).toContain(verdict.decision);
  expect("transform" in verdict).toBe(verdict.decision === "transform");
  if ("approval" in verdict) expect(verdict.decision).toBe("deny");
  expect(verdict.reason ?? "").not.toMatch(/^host_error:/);
  const known = ["decision", "reason", "message", "approval", "transform", "evidence"];
  expect(Object.keys(verdict).filter((key) => !known.includes(key))).toEqual([]);
}

interface Point {
  readonly running: Running;
  readonly verdict: (context: unknown, query?: string) => Promise<Loose>;
  readonly log: () => readonly Loose[];
}

async function point(): Promise<Point> {
  const cwd = scratch({ "p.yaml": POLICY });
  const running = await serve(["--candidate", "p.yaml"], { cwd });
  return {
    running,
    verdict: async (body, query = "") => {
      const answer = await ask(running.port, `${PATH}${query}`, body);
      expect(answer.status).toBe(200);
      const verdict = answer.json();
      expectSound(verdict);
      return verdict;
    },
    log: () =>
      readFileSync(join(cwd, "decisions.jsonl"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
  };
}

describe("AGENT-HOOKS-0.1: a decision point is an interceptor", () => {
  test("a tool call is decided, its outcome counts, and the session ends", async () => {
    const { verdict, log } = await point();
    const first = toolCall("pay", { amount: 5 });
    expect(await verdict(first)).toMatchObject({
      decision: "allow",
      evidence: { artefact: expect.stringMatching(/^sha256:/) },
    });
    expect((await verdict(toolResult(first, "ok"))).decision).toBe("allow");
    const second = toolCall("pay", { amount: 6 });
    await verdict(second);
    await verdict(toolResult(second, "ok"));
    expect(await verdict(toolCall("pay", { amount: 7 }))).toMatchObject({
      decision: "deny",
      reason: "agentz:default",
      message: expect.stringContaining("denied by default"),
    });
    await verdict(context("agent_shutdown", { summary: { reason: "completed" } }));
    expect(log().map(({ type, decision }) => type ?? decision.effect)).toEqual([
      ...["allow", "outcome", "allow", "outcome", "deny", "session_end"],
    ]);
    expect(log()[0]).toMatchObject({
      id: expect.stringMatching(/^s-1\/t\d+$/),
      session: "s-1",
      subject: { type: "agent", id: "support" },
      action: { server: "host", name: "pay" },
    });
  });

  test("a call that needs an approval is a deny that an approval lifts, which says who gives it", async () => {
    const { verdict } = await point();
    const held = await verdict(toolCall("delete", { id: 1 }));
    expect(held).toMatchObject({
      decision: "deny",
      reason: "agentz:shop/delete",
      approval: {
        requirements: [{ approvers: ["human:mia"], quorum: 1 }],
        request: { id: expect.any(String), expires_at: expect.any(String) },
      },
    });
    expect(await verdict(toolCall("pay", { amount: 500 }))).not.toHaveProperty("approval");
  });

  test("the value of a tool is redacted, whatever its form", async () => {
    const { verdict } = await point();
    const redacted = async (value: unknown): Promise<string> => {
      const call = toolCall("export");
      await verdict(call);
      const { decision, transform } = await verdict(toolResult(call, value));
      expect([decision, transform.path]).toEqual(["transform", "$target"]);
      return JSON.stringify(transform.value);
    };
    const card = { card: "4111", name: "Ann" };
    expect(await redacted(card)).toBe('{"card":"[redacted]","name":"Ann"}');
    expect(await redacted([{ rows: [card] }])).toContain("Ann");
    for (const value of [
      "her card is 4111",
      JSON.stringify(card),
      [{ type: "text", text: "card 4111" }],
      { content: [{ type: "text", text: JSON.stringify(card) }] },
      { output: JSON.stringify([card]) },
      { rows: [{ card: { number: "4111" } }] },
    ])
      expect(await redacted(value)).not.toContain("4111");
    const look = toolCall("look");
    await verdict(look);
    expect((await verdict(toolResult(look, card))).decision).toBe("allow");
  });

  test("a result that belongs to no decided call is not given to the agent", async () => {
    const { verdict } = await point();
    const { decision, reason } = await verdict(toolResult(toolCall("look"), "x"));
    expect([decision, reason]).toEqual(["deny", "agentz:unknown_call"]);
  });

  test("evaluate_only: the log says that the call ran, and what would have been", async () => {
    const { verdict, log } = await point();
    const call = toolCall("delete", { id: 1 });
    expect(await verdict(call, "?mode=evaluate_only")).toMatchObject({ decision: "deny" });
    expect(log()[0]).toMatchObject({
      labels: { shadow: { effect: "require_approval", permitted: false } },
    });
    expect(log()[0]).not.toHaveProperty("decision");
    await verdict(toolResult(call, "ok"));
    expect(log()[1]).toMatchObject({ type: "outcome", outcome: { status: "ok" } });
  });

  test("whom the agent acts for, and what else the host tells, are there for conditions", async () => {
    const { verdict } = await point();
    const actor = { id: "jane", kind: "human" };
    expect((await verdict(toolCall("mail", {}, { actor }))).decision).toBe("allow");
    expect((await verdict(toolCall("mail"))).decision).toBe("deny");
    const budgets = { cost_usd: 1 };
    expect((await verdict(toolCall("rich", {}, { budgets }))).decision).toBe("allow");
    expect((await verdict(toolCall("rich"))).decision).toBe("deny");
  });
});

describe("what cannot be read is a deny", () => {
  let shared: Point;
  beforeAll(async () => {
    shared = await point();
  });
  const call = toolCall("look");
  test.each<[string, Loose]>([
    ["another version", { ...call, spec: "agent-hooks/0.2" }],
    ["no version", { ...call, spec: undefined }],
    ["a point that does not exist", { ...call, interception_point: "pre_tool" }],
    ["no point", { ...call, interception_point: undefined }],
    ["no time", { ...call, timestamp: "now" }],
    ["no sequence", { ...call, sequence: -1 }],
    ["no agent", { ...call, agent: { framework: "x" } }],
    ["no framework", { ...call, agent: { id: "x", framework: "X Y" } }],
    ["no session", { ...call, session: {} }],
    ["no target", { ...call, target: undefined }],
    ["another target", { ...call, target: { other: 1 } }],
    ["no tool", { ...call, tool_call: undefined }],
    ["no id", { ...call, tool_call: { name: "look", args: {} } }],
    ["no name", { ...call, tool_call: { id: "1", name: "", args: {} } }],
    ["arguments that are no object", { ...call, tool_call: { id: "1", name: "look", args: [] } }],
    ["a result without is_error", { ...toolResult(call, 1), tool_result: { value: 1 } }],
    ["a result of another value", { ...toolResult(call, 1), target: 2 }],
    ["no object", [call]],
    ["no JSON", "{"],
    ["a member twice", JSON.stringify(call).replace("{", '{"spec":"x",')],
  ])("%s", async (_, body) => {
    const verdict = await shared.verdict(body);
    expect([verdict.decision, verdict.reason]).toEqual(["deny", "agentz:failed"]);
    expect(verdict).not.toHaveProperty("approval");
  });

  test("a mode that does not exist", async () => {
    expect((await shared.verdict(call, "?mode=off")).decision).toBe("deny");
  });

  test.each(["agent_startup", "input", "pre_model_call", "post_model_call", "output"])(
    "at %s policies decide nothing",
    async (name) => {
      expect(await shared.verdict(context(name))).toEqual({ decision: "allow" });
    },
  );
});

describe("`agentz hook agent-hooks`", () => {
  const run = (cwd: string, body: unknown, ...args: readonly string[]): Loose => {
    const input = typeof body === "string" ? body : JSON.stringify(body);
    const { status, stdout, stderr } = agentzProcess(["hook", "agent-hooks", ...args], {
      cwd,
      input,
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.endsWith("\n")).toBe(true);
    const verdict = JSON.parse(stdout);
    expectSound(verdict);
    return verdict;
  };

  test("decides by itself, with its own log", () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const flags = ["--candidate", "p.yaml"];
    const call = toolCall("look");
    expect(run(cwd, call, ...flags).decision).toBe("allow");
    expect(run(cwd, toolResult(call, { card: 1 }), ...flags).decision).toBe("allow");
    expect(run(cwd, toolCall("delete"), ...flags)).toHaveProperty("approval");
    // what has to be redacted cannot be by a process that is gone by then
    expect(run(cwd, toolCall("export"), ...flags).reason).toBe("agentz:cannot_redact");
    expect(run(cwd, toolCall("boom"), ...flags, "--evaluate-only").decision).toBe("deny");
    expect(run(cwd, "nothing", ...flags).reason).toBe("agentz:failed");
    expect(run(cwd, call, "--candidate", "missing.yaml").reason).toBe("agentz:failed");
  });

  test("asks a decision point, and denies where it does not answer", async () => {
    const { running } = await point();
    const cwd = scratch();
    const server = ["--server", `http://127.0.0.1:${running.port}`];
    const call = toolCall("export");
    expect(run(cwd, call, ...server).decision).toBe("allow");
    expect(run(cwd, toolResult(call, { card: 1 }), ...server).decision).toBe("transform");
    expect(run(cwd, call, "--server", "http://127.0.0.1:1").reason).toBe("agentz:failed");
    expect(run(cwd, toolCall("look"), ...server, "--subject", "agent:x").decision).toBe("allow");
  });

  test("other hosts have no --evaluate-only", () => {
    const done = agentz(["hook", "codex", "--evaluate-only"]);
    expect(done.status).toBe(2);
  });
});

describe.skipIf(lacks("agent-hooks-sdk"))("a host on the Python SDK", () => {
  const host = async (...args: readonly string[]): Promise<Loose> => {
    const { running } = await point();
    const url = `http://127.0.0.1:${running.port}${PATH}`;
    const [mode = "enforce"] = args;
    const query = mode === "evaluate_only" ? "?mode=evaluate_only" : "";
    const script = join(import.meta.dirname, "agent_hooks_host.py");
    const child = spawn("python3", [script, `${url}${query}`, ...args]);
    let [out, said] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => void (out += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => void (said += bytes.toString()));
    await new Promise((resolve) => child.once("close", resolve));
    expect(said).toBe("");
    return JSON.parse(out);
  };
  const redacted = { card: "[redacted]", name: "Ann" };
  const plain = { card: "4111", name: "Ann" };

  test("enforces what agentz decides", async () => {
    const { ran, got, records } = await host("enforce");
    expect(ran.map(([name]: Loose) => name)).toEqual(["look", "pay", "export"]);
    expect(got).toEqual([plain, plain, redacted]);
    expect(records.filter(({ reason }: Loose) => reason?.startsWith("host_error"))).toEqual([]);
  });

  test("lifts a deny where a person approves", async () => {
    const { ran } = await host("enforce", "approve");
    expect(ran.map(([name]: Loose) => name)).toEqual(["look", "pay", "export", "delete"]);
  });

  test("lets everything run where it only evaluates", async () => {
    const { ran, got } = await host("evaluate_only");
    expect(ran).toHaveLength(5);
    expect(got).toEqual([plain, plain, plain, plain, plain]);
  });
});
