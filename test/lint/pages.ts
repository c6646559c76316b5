import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import { runLint, type LintOutcome } from "../../src/lint/run-lint.ts";
import { LINT_RULES } from "../../src/lint/registry.ts";
import type { Level } from "../../src/lint/rule.ts";

const FOLDER = fileURLToPath(new URL("../../docs/lint/", import.meta.url));

export const TODAY = Date.UTC(2026, 10, 20);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The pages of docs/lint by code. */
export function pages(): ReadonlyMap<string, string> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".md") && name !== "README.md");
  return new Map(
    names.map((name) => [name.replace(/\.md$/, ""), readFileSync(`${FOLDER}${name}`, "utf8")]),
  );
}

/** The YAML under a heading of a page. */
export function snippet(page: string, heading: string): string {
  return new RegExp(`## ${heading}\\n\`\`\`yaml\\n([\\s\\S]*?)\\n\`\`\``).exec(page)?.[1] ?? "";
}

function headOf(part: string, i: number): string {
  if (part.startsWith("apiVersion")) return "";
  const kind = /^(agents|people|tools|resources|data|attributes):/m.test(part)
    ? "Catalog"
    : "Policy";
  return `apiVersion: agentz/v1\nkind: ${kind}\nname: page-${i}\nversion: 1.0.0\n`;
}

/** A snippet as whole documents: what a page leaves out for shortness is put in front. */
export function documents(text: string): string {
  return text
    .split(/^---\n/m)
    .map((part, i) => `${headOf(part, i)}${part}`)
    .join("\n---\n");
}

export function assemble(text: string): AssembledSet {
  return assembleSet([{ file: "page.yaml", text }], {
    readBeside: () => ({ fault: "it cannot be read" }),
    sha256,
  });
}

/** Lints one file with every rule at its own level, those named here at `warning`. */
export function lint(
  text: string,
  on: readonly string[] = [],
  assembled = assemble(text),
): LintOutcome {
  const levels = new Map<string, Level>(
    LINT_RULES.filter((rule) => on.includes(rule.code)).map((rule) => [
      rule.code,
      rule.level === "off" ? "warning" : rule.level,
    ]),
  );
  return runLint(assembled, { levels, today: TODAY });
}
