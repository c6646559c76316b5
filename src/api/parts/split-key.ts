import { stateKinds, type StateKind } from "../../batch/values/state-names.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { KeptBy, SplitKey, WholeKey } from "../../documents/part-result.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";

/** By what a trace may be split for some versions, and what of them keeps state by it. */
export interface Split {
  readonly key: SplitKey;
  /** As messages name them; empty: the versions keep no state by it. */
  readonly uses: readonly string[];
  /**
   * Keys by which the versions keep state, and that the split may not keep together. It is right only
   * if no part has a value of one of them in common with another part, which `agentz merge` proves or
   * refuses. The subject is always among them, since a call has the state of the agents above it too.
   */
  readonly whole: readonly WholeKey[];
}

/** What messages call what state is kept by. */
export const KEY_WORDS: { readonly [kind in StateKind]: string } = {
  session: "session",
  subject: "subject",
  on_behalf_of: "person",
  tenant: "tenant",
  condition: "what a condition says",
};

/** The coarsest first: what mostly holds whole what comes after it. */
export const KEPT_BY = [
  "tenant",
  "on_behalf_of",
  "subject",
  "session",
] as const satisfies readonly KeptBy[];

function refused(why: string, help: string): UserError {
  return new UserError("no-split", `the trace cannot be split into parts: ${why}`, { help });
}

const ONE_MACHINE = "replay the trace as one, with `agentz replay`";

/** What keeps state, by what it is kept by. */
function usesOf(versions: readonly CompiledSet[]): ReadonlyMap<StateKind, readonly string[]> {
  const uses = new Map<StateKind, Set<string>>();
  for (const { by, what } of versions.flatMap(stateKinds))
    uses.set(by, (uses.get(by) ?? new Set<string>()).add(what));
  return new Map([...uses].map(([by, what]) => [by, [...what].sort()]));
}

/** What is asked of a split besides what the versions need. */
export interface SplitFlags {
  /** By what to split; undefined: the coarsest key by which state is kept. */
  readonly key?: SplitKey;
  /** Whether each session has to be in one part, whatever the key is. */
  readonly wholeSessions?: boolean;
}

/**
 * The key by which a trace may be split so that calls that share state stay together. A `UserError`
 * where state is kept by what a condition says.
 */
export function splitOf(
  versions: readonly CompiledSet[],
  { key: asked, wholeSessions = false }: SplitFlags = {},
): Split {
  const uses = usesOf(versions);
  const condition = uses.get("condition");
  if (condition !== undefined)
    throw refused(
      `${condition.join(", ")} ${condition.length === 1 ? "is" : "are"} kept by what a condition ` +
        "says, which only the whole call tells",
      ONE_MACHINE,
    );
  const key = asked ?? KEPT_BY.find((one) => uses.has(one)) ?? "session";
  const whole = KEPT_BY.flatMap((by) => {
    if (by === key && by !== "subject") return [];
    const isAsked = wholeSessions && by === "session";
    const what = uses.get(by) ?? (isAsked ? [] : undefined);
    return what === undefined ? [] : [{ by, uses: what }];
  });
  return { key, uses: isKept(key) ? ownUses(versions, uses, key) : [], whole };
}

/** What keeps state by a key. Approvals do where nothing else keeps any: calls use them up. */
function ownUses(
  versions: readonly CompiledSet[],
  uses: ReadonlyMap<StateKind, readonly string[]>,
  key: KeptBy,
): readonly string[] {
  if (uses.size === 0 && versions.some(({ stateful }) => stateful))
    return ["approvals that calls use up (`require_approval`)"];
  return uses.get(key) ?? [];
}

function isKept(key: SplitKey): key is KeptBy {
  return KEPT_BY.some((one) => one === key);
}

/** What messages call a key of a split. */
export function keyWord(key: SplitKey): string {
  return isKept(key) ? KEY_WORDS[key] : `\`${key}\``;
}
