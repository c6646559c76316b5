import { readdirSync, type Dirent } from "node:fs";
import { resolve } from "node:path";

/** What may stand in the place of a path in agentz.yaml beside paths. */
const OTHERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["baseline", ["recorded", "git:main"]],
]);
const DOCUMENTS = /\.ya?ml$/i;
const FILES: ReadonlyMap<string, RegExp> = new Map([
  ["candidate", DOCUMENTS],
  ["baseline", DOCUMENTS],
  ["tests", DOCUMENTS],
  ["trace", /\.(?:jsonl?|ndjson)(?:\.(?:gz|zst))?$/i],
]);

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * What a field of the agentz.yaml of a folder may name that takes paths: folders, with `/` behind
 * them, and files of the kind that the field takes, in the folder that is typed so far. None: the
 * field takes no paths.
 */
export function configPaths(folder: string, field: string, typed: string): readonly string[] {
  const wanted = FILES.get(field);
  if (wanted === undefined) return [];
  const above = typed.slice(0, typed.lastIndexOf("/") + 1);
  const paths = entriesOf(resolve(folder, above)).flatMap((entry) => {
    const { name } = entry;
    if (name.startsWith(".") || name === "node_modules" || name === "agentz.yaml") return [];
    if (entry.isDirectory()) return [`${above}${name}/`];
    return wanted.test(name) ? [above + name] : [];
  });
  return [...(above === "" ? (OTHERS.get(field) ?? []) : []), ...paths.sort()];
}
