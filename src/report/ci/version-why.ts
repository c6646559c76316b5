import type { ChangeGroup } from "../../documents/replay-result.ts";

const NARROWS = " (this only narrows)";

/** The replay of a result, as far as it says which rules widen calls. */
interface WidenedGroups {
  readonly replay: {
    readonly groups: readonly Pick<ChangeGroup, "class" | "fromRules" | "toRules">[];
  } | null;
}

/**
 * Why a document needs its version, in one line. Where a rule only narrows by itself and recorded
 * calls that it decided are widened together with other rules, these rules are named instead.
 */
export function whyText(why: readonly string[], { replay }: WidenedGroups): string {
  const widened = (replay?.groups ?? []).filter((group) => group.class === "widened");
  const words = (sentence: string): string => {
    const rule = /^rule `([^`]+)`/.exec(sentence)?.[1];
    if (rule === undefined || !sentence.endsWith(NARROWS)) return sentence;
    const others = new Set(
      widened
        .filter(({ fromRules, toRules }) => [...fromRules, ...toRules].includes(rule))
        .flatMap(({ toRules }) => toRules)
        .filter((name) => name !== rule),
    );
    if (others.size === 0) return sentence;
    const named = [...others].map((name) => `\`${name}\``).join(", ");
    return `${sentence.slice(0, -NARROWS.length)} (together with ${named} this widens recorded calls)`;
  };
  return why.map(words).join("; ");
}
