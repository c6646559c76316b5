import { Unknown } from "../../condition/value.ts";
import { delegationModes, rowOf, type Call } from "../../engine/call.ts";
import type { Plan, PlanMemo } from "../../engine/plan.ts";
import { matchRule, type CompiledRule, type Match, type Test } from "../../engine/compiled-rule.ts";
import { Run } from "../../engine/run.ts";
import type { Row } from "../../engine/row.ts";
import { fitsAction } from "../../engine/scope.ts";
import { isNonHuman } from "../../engine/catalog-index.ts";
import type { CompiledManifest } from "../../engine/manifest.ts";
import type { ApprovalsMode } from "../../engine/member.ts";
import { COLUMN, type Layout } from "../../trace/columns/layout.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { engineSide, type Side } from "../side.ts";
import type { Atom } from "./atoms.ts";
import type { Light } from "./segment-rows.ts";
import type { SetReads } from "./set-reads.ts";
import { columnOf } from "./probe-plan.ts";
import { isPathColumn, VEILED_STATE } from "./views.ts";

/** How calls of one key are decided by one version. */
export interface Standing {
  /** One of the calls, as the version sees it. */
  readonly call: Call;
  /** The decision of every such call; undefined: it hangs on more than the key. */
  readonly side: Side | undefined;
  /** What the decision hangs on besides, to be asked on the state before each call. */
  readonly dynamic: readonly Atom[];
  /**
   * `columns`: the engine has to be asked for each call; `event`: on the whole event, since columns
   * do not hold all that it reads.
   */
  readonly engine: "columns" | "event" | undefined;
  /**
   * Whether such a call may change what later ones see, but for the containments that its decision
   * may start.
   */
  readonly writes: boolean;
  /** The declarations of state that it may trigger, by their place. */
  readonly triggered: readonly number[];
  /** What of the call state is read and written by; undefined: all of it. */
  readonly light: Light | undefined;
}

const VERDICT = new Unknown(["decision"]);

/** Tells how the calls of a key stand, by one of them: its event as far as columns tell. */
export class Standings {
  readonly #reads: SetReads;
  readonly #run: Run;
  readonly #plans: PlanMemo;
  readonly #approvals: ApprovalsMode;
  readonly #manifests: readonly CompiledManifest[];

  readonly #layout: Layout;
  readonly #lights: Map<string, Light>;
  /** Rules that read state or time, with the atoms that do. */
  readonly #dynamic: ReadonlyMap<CompiledRule, readonly Atom[]>;

