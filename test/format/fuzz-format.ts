import * as fc from "fast-check";
import { formatSource } from "../../src/format/format-source.ts";
import { sha256 } from "../../src/node/hash.ts";
import { canonicalDigest } from "../../src/policy/digest.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { yamlComments } from "../../src/policy/yaml-comments.ts";
import { drawn, scenarioOf } from "../fuzz/scenario.ts";
import { disturbance, disturbed } from "./disturbed.ts";

const FILE = "p.yaml";

function digestOf(text: string): string {
  const { documents, diagnostics } = loadDocuments([{ file: FILE, text }]);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return canonicalDigest(documents, sha256);
}

function commentsOf(text: string): readonly string[] {
  return [...yamlComments(text)].map((one) => one.text.trimEnd()).sort();
}

/** What is wrong with how a text was laid out; undefined: nothing. */
export async function formatFault(text: string, width: number): Promise<string | undefined> {
  const formatted = await formatSource({ file: FILE, text }, width);
  if (formatted === "other") return "it is taken for another file";
  if (!("text" in formatted)) return `refused: ${formatted.why}`;
  const again = await formatSource({ file: FILE, text: formatted.text }, width);
  if (again === "other" || !("text" in again) || again.text !== formatted.text)
    return "laying it out again changes it";
  if (digestOf(formatted.text) !== digestOf(text)) return "the digest changed";
  if (commentsOf(formatted.text).join("\n") !== commentsOf(text).join("\n"))
    return "a comment was lost";
  return undefined;
}

/**
 * Lays out random policies that people wrote as they like. Throws with the smallest one that is
 * laid out wrongly; gives how many were tried and how many `agentz-ignore` kept as they were.
 */
export async function fuzzFormat(
  runs: number,
  seed: number,
): Promise<{ readonly tried: number; readonly kept: number; readonly comments: number }> {
  let [tried, kept, comments] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(
      drawn,
      disturbance,
      fc.constantFrom(40, 60, 80, 100, 140),
      async (given, how, width) => {
        for (const text of scenarioOf(given).texts) {
          const one = disturbed(text, how);
          const fault = await formatFault(one.text, width);
          tried++;
          comments += one.added;
          if (fault?.includes("agentz-ignore") === true) kept++;
          else if (fault !== undefined) throw new Error(`${fault}, ${width} columns\n${one.text}`);
        }
      },
    ),
    { numRuns: runs, seed },
  );
  return { tried, kept, comments };
}
