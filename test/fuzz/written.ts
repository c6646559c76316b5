import { checkSet } from "../../src/policy/check-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import type { Event } from "../reference/request.ts";
import type { Decision } from "../reference/decision.ts";
import { compare } from "./compare.ts";

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

/** The decisions on a trace, on which engine and reference agree; throws where they do not. */
export function agreed(texts: readonly string[], events: readonly Event[]): readonly Decision[] {
  const loaded = loadDocuments(texts.map((text, i) => ({ file: `${i}.yaml`, text })));
  const problems = [...loaded.diagnostics, ...checkSet(loaded.documents)].filter(
    ({ severity }) => severity === "error",
  );
  if (problems.length > 0)
    throw new Error(
      problems.map(({ file, path, message }) => `${file} ${path}: ${message}`).join("\n"),
    );
  return compare({ texts, documents: loaded.documents, events });
}
