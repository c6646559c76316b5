import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { loadDocuments, type Loaded } from "../../src/policy/load.ts";
import { checkSet } from "../../src/policy/check-set.ts";

/** A diagnostic as tables state it: its code, the text it underlines, its path. */
export type Seen = readonly [code: string, underlined: string, path: string];

export function seen(diagnostics: readonly Diagnostic[], text: string): readonly Seen[] {
  return diagnostics.map(({ code, span, path }) => [code, text.slice(span.start, span.end), path]);
}

export function load(text: string): Loaded {
  return loadDocuments([{ file: "set.yaml", text }]);
}

/** What loading and checking one text finds. */
export function findings(text: string): readonly Diagnostic[] {
  const loaded = load(text);
  return [...loaded.diagnostics, ...checkSet(loaded.documents, loaded.complete)];
}

export const POLICY_HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n";
export const CATALOG_HEAD = "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\n";

/** A policy of one rule with these further lines. */
export function ruleText(...lines: readonly string[]): string {
  return `${POLICY_HEAD}rules:\n  - id: r\n${lines.map((line) => `    ${line}\n`).join("")}`;
}
