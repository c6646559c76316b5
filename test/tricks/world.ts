import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { expect } from "vitest";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";
import type { Decision } from "../../src/engine/decision.ts";
import { PolicySession } from "../../src/engine/policy-session.ts";
import { decideWithState } from "../../src/engine/decide-with-state.ts";
import type { SessionExample } from "../../src/policy/model.ts";
import type { Request } from "../../src/request/request.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import { folderOf, runIn } from "../hostile/run-case.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A policy document; JSON is YAML. */
export function policy(rules: readonly object[], more: object = {}): string {
  return JSON.stringify({
    apiVersion: "agentz/v1",
    kind: "Policy",
    name: "p",
    version: "1.0.0",
    rules,
    ...more,
  });
}

export function catalog(more: object): string {
  return JSON.stringify({
    apiVersion: "agentz/v1",
    kind: "Catalog",
    name: "c",
    version: "1.0.0",
    ...more,
  });
}

/** Loads documents as the command line does, each a file of its own. */
export function assemble(...texts: readonly string[]): AssembledSet {
  const sources = texts.map((text, i) => ({ file: `${String.fromCharCode(97 + i)}.yaml`, text }));
  return assembleSet(sources, { readBeside: () => ({ fault: "there is no such file" }), sha256 });
}

/** The compiled set of documents that have to load. */
export function load(...texts: readonly string[]): CompiledSet {
  const { set, diagnostics } = assemble(...texts);
  expect(
    diagnostics
      .filter((d) => d.severity === "error")
      .map(({ code, message }) => `${code}: ${message}`),
  ).toEqual([]);
  if (set === undefined) throw new Error("the set does not load");
  return set;
}

/** The codes of the errors for which documents are refused. */
export function refusals(...texts: readonly string[]): readonly string[] {
  const { set, diagnostics } = assemble(...texts);
  expect(set).toBeUndefined();
  for (const { file, span, message } of diagnostics)
    expect([file === "" || message === "", span.start <= span.end]).toEqual([false, true]);
  return [...new Set(diagnostics.filter((d) => d.severity === "error").map((d) => d.code))];
}

const NO_STATE: SessionExample = { labels: [], counters: {}, values: {} };

/**
 * A call of `agent:a` on `server/name` (`host` where there is no slash) with everything else as
 * given.
 */
export function call(tool: string, args?: object, more: object = {}): Request {
  const [server = "", ...name] = tool.includes("/") ? tool.split("/") : ["host", tool];
  const event = decodeEvent(
    JSON.parse(
      JSON.stringify({
        session: "s",
        subject: { type: "agent", id: "a" },
        action: { kind: "mcp_request", server, name: name.join("/") },
        ...(args && { args }),
        ...more,
      }),
    ),
    { file: "t", line: 1 },
  );
  if (typeof event === "string") throw new Error(event);
  return event.request;
}

export function decide(
  set: CompiledSet,
  request: Request,
  state: Partial<SessionExample> = {},
): Decision {
  return decideWithState(set, request, { ...NO_STATE, ...state }).decision;
}

/** Decides calls in order, each on what the ones before it left. */
export function walk(set: CompiledSet, calls: readonly Request[]): readonly Decision[] {
  const run = new PolicySession(set);
  return calls.map((one, i) => run.step(one, `e${i}`).decision);
}

/** `allow`, `deny`, `require_approval`, with `?` where it hangs on what was not recorded. */
export function verdict({ effect, permitted, indeterminate }: Decision): string {
  return `${effect}${effect === "require_approval" && permitted ? "ed" : ""}${indeterminate ? "?" : ""}`;
}

/** Minutes after nine, as an event's time. */
export function at(minutes: number, seconds = 0): string {
  return new Date(Date.UTC(2026, 4, 18, 9, minutes, seconds)).toISOString();
}

/** The codes of what `agentz lint` finds, opinions included. */
export async function lint(...texts: readonly string[]): Promise<readonly string[]> {
  const folder = folderOf({ ...Object.fromEntries(texts.map((text, i) => [`p/${i}.yaml`, text])) });
  try {
    const { stdout } = await runIn(folder, [
      "lint",
      "p",
      "--now",
      "2026-06-01",
      "--format",
      "json",
    ]);
    const { findings }: { findings: { code: string; line: number; column: number }[] } =
      JSON.parse(stdout);
    for (const { line, column } of findings) expect(line >= 1 && column >= 1).toBe(true);
    return [...new Set(findings.map(({ code }) => code))].sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
