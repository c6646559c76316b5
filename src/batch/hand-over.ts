import { delegationModes, type PreparedCall } from "../engine/prepared-call.ts";
import { isNonHuman } from "../engine/catalog-index.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { CompiledManifest } from "../engine/manifest.ts";
import { fitsAction } from "../engine/scope.ts";
import { Kept, PairTable } from "../text/pair-table.ts";
import type { SetReads } from "./values/set-reads.ts";
import { COLUMN, isKept } from "../trace/columns/layout.ts";
import type { BatchRow } from "./batch-row.ts";

const FOR_OTHERS = "policies also decide for others than the caller";
const RESOURCE = "a resource is read from more than columns contain";
const REASONS = [FOR_OTHERS, RESOURCE] as const;
const [YES, NO] = [1, 2];

/**
 * Tells which calls the engine has to decide on their events, by whom and by which tool they are:
 * what then is read of them no column holds.
 */
export class HandOver {
  readonly #versions: readonly SetReads[];
  readonly #idle: boolean;
  readonly #steps = new PairTable();
  readonly #known = new Kept();
  readonly #checks: boolean;
  readonly #checked = new Kept();

  constructor(versions: readonly SetReads[]) {
    this.#versions = versions;
    this.#idle = versions.every(
      (reads) =>
        reads.set.modes.length === 0 &&
        [...reads.resourcePaths.values()].every((paths) => paths.every(isKept)),
    );
    this.#checks = versions.some(({ set }) => [...set.manifests.values()].some(checksArguments));
  }

  /**
   * Whether a manifest that may speak of a row checks its arguments by a schema: then all of them
   * are needed, as the event has them.
   */
  checksArguments(row: BatchRow): boolean {
    if (!this.#checks) return false;
    const at = this.#steps.step(this.#steps.step(row.subject, row.action), CHECKED);
    const known = this.#checked.get(at);
    if (known !== 0) return known === YES;
    const found = row.calls().some((call, i) => {
      const reads = this.#versions[i];
      return reads !== undefined && isChecked(reads.set, call);
    });
    this.#checked.set(at, found ? YES : NO);
    return found;
  }

  /** Why a row is the engine's; undefined: it is not. */
  why(row: BatchRow): string | undefined {
    if (this.#idle) return undefined;
    const chained = row.has(COLUMN.delegation) || row.has(COLUMN.parent);
    const at = this.#steps.step(this.#steps.step(row.subject, row.action), chained ? 1 : 0);
    const known = this.#known.get(at);
    if (known !== 0) return REASONS[known - 2];
    const found = this.#find(row.calls(), chained);
    this.#known.set(at, 2 + (found === undefined ? -1 : REASONS.indexOf(found)));
    return found;
  }

  #find(calls: readonly PreparedCall[], chained: boolean): (typeof REASONS)[number] | undefined {
    for (let i = 0; i < calls.length; i++) {
      const [call, reads] = [calls[i], this.#versions[i]];
      if (call === undefined || reads === undefined) continue;
      if (isForOthers(reads.set, call, chained)) return FOR_OTHERS;
      const { tool } = call.action;
      const paths =
        tool === undefined
          ? undefined
          : reads.resourcePaths.get(`${tool.tool.server}/${tool.tool.name}`);
      if (paths?.every(isKept) === false) return RESOURCE;
    }
    return undefined;
  }
}

/** Beside whether a row is chained. */
const CHECKED = 2;

/**
 * Whether a set decides for the agents above, or for the person acted for, besides (design 4.5);
 * `chained`: there may be such agents.
 */
function isForOthers(set: CompiledSet, call: PreparedCall, chained: boolean): boolean {
  if (set.modes.length === 0) return false;
  const { modes } = delegationModes(set, call.subject);
  return (
    modes.includes("user") ||
    (modes.includes("agents") && (chained || call.chain.unknown !== undefined))
  );
}

function checksArguments({ entries }: CompiledManifest): boolean {
  return entries?.some(({ accepts }) => accepts !== undefined) === true;
}

/** Whether a manifest that may speak of a call checks its arguments by a schema. */
function isChecked({ manifests }: CompiledSet, { subject, action }: PreparedCall): boolean {
  if (subject.type !== undefined && !isNonHuman(subject.type)) return false;
  const own = subject.id === undefined ? undefined : manifests.get(subject.id);
  const all = subject.id === undefined ? [...manifests.values()] : own === undefined ? [] : [own];
  return all.some(
    ({ entries }) =>
      entries?.some(
        ({ accepts, glob }) => accepts !== undefined && fitsAction([glob], action.name) !== false,
      ) === true,
  );
}
