import { count } from "./count.ts";

/** What changed where no change changes a decision, in words without a final period. */
export function decidingNothingText(changes: readonly { readonly sentence: string }[]): string {
  const [first, ...more] = changes;
  if (first === undefined) return "what changed decides nothing";
  if (more.length === 0) return first.sentence;
  const decide = more.length === 1 ? "decides" : "decide";
  return `${first.sentence}, and ${count(more.length, "more change")} that ${decide} nothing`;
}
