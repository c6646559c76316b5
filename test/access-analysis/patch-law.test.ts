import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import type { Decision } from "../../src/engine/decision.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Document } from "../../src/policy/model.ts";
import { blastRadius, withKeptTools } from "../../src/access-analysis/blast-radius.ts";
import { keptTools } from "../../src/access-analysis/least-privilege.ts";
import { Oracle } from "../../src/access-analysis/question.ts";
import type { BlastRadius } from "../../src/documents/blast-radius-result.ts";
import { UsageTally } from "../../src/access-analysis/usage-tally.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import { assemble, call, decode, type Event } from "../coverage/deployment.ts";
import { sha256, traceEvent, walkEngine } from "../fuzz/engine-adapter.ts";
import { scenario } from "../fuzz/scenario.ts";
import type { Event as WorldEvent } from "../reference/request.ts";

async function* batches(events: readonly TraceEvent[]): AsyncGenerator<readonly TraceEvent[]> {
  yield events;
}

/** Every agent's radius, with the patches that the command gives. */
async function radiiOf(
  documents: readonly Document[],
  events: readonly TraceEvent[],
): Promise<readonly BlastRadius[]> {
  const set = compileSet(documents, sha256);
  const usage = new UsageTally();
  for (const event of events) usage.add(event);
  const oracle = new Oracle(set, Date.parse("2026-05-18T00:00:00Z"));
  const radii = [...set.catalog.agents.values()].map(({ agent }) =>
    blastRadius(oracle, documents, { agent, usage }),
  );
  const takings = radii.map(({ agent, neverUsed }) => ({ agent, tools: neverUsed ?? [] }));
  const kept = await keptTools({ set, documents }, takings, () => batches(events));
  return radii.map((radius) => withKeptTools(radius, kept, usage));
}

function withPatches(
  documents: readonly Document[],
  radii: readonly BlastRadius[],
): readonly Document[] {
  const texts = radii.flatMap(({ patch }) => patch ?? []);
  const loaded = loadDocuments(texts.map((text, i) => ({ file: `patch${i}.yaml`, text })));
  expect(loaded.diagnostics).toEqual([]);
  return [...documents, ...loaded.documents];
}

function decisionsOf(
  documents: readonly Document[],
  events: readonly WorldEvent[],
): readonly unknown[] {
  const decisions: unknown[] = [];
  const told = ({
    effect,
    permitted,
    indeterminate,
    possible,
    rules,
    approval,
    obligations,
  }: Decision): unknown => ({
    effect,
    permitted,
    indeterminate,
    possible,
    rules,
    approval,
    obligations,
  });
  walkEngine(documents, events, ({ outcome }) => void decisions.push(told(outcome.decision)));
  return decisions;
}

describe("the patch of what was never used", () => {
  it("decides every recorded call of random worlds as before, whichever agents' patches are taken", async () => {
    const seen = { patches: 0, tools: 0, kept: 0 };
    const law = fc.asyncProperty(scenario, fc.nat(), async ({ documents, events }, pick) => {
      const radii = await radiiOf(documents, events.map(traceEvent));
      for (const { patch, patchKeeps, neverUsed } of radii) {
        seen.patches += patch === null ? 0 : 1;
        seen.kept += patchKeeps.length;
        seen.tools += (neverUsed ?? []).length - patchKeeps.length;
      }
      const before = decisionsOf(documents, events);
      expect(decisionsOf(withPatches(documents, radii), events)).toEqual(before);
      expect(
        decisionsOf(withPatches(documents, radii.slice(pick % (radii.length + 1))), events),
      ).toEqual(before);
    });
    await fc.assert(law, {
      seed: Number(process.env["PATCH_SEED"] ?? 17),
      numRuns: Number(process.env["PATCH_RUNS"] ?? 60),
    });
    console.log(`${seen.patches} patches take ${seen.tools} tools, and keep ${seen.kept}`);
    expect([seen.patches > 20, seen.kept > 2]).toEqual([true, true]);
  });

  const CATALOG =
    "kind: Catalog\nname: c\nversion: 1.0.0\nagents: [{ id: boss, status: commissioned }, { " +
    "id: sub, status: commissioned }]\ntools:\n  - { name: read, server: x, effects: [read], " +
    "resource: none }\n  - { name: send, server: x, effects: [send], resource: none }\n  - { " +
    "name: wipe, server: x, effects: [delete], resource: none }";
  const policy = (delegation: string): string =>
    `kind: Policy\nname: p\nversion: 1.0.0\ndelegation: ${delegation}\nrules:\n  - { id: all, ` +
    "effect: allow, actions: [x/*] }";
  const patches = async (
    delegation: string,
    events: readonly Event[],
  ): Promise<readonly (readonly [keeps: readonly string[], takes: readonly string[]])[]> => {
    const { documents } = assemble(policy(delegation), CATALOG);
    const radii = await radiiOf(documents, decode(events));
    return radii.map(({ patch, patchKeeps }) => [
      patchKeeps.map(({ tool, event }) => `${tool} ${event}`),
      [...(patch ?? "").matchAll(/^ {6}- "(.*)"$/gm)].map(([, tool = ""]) => tool),
    ]);
  };
  const by = (id: string | undefined, name: string, more: object = {}): Event =>
    call({
      subject: { type: "agent", ...(id === undefined ? {} : { id }) },
      action: { kind: "tool_call", server: "x", name },
      ...more,
    });
  const under = (...chain: readonly string[]): object => ({ context: { delegation: chain } });

  it("keeps what a sub-agent used, where the agents above it are asked too", async () => {
    const events = [by("boss", "read", under()), by("sub", "send", under("agent:boss"))];
    expect(await patches("agents", events)).toEqual([
      [["x/send e1"], ["x/wipe"]],
      [[], ["x/read", "x/wipe"]],
    ]);
    expect(await patches("subject", events)).toEqual([
      [[], ["x/send", "x/wipe"]],
      [[], ["x/read", "x/wipe"]],
    ]);
  });

  it("keeps what a call may have been that does not record who made it, or which tool it called", async () => {
    expect(await patches("subject", [by(undefined, "send")])).toEqual([
      [["x/send e0"], ["x/read", "x/wipe"]],
      [["x/send e0"], ["x/read", "x/wipe"]],
    ]);
    const masked = call({
      subject: { type: "agent", id: "sub" },
      action: { kind: "tool_call", server: "x", name: "?" },
      unrecorded: ["action.name"],
    });
    expect(await patches("subject", [masked])).toEqual([
      [[], ["x/read", "x/send", "x/wipe"]],
      [expect.any(Array), []],
    ]);
  });
});
