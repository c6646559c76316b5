import { firstNames } from "../../text/listed.ts";
import type { DiffChange } from "../../documents/diff-result.ts";
import { markdownSentence, markdownText as text } from "../markdown.ts";

/** Names of further changes that are told; the rest is counted. */
const NAMED = 3;

/** Changes that say the same of several rules, agents or other names. */
export interface AlikeChanges {
  readonly first: DiffChange;
  readonly all: readonly DiffChange[];
}

/** What a change is about without its kind: `refunds/mail` of `rule refunds/mail`. */
function nameOf({ about }: DiffChange): string {
  return about.slice(about.lastIndexOf(" ") + 1);
}

/** Changes with one sentence, but for the name that it is about, as one; in the order of the first of each. */
export function alikeChanges(changes: readonly DiffChange[]): readonly AlikeChanges[] {
  const alike = new Map<string, DiffChange[]>();
  for (const change of changes) {
    const key = JSON.stringify(change.sentence.split(`\`${nameOf(change)}\``));
    alike.set(key, [...(alike.get(key) ?? []), change]);
  }
  return [...alike.values()].flatMap((all) => {
    const [first] = all;
    return first === undefined ? [] : [{ first, all }];
  });
}

/** The sentence as Markdown, once, with how often and of what else it is said. */
export function alikeText({ first, all }: AlikeChanges): string {
  const sentence = markdownSentence(first.sentence, 400);
  if (all.length === 1) return sentence;
  const others = [...new Set(all.map(nameOf))].filter((name) => name !== nameOf(first));
  if (others.length === 0) return `${sentence} (${all.length} times)`;
  const named = others.map((name) => text(name));
  return `${sentence} (${all.length} times alike: also ${firstNames(named, NAMED).join(", ")})`;
}
