import { assembleSet } from "../../engine/assemble.ts";
import { sha256 } from "../../node/hash.ts";
import type { SeenCall } from "../../replay/seen-call.ts";
import type { CallResult } from "../../replay/walk.ts";
import { Policies } from "../policies.ts";
import { loadedSet } from "../policy-set.ts";
import { replayJobOf } from "../replay-call.ts";
import { runReplay } from "../replay/replay-job.ts";
import { filesOfTexts, type TextsJob } from "./texts-job.ts";

/** What became of the recorded calls that a rule matches. */
export interface RuleCount {
  /** `policy/rule`. */
  readonly rule: string;
  readonly allowed: number;
  readonly denied: number;
  /** They wait for an approval. */
  readonly held: number;
  readonly indeterminate: number;
}

type Column = Exclude<keyof RuleCount, "rule">;

function columnOf({ candidate: { permitted, indeterminate, effect } }: CallResult): Column {
  if (indeterminate) return "indeterminate";
  if (permitted) return "allowed";
  return effect === "require_approval" ? "held" : "denied";
}

/** Counts the calls that each rule matches, by their decisions. */
class RuleCounts {
  readonly #counts = new Map<string, Record<Column, number>>();

  call({ decided }: SeenCall): void {
    const column = columnOf(decided);
    for (const rule of decided.candidate.engine?.outcome.decision.matched ?? []) {
      const count = this.#counts.get(rule) ?? { allowed: 0, denied: 0, held: 0, indeterminate: 0 };
      count[column]++;
      this.#counts.set(rule, count);
    }
  }

  counts(): readonly RuleCount[] {
    return [...this.#counts].map(([rule, count]) => ({ rule, ...count }));
  }
}

/**
 * Decides a trace by a set with unsaved texts in it, and counts what became of the calls that each
 * rule matches. A set that does not load, and a trace that cannot be read, are errors.
 */
export async function countRules(
  job: TextsJob,
  trace: readonly string[],
): Promise<readonly RuleCount[]> {
  const { sources, readBeside, ref } = await filesOfTexts(job);
  const loaded = loadedSet(ref, assembleSet(sources, { readBeside, sha256 }));
  const policies = new Policies(loaded);
  const versions = { candidate: policies, baseline: policies, trace };
  let counts = new RuleCounts();
  await runReplay(await replayJobOf(versions, {}), () => (counts = new RuleCounts()));
  return counts.counts();
}
