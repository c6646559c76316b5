import { checkSet } from "../../src/policy/check-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Document } from "../../src/policy/model.ts";
import type { Event } from "../reference/request.ts";
import type { Decision } from "../reference/decision.ts";
import { compare, compareReplay } from "./compare.ts";
import type { Change } from "../reference/replay.ts";

/** One rule, as YAML in one line: `{ id: r, effect: deny }`. */
export function policy(rules: readonly string[], more = ""): string {
  return (
    `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n${more}\nrules:\n` +
    `${rules.map((rule) => `  - ${rule}\n`).join("")}`
  );
}

/** A catalog with these fields. */
export function catalog(fields: string): string {
  return `apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\n${fields}\n`;
}

/** The documents of these texts; throws where one is wrong. */
function documentsOf(texts: readonly string[]): readonly Document[] {
  const loaded = loadDocuments(texts.map((text, i) => ({ file: `${i}.yaml`, text })));
  const problems = [...loaded.diagnostics, ...checkSet(loaded.documents)].filter(
    ({ severity }) => severity === "error",
  );
  if (problems.length > 0)
    throw new Error(
      problems.map(({ file, path, message }) => `${file} ${path}: ${message}`).join("\n"),
    );
  return loaded.documents;
}

/** The decisions on a trace, on which engine and reference agree; throws where they do not. */
export function agreed(texts: readonly string[], events: readonly Event[]): readonly Decision[] {
  return compare({ texts, documents: documentsOf(texts), events });
}

/** The changes from one version to another on a trace, on which engine and reference agree. */
export function agreedChanges(
  baseline: readonly string[],
  candidate: readonly string[],
  events: readonly Event[],
): readonly Change[] {
  const before = { texts: baseline, documents: documentsOf(baseline), events };
  return compareReplay(before, documentsOf(candidate));
}
