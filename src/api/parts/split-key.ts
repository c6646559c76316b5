import { stateKinds, type StateKind } from "../../batch/values/state-names.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { SplitKey } from "../../documents/part-result.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";

/** By what a trace may be split for some versions, and what of them keeps state by it. */
export interface Split {
  readonly key: SplitKey;
  /** As messages name them; empty: the versions keep no state. */
  readonly uses: readonly string[];
}

const WORDS: { readonly [kind in StateKind]: string } = {
  session: "session",
  subject: "subject",
  on_behalf_of: "person",
  tenant: "tenant",
  condition: "what a condition says",
};

function refused(why: string, help: string): UserError {
  return new UserError("no-split", `the trace cannot be split into parts: ${why}`, { help });
}

const ONE_MACHINE = "replay the trace as one, with `agentz replay`";

/**
 * The one key by which a trace may be split so that calls that share state stay together. A
 * `UserError` where there is none: state by several keys or by what a condition says, and delegation
 * of agents whose state is kept by another key than the session.
 */
export function splitOf(versions: readonly CompiledSet[]): Split {
  const uses = new Map<StateKind, Set<string>>();
  for (const { by, what } of versions.flatMap(stateKinds))
    uses.set(by, (uses.get(by) ?? new Set<string>()).add(what));
  const kinds = [...uses].map(([by, what]) => ({ by, what: [...what].sort() }));
  const condition = uses.get("condition");
  if (condition !== undefined)
    throw refused(
      `${[...condition].join(", ")} ${condition.size === 1 ? "is" : "are"} kept by what a condition ` +
        "says, which only the whole call tells",
      ONE_MACHINE,
    );
  if (kinds.length > 1)
    throw refused(
      `state is kept by ${kinds.map(({ by, what }) => `${WORDS[by]} (${what.join(", ")})`).join(" and by ")}, ` +
        "and no split keeps the calls of both together",
      `declare all state by one \`key\`, or ${ONE_MACHINE}`,
    );
  const [only] = kinds;
  if (only === undefined || only.by === "condition") return { key: "session", uses: [] };
  if (only.by !== "session" && versions.some(({ modes }) => modes.length > 0))
    throw refused(
      `state is kept by ${WORDS[only.by]} (${only.what.join(", ")}), and a policy with ` +
        "`delegation` reads the state of every agent above",
      `keep the state by session, or ${ONE_MACHINE}`,
    );
  return { key: only.by, uses: only.what };
}
