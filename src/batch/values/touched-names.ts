import { readsPath } from "../../condition/paths.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import type { CompiledRule } from "../../engine/compiled-rule.ts";
import { principalOf } from "../../engine/delegation.ts";
import { namedSubject } from "../../engine/identify.ts";
import { rowOf, type PreparedCall } from "../../engine/prepared-call.ts";
import { fitsAction } from "../../engine/scope.ts";
import { keyOf } from "../../engine/state-store.ts";
import type { Condition } from "../../policy/model.ts";
import { keyedSet, namesOf, type KeyedSet, type StateKind } from "./state-names.ts";
import { VEILED_STATE } from "./views.ts";

/** Where a declaration's state is read: `session`, its list, its name. */
type StatePath = readonly ["session", string, string];

const LISTS = ["labels", "counters", "values"] as const;

/** A declaration with its place, and what its own conditions are. */
interface Placed {
  readonly path: StatePath;
  readonly by: StateKind;
  readonly conditions: readonly Condition[];
  readonly at: number;
}

function placed({ declarations }: CompiledSet): readonly Placed[] {
  let at = 0;
  return LISTS.flatMap((list) =>
    declarations[list].map((declaration) => ({
      path: ["session", list, declaration.name] as const,
      by: declaration.key.by,
      conditions: [declaration.when, "add" in declaration ? declaration.add : undefined].filter(
        (one) => one !== undefined,
      ),
      at: at++,
    })),
  );
}

function readsAny(conditions: readonly Condition[], paths: readonly StatePath[]): boolean {
  return conditions.some(({ expr }) => paths.some((path) => readsPath(expr, path)));
}

function conditionsOf({ rule }: CompiledRule): readonly Condition[] {
  return [rule.when, ...rule.exceptions.map(({ when }) => when)].filter((one) => one !== undefined);
}

/**
 * Under which names of one kind a call may read or change a version's state: none where no rule that
 * fits its tool reads such state, and no declaration of it can hold.
 */
export class TouchedNames {
  readonly #set: KeyedSet;
  readonly #kind: StateKind;
  /** Declarations of the kind, and those that read their state. */
  readonly #writing: readonly Placed[];
  readonly #reading: readonly CompiledRule[];
  readonly #isAlways: boolean;

  constructor(set: CompiledSet, kind: StateKind) {
    this.#set = keyedSet(set);
    this.#kind = kind;
    const all = placed(set);
    const paths = all.filter(({ by }) => by === kind).map(({ path }) => path);
    this.#writing = all.filter(({ by, conditions }) => by === kind || readsAny(conditions, paths));
    this.#reading = set.rules.filter((rule) => readsAny(conditionsOf(rule), paths));
    this.#isAlways = kind === "session" || (kind === "subject" && set.contains.subjects);
  }

  of(call: PreparedCall): readonly string[] {
    return this.#isAlways || this.#touches(call) ? this.#names(call) : [];
  }

  #touches(call: PreparedCall): boolean {
    const { name } = call.action;
    if (this.#reading.some(({ scope }) => fitsAction(scope.actions, name) !== false)) return true;
    const row = rowOf(call, call.subject, VEILED_STATE);
    return this.#writing.some(({ at }) => this.#set.declared[at]?.condition.when?.(row) !== false);
  }

  /** Those of the caller, and of everybody for whom the version decides besides (design 4.5). */
  #names(call: PreparedCall): readonly string[] {
    const { set, declared } = this.#set;
    const own = namesOf(this.#set, call, new Set([this.#kind]));
    if (set.modes.length === 0) return own;
    const person = principalOf(call.request, call.mask).name;
    const others = [...call.chain.agents, ...(person === undefined ? [] : [person])].flatMap(
      (name) => {
        const row = rowOf(call, namedSubject(set.catalog, name), VEILED_STATE);
        return declared.flatMap(({ declaration, condition }) => {
          if (declaration.key.by !== this.#kind) return [];
          const key = keyOf(declaration, condition, row);
          return key === undefined ? [] : [`${this.#kind}\u0000${key}`];
        });
      },
    );
    return [...own, ...others];
  }
}
