import type { CatalogIndex } from "../engine/catalog-index.ts";
import { compileEntityGlob } from "../policy/glob.ts";
import type { Document, ResourceEntry, Tool } from "../policy/model.ts";
import type { Target } from "./question.ts";

/** The resources that the catalogs describe. */
export function resourcesOf(documents: readonly Document[]): readonly ResourceEntry[] {
  return documents.flatMap((document) => (document.kind === "Catalog" ? document.resources : []));
}

/**
 * The classifications that the catalogs give resources of a type; null where some resource of it may have
 * none.
 */
function classesOf(type: string, documents: readonly Document[]): readonly (string | null)[] {
  const entries = resourcesOf(documents).filter(
    (entry) => compileEntityGlob(entry.match).fits(type, undefined) !== false,
  );
  const classes: (string | null)[] = [
    ...new Set(entries.flatMap((entry) => entry.classification ?? [])),
  ].sort();
  const whole = entries.some(
    (entry) =>
      entry.classification !== undefined &&
      compileEntityGlob(entry.match).fits(type, undefined) === true,
  );
  return whole ? classes : [...classes, null];
}

/**
 * What a tool can be used on, as far as the catalogs tell: one target for each classification of its
 * resources.
 */
export function targetsOf(tool: Tool, documents: readonly Document[]): readonly Target[] {
  if (tool.resource === undefined || tool.resource === "none")
    return [{ kind: "as the tool says" }];
  const { type } = tool.resource;
  return classesOf(type, documents).map((classification) => ({
    kind: "class",
    type,
    classification,
  }));
}

/** Every tool of the catalogs, by name. */
export function toolsOf(catalog: CatalogIndex): readonly Tool[] {
  return [...catalog.tools].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { tool }]) => tool);
}
