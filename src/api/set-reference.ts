import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { chooseDocuments } from "./baseline.ts";
import { readConfig, neededPaths } from "./config/config.ts";
import { isBundle } from "../node/bundle-file.ts";
import { isMissing } from "../node/file-error.ts";
import type { CommandIo } from "../node/io.ts";
import type { TwoSets } from "./compare.ts";
import { loadPolicySet } from "./policy-set.ts";
import { refuseUncompared } from "./refuse-uncompared.ts";

/** A reference as it is meant: a path that exists, `git:<ref>`, or else a bare git ref. */
export async function resolveReference(cwd: string, given: string): Promise<string> {
  if (given.startsWith("git:") || isBundle(given)) return given;
  // what cannot be looked at may be there: who reads it then says so
  const missing = await stat(resolve(cwd, given)).then(() => false, isMissing);
  return missing ? `git:${given}` : given;
}

export interface BaseFlags {
  readonly base?: string;
  readonly candidate?: readonly string[];
  readonly config?: string;
}

/**
 * The candidate and what it is checked against: `--base`, else the default baseline (design 7.3).
 */
export async function loadWithBase(io: CommandIo, flags: BaseFlags): Promise<TwoSets> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const base = await chooseDocuments(
    io,
    flags.base === undefined ? config.baseline : [await resolveReference(io.cwd, flags.base)],
    paths,
  );
  const after = await loadPolicySet(io, paths, paths);
  const before = await loadPolicySet(io, base, paths);
  const sets = { baseline: { ...before, refs: base }, candidate: { ...after, refs: paths } };
  await refuseUncompared(io, sets, "--base");
  return { before, after };
}
