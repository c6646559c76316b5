import { describe, expect, it } from "vitest";
import { compileSet, type CompiledSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { ReplayWalk } from "./replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { decodeEvent, type TraceEvent } from "../../src/trace/event.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "../suite/run-command.ts";
import { sha256 } from "./columns.ts";

const RULES = [
  "{ id: mark, effect: allow, actions: [x/mark, x/plain] }",
  "{ id: send, effect: allow, actions: [x/send], when: \"!('hot' in session.labels)\" }",
];
const SPAWN = "{ id: spawn, effect: allow, actions: [host/spawn], when: args.ok == true }";

function policy(rules: readonly string[]): string {
  const label = "{ name: hot, key: subject, when: \"action.name == 'mark'\" }";
  return (
    `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nsession: { labels: [${label}] ` +
    `}\nrules:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`
  );
}

function set(rules: readonly string[]): CompiledSet {
  const { documents, diagnostics } = loadDocuments([{ file: "p.yaml", text: policy(rules) }]);
  expect(diagnostics).toEqual([]);
  return compileSet(documents, sha256);
}

interface Place {
  readonly session?: string;
  readonly parent?: string;
}

function line(id: string, name: string, { session = "s", parent }: Place = {}): string {
  const [server = "", tool = ""] = (name.startsWith("spawn") ? "host/spawn" : `x/${name}`).split(
    "/",
  );
  const kind = server === "host" ? "subagent_invocation" : "tool_call";
  const type = name === "prompt" ? { type: "prompt" } : { action: { kind, server, name: tool } };
  return JSON.stringify({
    id,
    session,
    ...(parent === undefined ? {} : { parent }),
    subject: { type: "agent", id: "a" },
    args: { ok: name === "spawn-ok" },
    ...type,
  });
}

/**
 * What events of the parent's id there are before the child, and whether the child was made: then
 * nothing may be sent.
 */
const CASES: readonly (readonly [what: string, above: readonly string[], sent: string])[] = [
  ["one that was stopped", [line("X", "spawn")], "allow"],
  ["one that ran", [line("X", "spawn-ok")], "deny"],
  ["a call, and one that was stopped", [line("X", "plain"), line("X", "spawn")], "unknown"],
  ["one that was stopped, and a call", [line("X", "spawn"), line("X", "plain")], "unknown"],
  [
    "one that ran, and one that was stopped",
    [line("X", "spawn-ok"), line("X", "spawn")],
    "unknown",
  ],
  ["a prompt, and one that was stopped", [line("X", "prompt"), line("X", "spawn")], "unknown"],
  ["two that were stopped", [line("X", "spawn"), line("X", "spawn")], "allow"],
  ["two that ran", [line("X", "spawn-ok"), line("X", "spawn-ok")], "deny"],
  ["two calls", [line("X", "plain"), line("X", "plain")], "deny"],
  ["a call, and one that ran", [line("X", "plain"), line("X", "spawn-ok")], "deny"],
  [
    "a call of the own session, and one of another that was stopped",
    [line("X", "plain"), line("X", "spawn", { session: "t" })],
    "deny",
  ],
  [
    "one of another session that was stopped, and a call of the own",
    [line("X", "spawn", { session: "t" }), line("X", "plain")],
    "deny",
  ],
  [
    "one of the own session that was stopped, and a call of another",
    [line("X", "plain", { session: "t" }), line("X", "spawn")],
    "allow",
  ],
  ["one of another session that was stopped", [line("X", "spawn", { session: "t" })], "allow"],
  [
    "a call and one that was stopped, of two other sessions",
    [line("X", "plain", { session: "t" }), line("X", "spawn", { session: "u" })],
    "unknown",
  ],
  [
    "a call and one that was stopped, of one other session",
    [line("X", "spawn", { session: "t" }), line("X", "plain", { session: "t" })],
    "unknown",
  ],
  [
    "a call below one that was stopped, and another call",
    [line("S", "spawn"), line("X", "plain", { parent: "S" }), line("X", "plain")],
    "unknown",
  ],
  [
    "two calls below one that was stopped",
    [line("S", "spawn"), line("X", "plain", { parent: "S" }), line("X", "plain", { parent: "S" })],
    "allow",
  ],
];

function walked(
  lines: readonly string[],
  versions: { readonly baseline: CompiledSet | undefined; readonly candidate: CompiledSet },
): ReadonlyMap<string, CallResult> {
  const results = new Map<string, CallResult>();
  const walk = new ReplayWalk(
    versions,
    { history: "counterfactual", approvals: "recorded", idle: undefined },
    [{ call: (result) => void results.set(result.event.id, result) }],
  );
  const events = lines.map((text, i): TraceEvent | string =>
    decodeEvent(JSON.parse(text), { file: "t", line: i + 1 }),
  );
  for (const event of events) if (typeof event !== "string") walk.take(event);
  return results;
}

describe("design 7.5: a parent's id that several events have", () => {
  it.each(CASES)("%s", (_, above, sent) => {
    const versions = { baseline: undefined, candidate: set([...RULES, SPAWN]) };
    const decision = walked(
      [...above, line("child", "mark", { parent: "X" }), line("probe", "send")],
      versions,
    ).get("probe")?.candidate.engine?.outcome.decision;
    expect(decision?.indeterminate === true ? "unknown" : decision?.effect).toBe(sent);
  });

  const versions = (): { readonly baseline: CompiledSet; readonly candidate: CompiledSet } => ({
    baseline: set([...RULES, SPAWN.replace("args.ok == true", "true")]),
    candidate: set([RULES[1] ?? ""]),
  });

  it("makes no call unreachable where that is unknown", () => {
    const child = line("child", "mark", { parent: "X" });
    expect(walked([line("X", "spawn"), child], versions()).get("child")?.class).toBe("unreachable");
    expect(
      walked([line("X", "spawn"), line("X", "prompt"), child], versions()).get("child")?.class,
    ).toBe("narrowed");
    expect(
      walked([line("X", "prompt"), line("X", "spawn"), child], versions()).get("child")?.class,
    ).toBe("narrowed");
  });

  it("nor does a replay of files whose versions keep no state", async () => {
    const plain = (rules: readonly string[]): string => policy(rules).replace(/^session:.*\n/m, "");
    const lines = [line("X", "plain"), line("X", "spawn"), line("child", "mark", { parent: "X" })];
    const folder = scratch({
      "old.yaml": plain([RULES[0] ?? "", "{ id: spawn, effect: allow, actions: [host/spawn] }"]),
      "new.yaml": plain(["{ id: plain, effect: allow, actions: [x/plain] }"]),
      "t.jsonl": `${lines.join("\n")}\n`,
    });
    const counted = async (trace: string): Promise<object> => {
      const { changes } = JSON.parse(
        (
          await run(
            folder,
            "replay",
            "--candidate",
            "new.yaml",
            "--baseline",
            "old.yaml",
            "--trace",
            trace,
            "--format",
            "json",
          )
        ).stdout,
      );
      return { narrowed: changes.narrowed.direct, unreachable: changes.unreachable };
    };
    expect(await counted(`${folder}/t.jsonl`)).toEqual({ narrowed: 2, unreachable: 0 });
    const alone = scratch({ "t.jsonl": `${lines.slice(1).join("\n")}\n` });
    expect(await counted(`${alone}/t.jsonl`)).toEqual({ narrowed: 1, unreachable: 1 });
  });
});
