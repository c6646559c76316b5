import type { PlanResult } from "../../documents/plan-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { VERSION } from "../../node/version.ts";
import { RECORDED_BASELINE } from "../replay/replay-inputs.ts";
import { plannedJobs } from "./engines.ts";
import { splitVersions, type PartFlags } from "./part-command.ts";

/** What `agentz plan` takes. */
export interface PlanFlags
  extends Pick<
    PartFlags,
    "candidate" | "baseline" | "config" | "key" | "wholeSessions" | "report"
  > {
  /** The member that tells the order of calls with one time, as a path. */
  readonly position?: string;
}

/** A word of a shell's command line. */
function shellWord(text: string): string {
  return /^[\w./:@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * By which key a trace has to be split for two versions, and the jobs that do it (design 16.2). A
 * `UserError` where no split is right.
 */
export async function planDocument(flags: PlanFlags, io: CommandIo): Promise<PlanResult> {
  const { baseline, candidate, refs, split } = await splitVersions(flags, io);
  const words = [
    "agentz",
    "part",
    ...refs.baseline.flatMap((ref) => ["--baseline", ref]),
    ...refs.candidate.flatMap((ref) => ["--candidate", ref]),
    ...(flags.key === undefined ? [] : ["--key", flags.key]),
    ...(flags.wholeSessions === true ? ["--whole-sessions"] : []),
    ...(flags.position === undefined ? [] : ["--in-order"]),
    ...(flags.report === true ? ["--report"] : []),
  ];
  const part = words.map(shellWord).join(" ");
  return {
    schemaVersion: 1,
    command: "plan",
    tool: { version: VERSION },
    baseline: (baseline ?? RECORDED_BASELINE).info,
    candidate: candidate.info,
    key: split.key,
    uses: split.uses,
    whole: split.whole,
    part,
    jobs: plannedJobs({
      key: split.key,
      wholeSessions: split.whole.some(({ by }) => by === "session"),
      part,
      position: flags.position,
    }),
  };
}
