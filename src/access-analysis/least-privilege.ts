import { compileSet, type CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { loadDocuments } from "../policy/load.ts";
import type { Document } from "../policy/model.ts";
import { counterfactual } from "../replay/version-decision.ts";
import type { TraceEvent } from "../trace/event.ts";

/** Tools that are to be taken from an agent. */
export interface Taking {
  readonly agent: string;
  readonly tools: readonly string[];
}

/**
 * A tool that an agent keeps: without it a recorded call, here the first, would be decided
 * otherwise.
 */
export interface KeptTool {
  readonly agent: string;
  readonly tool: string;
  readonly event: string;
}

/** A policy set as its documents and compiled. */
export interface Policies {
  readonly set: CompiledSet;
  readonly documents: readonly Document[];
}

const TRIAL = "least-privilege-trial";

/** A name that no policy of the set has. */
function freeName({ documents }: Policies): string {
  const names = new Set(documents.map(({ name }) => name));
  let name = TRIAL;
  while (names.has(name)) name += "-";
  return name;
}

interface Single {
  readonly agent: string;
  readonly tool: string;
}

function ruleText({ agent, tool }: Single, i: number): string {
  return (
    `  - { id: r${i}, effect: deny, subjects: [${JSON.stringify(`agent:${agent}`)}], actions: ` +
    `[${JSON.stringify(tool)}] }\n`
  );
}

/** What a decision comes to, whichever rules spoke besides. */
function decided({ decision }: Outcome): string {
  const { effect, permitted, indeterminate, possible, rules, approval, obligations, errors } =
    decision;
  return JSON.stringify([
    effect,
    permitted,
    indeterminate,
    possible,
    rules,
    approval,
    obligations,
    errors,
  ]);
}

/**
 * Decides recorded calls with and without takings, on the same history: which of them would decide
 * a call otherwise. WHY decided, and not compared by names: a call may be decided for the agents
 * above its caller too, and what is not recorded of it may fit.
 */
class TakingTrial {
  readonly #plain: PolicySession;
  readonly #patched: PolicySession;
  readonly #rules = new Map<string, Single>();
  readonly #kept = new Map<string, KeptTool>();

  constructor(policies: Policies, takings: readonly Taking[]) {
    const name = freeName(policies);
    const singles = takings.flatMap(({ agent, tools }) => tools.map((tool) => ({ agent, tool })));
    singles.forEach((single, i) => this.#rules.set(`${name}/r${i}`, single));
    const text =
      `apiVersion: agentz/v1\nkind: Policy\nname: ${name}\nversion: 1.0.0\nrules:\n` +
      `${singles.map(ruleText).join("")}`;
    const { documents } = loadDocuments([{ file: "patch.yaml", text }]);
    if (documents.length !== 1) throw new Error("a patch that does not load");
    this.#plain = new PolicySession(policies.set);
    this.#patched = new PolicySession(
      compileSet([...policies.documents, ...documents], policies.set.sha256),
    );
  }

  /** What has to be left to agents, as far as the trace was taken. */
  get kept(): readonly KeptTool[] {
    return [...this.#kept.values()];
  }

  /** Takes the next event of the trace. */
  take(event: TraceEvent): void {
    const runs = [this.#plain, this.#patched];
    for (const run of runs) run.observe(event.session, event.time);
    if (event.type !== "call") {
      for (const run of runs) run.pass(event);
      return;
    }
    const [plain, patched] = [
      this.#plain.prepare(event.request),
      this.#patched.prepare(event.request),
    ];
    const [before, after] = [this.#plain.decide(plain), this.#patched.decide(patched)];
    if (decided(before) !== decided(after)) this.#blame(after, event.id);
    const as = counterfactual(before, event);
    this.#plain.advance(plain, before, as, event);
    this.#patched.advance(patched, after, as, event);
  }

  /** Keeps the tools whose rules spoke; where none is found to, all of them. */
  #blame({ decision }: Outcome, event: string): void {
    const spoke = new Set([...decision.rules, ...decision.matched, ...decision.undecided]);
    const own = [...this.#rules].filter(([rule]) => spoke.has(rule));
    for (const [rule, { agent, tool }] of own.length > 0 ? own : this.#rules) {
      if (!this.#kept.has(rule)) this.#kept.set(rule, { agent, tool, event });
    }
  }
}

/** Takings without the tools that are kept. */
function withoutKept(takings: readonly Taking[], kept: readonly KeptTool[]): readonly Taking[] {
  const names = new Set(kept.map(({ agent, tool }) => JSON.stringify([agent, tool])));
  const left = takings.map(({ agent, tools }) => ({
    agent,
    tools: tools.filter((tool) => !names.has(JSON.stringify([agent, tool]))),
  }));
  return left.filter(({ tools }) => tools.length > 0);
}

/**
 * What has to be left to agents so that every recorded call is decided as before. `read` gives the
 * trace from its beginning; it is read until nothing more has to be kept, mostly once or twice.
 */
export async function keptTools(
  policies: Policies,
  takings: readonly Taking[],
  read: () => AsyncIterable<readonly TraceEvent[]>,
): Promise<readonly KeptTool[]> {
  const kept: KeptTool[] = [];
  for (let left = withoutKept(takings, kept); left.length > 0; left = withoutKept(takings, kept)) {
    const trial = new TakingTrial(policies, left);
    for await (const batch of read()) for (const event of batch) trial.take(event);
    if (trial.kept.length === 0) break;
    kept.push(...trial.kept);
  }
  return kept;
}
