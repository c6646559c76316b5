import { EventBatches } from "../../batch/event-batches.ts";
import { CoverageTally } from "../../coverage/coverage-tally.ts";
import { Distiller } from "../../trace-editing/distil.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { DistilResult } from "../../documents/trace-distil-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { VERSION } from "../../node/version.ts";
import { readVersions } from "../../batch/values/versions.ts";
import { ReplayTally } from "../../replay/tally.ts";
import type { LabelTable } from "../../trace/labels.ts";
import type { TraceFile } from "../../trace/read-events.ts";
import { readTrace } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { sessionKey } from "../../trace/tools/session-key.ts";
import { neededPaths, readConfig } from "../config/config.ts";
import { loadPolicySet } from "../policy-set.ts";
import { copyLines, type LineFlags } from "./copy-lines.ts";
import { openLabels } from "./label-files.ts";
import { openTrace } from "./trace-input.ts";

/** What finds the few sessions that show everything. */
export interface DistilFlags extends LineFlags {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly labels?: readonly string[];
  /** Milliseconds. */
  readonly idle?: number;
  readonly config?: string;
}

type Versions = Parameters<typeof readVersions>[0];

async function versionsOf(flags: DistilFlags, io: CommandIo): Promise<Versions> {
  const config = await readConfig(io, flags.config);
  const candidate = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const baseline = flags.baseline ?? config.baseline ?? ["recorded"];
  const recorded = baseline.length === 1 && baseline[0] === "recorded";
  return {
    candidate: (await loadPolicySet(io, candidate, candidate)).set,
    baseline: recorded ? undefined : (await loadPolicySet(io, baseline, candidate)).set,
  };
}

interface Walk {
  readonly versions: Versions;
  readonly flags: DistilFlags;
  readonly labels: LabelTable | undefined;
}

/** Replays the events of the sessions that `keeps`, and learns what they show. */
async function learn(
  files: readonly TraceFile[],
  { versions, flags, labels }: Walk,
  keeps: (session: string) => boolean,
): Promise<Distiller> {
  const distiller = new Distiller();
  const batches = new EventBatches(
    readVersions(versions, { ids: false }),
    { history: "counterfactual", approvals: "recorded", idle: flags.idle },
    {
      tally: new ReplayTally(),
      coverage: new CoverageTally(versions),
      log: undefined,
      watch: distiller,
    },
  );
  for await (const batch of readTrace(files, {
    reorder: flags.reorder,
    report: new ReadReport(),
  })) {
    for (const event of labels === undefined ? batch : labels.join(batch))
      if (keeps(sessionKey(event))) batches.take(event, true);
  }
  batches.finish();
  return distiller;
}

/**
 * Writes the sessions of a trace that keep every rule outcome, transition, missing attribute and
 * labelled outcome of a replay, and says what was kept. The trace is read three times, so standard
 * input is a `UserError`.
 */
export async function distilTrace(
  paths: readonly string[],
  flags: DistilFlags,
  io: CommandIo,
): Promise<DistilResult> {
  if (paths.includes("-"))
    throw new UserError(
      "usage",
      "this command reads the trace twice, so it cannot read standard input",
      {
        help: "write the trace to a file first",
      },
    );
  const labels = await openLabels(flags.labels);
  const walk: Walk = { versions: await versionsOf(flags, io), flags, labels };
  const { files } = await openTrace(paths, flags, io);
  const whole = await learn(files, walk, () => true);
  if (whole.calls === 0)
    throw new UserError("unreadable-trace", "the trace contains no call that can be read");
  const plan = whole.plan();
  const part = await learn(files, walk, plan.keeps);
  await copyLines(files, { flags, io, keeps: ({ event }) => plan.keeps(sessionKey(event)) });
  const shown = new Set(part.features());
  const lost = whole.features().filter((feature) => !shown.has(feature));
  const total = whole.features().length;
  return {
    schemaVersion: 1,
    command: "trace distil",
    tool: { version: VERSION },
    from: { sessions: whole.sessions, calls: whole.calls },
    to: { sessions: plan.sessions, calls: part.calls },
    features: { total, kept: total - lost.length, byKind: whole.byKind() },
    lost,
  };
}
