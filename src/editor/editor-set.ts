import { loadDocuments, type Loaded } from "../policy/load.ts";
import type { Document } from "../policy/model.ts";
import { typeScopes, type TypeScopes } from "../policy/type-scope.ts";
import type { Source } from "../text/span.ts";
import { mentionsOf, type Mention } from "./mentions.ts";
import type { Schemas } from "./schema.ts";

/** One file of a set as an editor sees it. */
export interface EditorFile {
  readonly source: Source;
  readonly loaded: Loaded;
  /** Where it names rules, tools, agents, state and the like. */
  readonly mentions: () => readonly Mention[];
}

/** Reads a file; whatever is wrong with it is in `loaded.diagnostics`. */
export function editorFile(source: Source): EditorFile {
  const loaded = loadDocuments([source]);
  let mentions: readonly Mention[] | undefined;
  return { source, loaded, mentions: () => (mentions ??= mentionsOf(source, loaded)) };
}

/** The documents of a set that belong together, with what may be asked about all of them. */
export interface EditorSet {
  readonly files: readonly EditorFile[];
  readonly documents: readonly Document[];
  readonly schemas: Schemas;
  /** The shapes of what conditions read. */
  readonly scopes: TypeScopes;
}

/**
 * A set of files. Of a file that is half-typed, `lastWhole` stands for what it says: names that were
 * there a moment ago are still offered.
 */
export function editorSet(
  files: readonly EditorFile[],
  lastWhole: ReadonlyMap<string, EditorFile>,
  schemas: Schemas,
): EditorSet {
  const known = files.map((file) => lastWhole.get(file.source.file) ?? file);
  const documents = known.flatMap(({ loaded }) => loaded.documents);
  const scopes = typeScopes(documents, { vocabulary: true });
  return { files: known, documents, schemas, scopes };
}
