import type { JsonObject } from "../request/json.ts";
import type { Completion } from "./completion-item.ts";
import { keyCompletions } from "./complete-key.ts";
import { valueCompletions, wordCompletions } from "./complete-value.ts";
import { editorFile, editorSet } from "./editor-set.ts";
import { cursorAt } from "./find-cursor.ts";
import { fieldAbout, type Hover } from "./hover.ts";
import { nodeAt } from "./node-at.ts";
import { grammarAt } from "./schema.ts";
import type { Typing } from "./typing.ts";

/** A configuration is no part of a set of documents. */
const NO_SET = editorSet([], new Map(), new Map());

/** What a field that takes paths may name, by the field and what is typed of the path. */
type PathsOf = (field: string, typed: string) => readonly string[];

/** What may be written at an offset of a configuration: fields and words of its schema, and paths. */
export function configCompletionsAt(
  { text, offset }: { readonly text: string; readonly offset: number },
  schema: JsonObject,
  pathsOf: PathsOf,
): readonly Completion[] {
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return [];
  const grammar = grammarAt(schema, cursor.path);
  const typing: Typing = { text, offset, cursor, set: NO_SET, grammar, root: schema };
  if (cursor.role === "key") return keyCompletions(typing);
  const [field, item, ...rest] = cursor.path;
  const isPath = typeof field === "string" && rest.length === 0 && typeof item !== "string";
  const paths = isPath ? pathsOf(field, cursor.typed).map((path) => ({ text: path })) : [];
  const values = [...valueCompletions(typing), ...wordCompletions(typing, paths)];
  return cursor.role === "open" ? [...keyCompletions(typing), ...values] : values;
}

/** What the schema tells of a field of a configuration; undefined: no field stands there. */
export function configHoverAt(text: string, offset: number, schema: JsonObject): Hover | undefined {
  const at = nodeAt(editorFile({ file: "", text }), offset);
  return at && fieldAbout(at, schema);
}
