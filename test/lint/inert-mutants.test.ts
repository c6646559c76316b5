import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compareSets, type ComparedSet } from "../../src/proof/compare-sets.ts";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import { compileSet } from "../../src/engine/compile-set.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import type { Document } from "../../src/policy/model.ts";
import { NOTHING_MISSING } from "../../src/policy/sound-part.ts";
import { omit } from "../../src/suite/omit.ts";
import { mutatedSet } from "../../src/suite/mutation/mutated-set.ts";
import { mutantsOf, type Mutant } from "../../src/suite/mutation/mutants.ts";
import { TODAY } from "./pages.ts";

const ROOT = fileURLToPath(new URL("../../policies/", import.meta.url));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function assembled(...paths: readonly string[]): AssembledSet {
  const files = paths.flatMap((path) =>
    statSync(join(ROOT, path)).isFile()
      ? [join(ROOT, path)]
      : readdirSync(join(ROOT, path))
          .filter((name) => name.endsWith(".yaml"))
          .map((name) => join(ROOT, path, name)),
  );
  const readBeside = (file: string, path: string): { source: { file: string; text: string } } => ({
    source: {
      file: join(dirname(file), path),
      text: readFileSync(join(dirname(file), path), "utf8"),
    },
  });
  return withoutManifests(
    assembleSet(
      files.map((file) => ({ file, text: readFileSync(file, "utf8") })),
      { readBeside, sha256 },
    ),
  );
}

/** WHY: what a manifest refuses besides is the manifest's, and says nothing of the rule. */
function withoutManifests(set: AssembledSet): AssembledSet {
  const documents = set.documents.map((d) =>
    d.kind === "Catalog"
      ? {
          ...d,
          ...(d.agents === undefined
            ? {}
            : { agents: d.agents.map((agent) => omit(agent, "manifest")) }),
        }
      : d,
  );
  return { ...set, documents, set: compileSet(documents, sha256) };
}

/** The documents without the mutant's rule. */
function without(documents: readonly Document[], { policy, kind }: Mutant): readonly Document[] {
  if (kind.by !== "rule") return documents;
  const { id } = kind.rule;
  return documents.map((d) =>
    d.kind === "Policy" && d.name === policy.name
      ? { ...d, rules: d.rules.filter((rule) => rule.id !== id) }
      : d,
  );
}

/**
 * Whether a mutant's rule does nothing any more: without it nothing is decided otherwise, and that
 * is proven.
 */
function isInert(mutated: ComparedSet, mutant: Mutant): boolean {
  const bare = without(mutated.documents, mutant);
  const { widens, narrows, stateChanged, unclear } = compareSets(
    mutated,
    { documents: bare, set: compileSet(bare, sha256) },
    { now: TODAY },
  );
  return widens.kind === "no" && narrows.kind === "no" && !stateChanged && unclear.length === 0;
}

describe("lint finds the inert mutants", () => {
  test.each([
    ["the sample", ["catalog.yaml", "candidate"]],
    ["the AgentDojo pack, balanced", ["agentdojo/catalog", "agentdojo/balanced"]],
    ["the AgentDojo pack, request", ["agentdojo/catalog", "agentdojo/request"]],
  ] as const)(
    "%s: a rule that a change makes do nothing is found at its place",
    { timeout: 300_000 },
    (_, paths) => {
      const original = assembled(...paths);
      if (original.set === undefined) throw new Error("the set does not load");
      const missed: string[] = [];
      let inert = 0;
      for (const mutant of mutantsOf(original.documents, original.set.catalog)) {
        // a deny rule where nothing permits is a guard for rules to come, and no fault
        if (mutant.kind.by !== "rule" || mutant.kind.rule.effect === "deny") continue;
        const mutated = mutatedSet(original.set, original.documents, mutant);
        if (mutated === undefined || !isInert(mutated, mutant)) continue;
        inert++;
        const sound = { documents: mutated.documents, set: mutated.set, missing: NOTHING_MISSING };
        const { findings } = runLint(
          { ...original, ...mutated, sound },
          { levels: new Map(), today: TODAY },
        );
        const here = findings.filter(
          ({ file, path, notes = [] }) =>
            (file === mutant.place.file &&
              (path === mutant.place.path || path.startsWith(`${mutant.place.path}.`))) ||
            // below a wide allow rule: that is where the finding is, and it names this one
            notes.some(
              (note) =>
                note.file === mutant.place.file &&
                note.span?.start === mutant.place.span.start &&
                note.message.startsWith(`${mutant.rule} has no effect`),
            ),
        );
        if (here.length === 0) missed.push(`${mutant.rule}: ${mutant.change}`);
      }
      expect(inert).toBeGreaterThan(0);
      expect(missed).toEqual([]);
    },
  );
});
