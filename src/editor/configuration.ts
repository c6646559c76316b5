import type { JsonObject } from "../request/json.ts";
import type { Completion } from "./completion-item.ts";
import { keyCompletions } from "./complete-key.ts";
import { valueCompletions } from "./complete-value.ts";
import { editorFile, editorSet } from "./editor-set.ts";
import { cursorAt } from "./find-cursor.ts";
import { fieldAbout, type Hover } from "./hover.ts";
import { nodeAt } from "./node-at.ts";
import { grammarAt } from "./schema.ts";
import type { Typing } from "./typing.ts";

/** A configuration is no part of a set of documents. */
const NO_SET = editorSet([], new Map(), new Map());

/** What may be written at an offset of a configuration, by its schema. */
export function configCompletionsAt(
  text: string,
  offset: number,
  schema: JsonObject,
): readonly Completion[] {
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return [];
  const grammar = grammarAt(schema, cursor.path);
  const typing: Typing = { text, offset, cursor, set: NO_SET, grammar, root: schema };
  if (cursor.role === "key") return keyCompletions(typing);
  const values = valueCompletions(typing);
  return cursor.role === "open" ? [...keyCompletions(typing), ...values] : values;
}

/** What the schema tells of a field of a configuration; undefined: no field stands there. */
export function configHoverAt(text: string, offset: number, schema: JsonObject): Hover | undefined {
  const at = nodeAt(editorFile({ file: "", text }), offset);
  return at && fieldAbout(at, schema);
}
