import { createHash } from "node:crypto";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import type { Policy } from "../../src/policy/model.ts";

export const sha256 = (text: string): string =>
  createHash("sha256").update(text, "utf8").digest("hex");

/** A set from one text; throws with every finding where it does not load. */
export function setOf(text: string): AssembledSet {
  const set = assembleSet([{ file: "set.yaml", text }], {
    readBeside: () => ({ fault: "there is none" }),
    sha256,
  });
  if (set.set === undefined)
    throw new Error(`${set.diagnostics.map((d) => `${d.path} ${d.message}`).join("\n")}\n${text}`);
  return set;
}

export function policiesOf(text: string): readonly Policy[] {
  return setOf(text).documents.filter((document) => document.kind === "Policy");
}

/** A policy `p` with these rules (and more of its fields), as YAML. */
export function policyText(rules: string, more = "", version = "1.0.0"): string {
  return `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: ${version}\n${more}rules:\n${rules
    .trim()
    .split("\n")
    .map((line) => `  ${line.trim()}`)
    .join("\n")}\n`;
}

export function catalogText(body: string, version = "1.0.0"): string {
  return `apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: ${version}\n${body}\n`;
}
