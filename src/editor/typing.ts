import type { JsonObject } from "../request/json.ts";
import type { Cursor } from "./cursor.ts";
import type { EditorSet } from "./editor-set.ts";
import type { Grammar } from "./schema.ts";

/** Somebody types in a text, with all that is known of the place. */
export interface Typing {
  readonly text: string;
  readonly offset: number;
  readonly cursor: Cursor;
  readonly set: EditorSet;
  /** What the grammar has at the cursor's path. */
  readonly grammar: readonly Grammar[];
  /** The schema of the document's kind; undefined: it says none. */
  readonly root: JsonObject | undefined;
}
