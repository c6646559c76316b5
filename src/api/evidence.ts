import { isJsonObject, type JsonObject } from "../request/json.ts";
import type { Requirable } from "../release/evidence.ts";
import { hideSecrets } from "../text/hide-secrets.ts";
import { isGated } from "./ci/replay-step.ts";
import { runCi } from "./ci/run-ci.ts";
import { CI_STEPS, type CiFlags } from "./ci/step.ts";
import type { CommandIo } from "../node/io.ts";
import type { CiResult, CiStep } from "../documents/ci-result.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** The steps of a pipeline run that make a kind of evidence. */
function stepsOf(kind: Requirable): readonly CiStep["name"][] {
  if (kind === "ci") return CI_STEPS;
  return [kind === "gate" ? "replay" : kind];
}

/** A bundle that would say of itself that it fails is not built. */
function requirePassed({ steps, passed }: CiResult): void {
  const bad = steps.find(({ status }) => status === "failed" || status === "error");
  if (bad === undefined && passed) return;
  const why =
    bad === undefined
      ? "the run was interrupted"
      : `${bad.name} ${bad.status === "error" ? "cannot be run" : "failed"}: ${bad.summary}`;
  const help = bad?.help ?? undefined;
  throw new UserError("evidence", `no bundle is built: ${why}`, {
    status: bad?.status === "error" ? 2 : 1,
    ...(help === undefined ? {} : { help }),
  });
}

/** Evidence of a gate: somebody has to limit what may change. */
function requireLimits({ replay }: CiResult): void {
  if (replay !== null && isGated(replay)) return;
  throw new UserError("evidence", "there is no gate: no limit is set", {
    help: "give --gate widened=0, or `gate:` in agentz.yaml",
  });
}

/** A result document as plain JSON, as it would be written: without secrets. */
function plain(document: object | null): readonly JsonObject[] {
  const json: unknown = JSON.parse(hideSecrets(JSON.stringify(document)));
  return isJsonObject(json) ? [json] : [];
}

/**
 * Runs what is asked for on the policies of a bundle and gives the result documents: evidence is
 * made where the bundle is, never taken as somebody hands it in. What does not pass, or cannot be
 * run, is a `UserError`.
 */
export async function makeEvidence(
  kinds: readonly Requirable[],
  flags: CiFlags,
  io: CommandIo,
): Promise<readonly JsonObject[]> {
  if (kinds.length === 0) return [];
  const named = kinds.filter((kind) => kind !== "ci").flatMap(stepsOf);
  const { result } = await runCi({ ...flags, require: named }, io, new Set(kinds.flatMap(stepsOf)));
  requirePassed(result);
  if (kinds.includes("gate")) requireLimits(result);
  const documents = kinds.map((kind) =>
    kind === "ci" ? result : result[kind === "gate" ? "replay" : kind],
  );
  return [...new Set(documents)].flatMap(plain);
}
