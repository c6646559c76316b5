import { UserError } from "../../diagnostics/user-error.ts";
import type { DiffResult } from "../../documents/diff-result.ts";
import type { VersionCheckResult } from "../../documents/version-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { count } from "../../text/count.ts";
import { shellWord } from "../../text/shell-word.ts";
import { configuredBaseline } from "../baseline.ts";
import { diffDocument, versionDocument } from "../compare.ts";
import type { Config } from "../config/config.ts";
import { loadPolicySet } from "../policy-set.ts";
import { type CiFlags, NO_CANDIDATE, type Step } from "./step.ts";

/** The baseline, or why there is none: told by the steps that need it, so that the others run. */
export type Chosen = { readonly refs: readonly string[] } | { readonly error: unknown };

export async function settleBaseline(
  flags: CiFlags,
  config: Config,
  io: CommandIo,
): Promise<Chosen> {
  try {
    return {
      refs: await configuredBaseline(io, flags, config),
    };
  } catch (error) {
    return { error };
  }
}

export function refsOf(chosen: Chosen): readonly string[] {
  if ("error" in chosen) throw chosen.error;
  return chosen.refs;
}

/** What the change declares, and what it is. */
interface Comparison {
  readonly version: VersionCheckResult;
  readonly diff: DiffResult;
}

async function compare(
  refs: readonly string[],
  paths: readonly string[],
  io: CommandIo,
): Promise<Comparison> {
  const [before, after] = [
    await loadPolicySet(io, refs, paths),
    await loadPolicySet(io, paths, paths),
  ];
  const sets = { before, after };
  return { version: versionDocument(sets), diff: diffDocument(sets) };
}

/**
 * What changed against a folder, whose versions nobody checks; null where there is no set to compare
 * with, and where one does not load (`isTold`: a step says so already; else that is an error).
 */
export async function folderDiff(
  chosen: Chosen,
  paths: readonly string[] | undefined,
  { io, isTold }: { readonly io: CommandIo; readonly isTold: boolean },
): Promise<DiffResult | null> {
  if ("error" in chosen || paths === undefined || chosen.refs.includes("recorded")) return null;
  try {
    return (await compare(chosen.refs, paths, io)).diff;
  } catch (error) {
    if (isTold && error instanceof UserError) return null;
    throw error;
  }
}

function tooLowText(documents: readonly { readonly ok: boolean }[]): string {
  const low = documents.filter(({ ok }) => !ok).length;
  return `${count(low, "document declares", "documents declare")} too little`;
}

/** Why the versions of a change from these are not checked, and what checks them. */
function plainReason(refs: readonly string[]): string {
  const reason = `the baseline \`${refs.join(" ")}\` is neither a commit nor a bundle`;
  const [only] = refs;
  return only === undefined || refs.length > 1 || only === "recorded"
    ? reason
    : `${reason}: \`agentz version check --base ${shellWord(only)}\` checks the versions`;
}

export function versionStep(
  paths: readonly string[] | undefined,
  chosen: Chosen,
  io: CommandIo,
): Step<Comparison> {
  const plain =
    "refs" in chosen &&
    !chosen.refs.every((ref) => ref.startsWith("git:") || ref.endsWith(".agentz"));
  return {
    name: "version",
    run: paths === undefined || plain ? undefined : async () => compare(refsOf(chosen), paths, io),
    reason: plain ? plainReason(chosen.refs) : NO_CANDIDATE,
    failed: ({ version }) => !version.ok,
    summary: ({ version: { changed, required, documents } }) =>
      changed
        ? `the change needs ${required}; ${tooLowText(documents)}`
        : "no document changed in meaning",
  };
}
