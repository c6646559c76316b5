import { createHash } from "node:crypto";
import { analyseSet, type AnalysedRule, type AnalysedSet } from "../../src/proof/analysed-set.ts";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import type { CompiledSet } from "../../src/engine/compile-set.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * A set from YAML documents, one text each; one that does not load fails the test with its
 * diagnostics.
 */
export function load(...texts: readonly string[]): AssembledSet & { readonly set: CompiledSet } {
  const assembled = assembleSet(
    texts.map((text, i) => ({ file: `${i}.yaml`, text })),
    { readBeside: () => ({ fault: "none" }), sha256 },
  );
  if (assembled.set === undefined) throw new Error(JSON.stringify(assembled.diagnostics, null, 1));
  return { ...assembled, set: assembled.set };
}

/** A policy document with these rules (YAML of a list), and what else it says on top. */
export function policy(rules: string, more = "", name = "p"): string {
  return (
    `apiVersion: agentz/v1\nkind: Policy\nname: ${name}\nversion: 1.0.0\n${more}\nrules:\n` +
    `${rules.replace(/^/gm, "  ")}\n`
  );
}

export function analysed(...texts: readonly string[]): AnalysedSet {
  const { documents, set } = load(...texts);
  return analyseSet(documents, set);
}

export function ruleOf(of: AnalysedSet, id: string): AnalysedRule {
  const found = of.rules.find(({ rule }) => rule.id === id);
  if (found === undefined) throw new Error(`no rule ${id}`);
  return found;
}