  /**
   * `lights`: what calls are read by, each once for all versions, so that what is read for one
   * serves the others.
   */
  constructor(
    reads: SetReads,
    approvals: ApprovalsMode,
    { layout, lights }: { readonly layout: Layout; readonly lights: Map<string, Light> },
  ) {
    this.#reads = reads;
    this.#layout = layout;
    this.#lights = lights;
    this.#approvals = approvals;
    this.#plans = reads.set.plans;
    this.#run = new Run(reads.set, { approvals });
    this.#manifests = [...reads.set.manifests.values()];
    this.#dynamic = new Map(
      reads.rules.flatMap(({ rule, atoms }) =>
        atoms.some(({ dynamic }) => dynamic)
          ? [[rule, atoms.filter(({ dynamic }) => dynamic)] as const]
          : [],
      ),
    );
  }

  /** `approvals`: the event lists approvals, which columns do not hold. */
  of(event: TraceEvent, approvals: boolean): Standing {
    const { set } = this.#reads;
    const call = this.#run.prepare(event.request);
    const row = rowOf(call, call.subject, this.#run.state);
    const plan = this.#plans.planFor(row, call.action);
    const engine = this.#needsEvent(call, plan, approvals)
      ? ("event" as const)
      : this.#needsEngine(call)
        ? ("columns" as const)
        : undefined;
    const dynamic = engine === undefined ? this.#dynamicAtoms(call, plan) : [];
    const triggered = this.#triggered(call);
    const light =
      set.stateful && engine === undefined && call.mask === undefined
        ? this.#light(dynamic, triggered)
        : undefined;
    if (engine !== undefined || dynamic.length > 0)
      return {
        call,
        side: undefined,
        dynamic,
        engine,
        writes: engine !== undefined || triggered.length > 0 || this.#counts(call),
        triggered,
        light,
      };
    const side = engineSide(call, this.#run.decide(call));
    return {
      call,
      side,
      dynamic,
      engine: undefined,
      triggered,
      light,
      writes:
        set.stateful &&
        (triggered.length > 0 ||
          this.#counts(call) ||
          (side.engine?.outcome.containments.length ?? 0) > 0),
    };
  }

  /** Approvals bind to whole arguments, and so do the schemas of manifests. */
  #needsEvent(call: Call, plan: Plan, approvals: boolean): boolean {
    if (
      approvals &&
      this.#approvals === "recorded" &&
      (this.#decidesForOthers(call) || plan.some(({ rule }) => rule.approval !== undefined))
    )
      return true;
    return (this.#decidesForOthers(call) ? this.#manifests : this.#mayBound(call)).some(
      ({ entries }) =>
        entries?.some(
          (entry) =>
            entry.accepts !== undefined && fitsAction([entry.glob], call.action.name) !== false,
        ) === true,
    );
  }

  /** What hangs on a session's calls so far, or on the agents above, is the engine's to tell. */
  #needsEngine(call: Call): boolean {
    return this.#decidesForOthers(call) || this.#mayBound(call).some(isBounded);
  }

  /**
   * Whether the set decides for the agents above, or for the person acted for, besides (design
   * 4.5).
   */
  #decidesForOthers(call: Call): boolean {
    const { set } = this.#reads;
    if (set.modes.length === 0) return false;
    const { modes } = delegationModes(set, call.subject);
    const chained = call.chain.agents.length > 0 || call.chain.unknown !== undefined;
    return modes.includes("user") || (chained && modes.includes("agents"));
  }

  /**
   * The manifests that may speak of a call: its agent's, or all where nobody knows which agent it
   * is.
   */
  #mayBound({ subject }: Call): readonly CompiledManifest[] {
    if (subject.type !== undefined && !isNonHuman(subject.type)) return [];
    if (subject.id === undefined) return this.#manifests;
    const own = this.#reads.set.manifests.get(subject.id);
    return own === undefined ? [] : [own];
  }

  /** The atoms on state and time of rules that neither hold nor fail whatever those are. */
  #dynamicAtoms(call: Call, plan: Plan): readonly Atom[] {
    const asked = plan.filter(({ rule }) => this.#dynamic.has(rule));
    if (asked.length === 0) return [];
    const row = veiled(call);
    return asked.flatMap(({ rule, fit }) =>
      isOpen(matchRule(rule, row, { fit, action: call.action.name }))
        ? (this.#dynamic.get(rule) ?? [])
        : [],
    );
  }

  /** The declarations of state that may be triggered. */
  #triggered(call: Call): readonly number[] {
    const { compiled, declares } = this.#reads.set;
    if (!declares) return [];
    const row: Row = {
      ...veiled(call),
      verdict: { effect: VERDICT, permitted: VERDICT, approved: VERDICT },
    };
    // what is said of the record may say of the outcome what it does not hold here
    const mayBe = (when: Test | undefined): boolean =>
      call.mask !== undefined || when === undefined || when(row) !== false;
    return [...compiled.labels, ...compiled.counters, ...compiled.values].flatMap(({ when }, i) =>
      mayBe(when) ? [i] : [],
    );
  }

  /** What the atoms on state and the triggered declarations read. */
  #light(dynamic: readonly Atom[], triggered: readonly number[]): Light {
    const atoms = [...dynamic, ...triggered.flatMap((i) => this.#reads.declarations[i] ?? [])];
    const paths = atoms.flatMap((atom) => atom.paths);
    const columns = paths
      .map((path) => columnOf(this.#layout, path))
      .filter((column) => isPathColumn(column));
    const light = {
      columns: [...new Set([...columns, COLUMN.delegation, COLUMN.onBehalfOf, COLUMN.status])].sort(
        (a, b) => a - b,
      ),
      resource: paths.some(([root]) => root === "resource"),
    };
    const name = JSON.stringify(light);
    const known = this.#lights.get(name) ?? light;
    this.#lights.set(name, known);
    return known;
  }

  /** Whether the call counts for a manifest that bounds the calls of a session. */
  #counts(call: Call): boolean {
    const { bounds, manifests } = this.#reads.set;
    if (!bounds) return false;
    if (call.chain.agents.length > 0) return true;
    const own = call.subject.id === undefined ? undefined : manifests.get(call.subject.id);
    return own !== undefined && isBounded(own);
  }
}

function isBounded({ manifest }: CompiledManifest): boolean {
  return manifest?.maxCalls !== undefined || manifest?.maxDuration !== undefined;
}

/**
 * A call's row of which neither state nor time is known: what a condition comes to on it, it comes
 * to on any.
 */
function veiled(call: Call): Row {
  const request = Object.fromEntries(
    Object.entries(call.request).filter(([name]) => name !== "time" && name !== "outcome"),
  );
  return { ...rowOf(call, call.subject, VEILED_STATE), request };
}

/**
 * Whether state or time may still tell: also whether a rule was excepted, which shows only where it
 * would have matched.
 */
function isOpen({ truth, excepted }: Match): boolean {
  return typeof truth !== "boolean" || excepted;
}
