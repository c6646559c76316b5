import type { ReplayResult } from "../../documents/replay-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { PIPELINE_LIMITS } from "../../replay/gate.ts";
import { movedText, neverRun, total } from "../../report/replay/words.ts";
import type { Config } from "../config/config.ts";
import { mergeReplays } from "../parts/merge-command.ts";
import { splitVersions } from "../parts/part-command.ts";
import { refuseOtherVersions } from "../parts/same-versions.ts";
import { replayOnce } from "../replay-run.ts";
import { type Chosen, refsOf } from "./baseline-steps.ts";
import type { CiFlags, Step } from "./step.ts";
import { count } from "../../text/count.ts";

function replaySummary(document: ReplayResult): string {
  const { trace, changes, error } = document;
  if (error !== undefined) return error.message;
  return (
    `${count(trace.calls, "call")}: ${movedText(changes.widened)} widened${neverRun(document, "widened")}, ` +
    `${total(changes.narrowed)} narrowed${neverRun(document, "narrowed")}, ` +
    `${changes.indeterminate} indeterminate`
  );
}

const UNGATED =
  "required, but its gate has no limit: set one, such as `gate: { widened: 0 }` in agentz.yaml";

/**
 * Whether anybody but the command itself set a limit: what it demands of every trace is no gate.
 */
export function isGated({ gate }: ReplayResult): boolean {
  return gate.checks.some(({ from }) => from !== "agentz ci");
}

/** A replay of the trace, or what its parts come to. */
async function replayed(
  flags: CiFlags,
  baseline: readonly string[],
  io: CommandIo,
): Promise<{ readonly document: ReplayResult; readonly failed: boolean }> {
  const asked = { ...flags, baseline, gateDefaults: new Map(Object.entries(PIPELINE_LIMITS)) };
  if (flags.parts === undefined) return replayOnce(asked, io);
  const versions = await splitVersions(asked, io);
  return mergeReplays(flags.parts, asked, io, (head) => refuseOtherVersions(head, versions));
}

export function replayStep(
  flags: CiFlags,
  config: Config,
  from: { readonly io: CommandIo; readonly chosen: Chosen },
): { readonly step: Step<ReplayResult>; readonly partial: () => boolean } {
  let last: { readonly document: ReplayResult; readonly failed: boolean } | undefined;
  const isIdle = (document: ReplayResult): boolean =>
    flags.needsGate === true && !isGated(document);
  const step: Step<ReplayResult> = {
    name: "replay",
    run:
      (flags.parts ?? flags.trace ?? config.trace) === undefined
        ? undefined
        : async () => (last = await replayed(flags, refsOf(from.chosen), from.io)).document,
    reason: "there is no trace: neither `trace` of agentz.yaml nor --trace",
    failed: (document) => last?.failed === true || isIdle(document),
    summary: (document) =>
      [...(isIdle(document) ? [UNGATED] : []), replaySummary(document)].join(": "),
  };
  return { step, partial: () => last?.document.partial === true };
}
