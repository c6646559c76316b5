import type { DiffResult } from "../../documents/diff-result.ts";
import type { VersionCheckResult } from "../../documents/version-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { count } from "../../text/count.ts";
import { gravestVersions } from "../../text/gravest-versions.ts";
import { firstNames, listed } from "../../text/listed.ts";
import { configuredBaseline } from "../baseline.ts";
import { diffDocument, versionDocument } from "../compare.ts";
import type { Config } from "../config/config.ts";
import { loadPolicySet } from "../policy-set.ts";
import { refuseUncompared } from "../refuse-uncompared.ts";
import { RECORDED_POLICY } from "../recorded-policy.ts";
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
  await refuseUncompared(io, {
    baseline: { ...before, refs },
    candidate: { ...after, refs: paths },
  });
  const sets = { before, after };
  return { version: versionDocument(sets), diff: diffDocument(sets) };
}

/** Documents that are named; of more, the others are counted. */
const NAMED = 3;

function tooLowText(documents: VersionCheckResult["documents"]): string {
  const low = gravestVersions(documents).filter(({ ok }) => !ok);
  if (low.length === 0) return "every document declares enough";
  const named = low.map(({ name, declared: { from, to } }) =>
    from === to
      ? `${name} (still ${to ?? "none"})`
      : `${name} (${from ?? "none"} -> ${to ?? "none"})`,
  );
  return (
    `${count(low.length, "document declares", "documents declare")} too little: ` +
    `${listed(firstNames(named, NAMED))}; agentz version bump raises ${low.length === 1 ? "it" : "them"}`
  );
}

/** What names no policy set that could be compared. */
const NO_SET: ReadonlySet<string> = new Set(["recorded", RECORDED_POLICY]);

/** Whether the versions declare what changed against a commit, a bundle or files. */
export function versionStep(
  paths: readonly string[] | undefined,
  chosen: Chosen,
  io: CommandIo,
): Step<Comparison> {
  const recorded = "refs" in chosen ? chosen.refs.find((ref) => NO_SET.has(ref)) : undefined;
  return {
    name: "version",
    run:
      paths === undefined || recorded !== undefined
        ? undefined
        : async () => compare(refsOf(chosen), paths, io),
    reason:
      recorded === undefined
        ? NO_CANDIDATE
        : `the baseline \`${recorded}\` is no policy set: pass a commit, a folder or a bundle`,
    failed: ({ version }) => !version.ok,
    summary: ({ version: { changed, required, documents } }) =>
      changed
        ? `the change needs ${required}; ${tooLowText(documents)}`
        : "no document changed in meaning",
  };
}
