import { conditionCompletions } from "./complete-condition.ts";
import { keyCompletions } from "./complete-key.ts";
import { snippetCompletions } from "./complete-snippet.ts";
import { valueCompletions } from "./complete-value.ts";
import { cursorAt, documentStart } from "./find-cursor.ts";
import type { Completion } from "./completion-item.ts";
import type { EditorSet } from "./editor-set.ts";
import { actionsAround } from "./rule-text.ts";
import { grammarAt } from "./schema.ts";
import type { Typing } from "./typing.ts";

/** The kind that the document at an offset says it is. */
function kindAt(text: string, offset: number): string | undefined {
  const start = documentStart(text, offset);
  const end = /^(?:---|\.\.\.)/m.exec(text.slice(Math.max(offset, start)))?.index;
  const document = text.slice(
    start,
    end === undefined ? text.length : Math.max(offset, start) + end,
  );
  return /^kind:[ \t]*["']?(\w+)/m.exec(document)?.[1];
}

/**
 * What may be written at an offset of a text, which need not be well-formed: fields, words, names of
 * tools, agents and state, and within conditions attributes and functions.
 */
export function completionsAt(text: string, offset: number, set: EditorSet): readonly Completion[] {
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return [];
  const root = set.schemas.get(kindAt(text, offset) ?? "");
  if (root === undefined) {
    const typing: Typing = { text, offset, cursor, set, grammar: [], root };
    return cursor.role === "value" ? valueCompletions(typing) : keyCompletions(typing);
  }
  const grammar = grammarAt(root, cursor.path);
  const typing: Typing = { text, offset, cursor, set, grammar, root };
  if (cursor.role === "key") return keyCompletions(typing);
  if (grammar.some(({ name }) => name === "condition") || isCondition(typing))
    return conditionCompletions(typing, actionsAround(typing));
  const values = valueCompletions(typing);
  return cursor.role === "open"
    ? [...snippetCompletions(typing), ...keyCompletions(typing), ...values]
    : values;
}

/** Conditions that the grammar calls by no name of their own. */
function isCondition({ cursor: { path } }: Typing): boolean {
  return path.at(-1) === "where" || (path[0] === "session" && path.at(-1) === "key");
}
