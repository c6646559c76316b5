import { Option, type Command } from "commander";
import { Distiller } from "../../curate/distil.ts";
import type { DistilResult } from "../../documents/trace-distil-result.ts";
import { ReplayWalk } from "../../replay/walk.ts";
import { distilSummary } from "../../report/trace/summaries.ts";
import type { LabelTable } from "../../trace/labels.ts";
import { readTrace, type TraceFile } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { sessionKey } from "../../trace/tools/session-key.ts";
import type { CommandContext } from "../command.ts";
import { readConfig, neededPaths } from "../../api/config/config.ts";
import { writeDocument } from "../../node/output.ts";
import { addSetOptions, duration, repeatable } from "../options.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { openTrace } from "../../api/trace/trace-input.ts";
import { openLabels } from "../../api/trace/label-files.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";
import { copyLines, lineCommand, type LineFlags } from "./trace-lines.ts";

interface Flags extends LineFlags {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly labels?: readonly string[];
  readonly idle?: number;
  readonly report?: string;
  readonly config?: string;
}

type Versions = ConstructorParameters<typeof ReplayWalk>[0];

async function versionsOf(flags: Flags, { io }: CommandContext): Promise<Versions> {
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
  readonly flags: Flags;
  readonly labels: LabelTable | undefined;
}

/** Replays the events of the sessions that `keeps`, and learns what they show. */
async function learn(
  files: readonly TraceFile[],
  { versions, flags, labels }: Walk,
  keeps: (session: string) => boolean,
): Promise<Distiller> {
  const distiller = new Distiller();
  const walk = new ReplayWalk(
    versions,
    { history: "counterfactual", approvals: "recorded", idle: flags.idle },
    [distiller],
  );
  for await (const batch of readTrace(files, {
    reorder: flags.reorder,
    report: new ReadReport(),
  })) {
    for (const event of labels === undefined ? batch : labels.join(batch))
      if (keeps(sessionKey(event))) walk.take(event);
  }
  return distiller;
}

async function distil(
  paths: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<void> {
  const { io } = context;
  if (paths.includes("-"))
    throw new UserError("usage", "a trace on standard input cannot be read twice", {
      help: "write it to a file first",
    });
  const labels = await openLabels(flags.labels);
  const walk: Walk = { versions: await versionsOf(flags, context), flags, labels };
  const { files } = await openTrace(paths, flags, io);
  const whole = await learn(files, walk, () => true);
  if (whole.calls === 0)
    throw new UserError("unreadable-trace", "the trace holds no call that could be read");
  const plan = whole.plan();
  const part = await learn(files, walk, plan.keeps);
  await copyLines(files, { flags, context, keeps: ({ event }) => plan.keeps(sessionKey(event)) });
  const shown = new Set(part.features());
  const lost = whole.features().filter((feature) => !shown.has(feature));
  const total = whole.features().length;
  const document: DistilResult = {
    schemaVersion: 1,
    command: "trace distil",
    tool: { version: VERSION },
    from: { sessions: whole.sessions, calls: whole.calls },
    to: { sessions: plan.sessions, calls: part.calls },
    features: { total, kept: total - lost.length, byKind: whole.byKind() },
    lost,
  };
  io.stderr.write(distilSummary(document));
  if (flags.report !== undefined)
    await writeDocument(io, `${JSON.stringify(document, null, 2)}\n`, flags.report);
}

/** `trace distil`. */
export function defineDistil(parent: Command, context: CommandContext): void {
  const command = lineCommand(parent, "distil", {
    summary: "find the few sessions that show everything",
    description:
      "Finds a small set of whole sessions that keeps every rule outcome, transition, missing attribute and labelled outcome of a replay: a fixture for CI.",
  })
    .addOption(
      repeatable("--candidate <path>", "policies and catalogs to try; repeated paths are one set"),
    )
    .addOption(
      repeatable(
        "--baseline <path>",
        "what they are compared with: a path, git:<ref>, or `recorded`",
      ),
    )
    .addOption(repeatable("--labels <path>", "labels to join by event id: JSONL of {id, labels}"))
    .addOption(
      new Option(
        "--idle <duration>",
        "forget the state of sessions after so much silence, to save memory; what reads it then is unknown; default: never",
      ).argParser(duration),
    )
    .option("--report <file>", "write what was kept there, as JSON")
    .action((paths: readonly string[], flags: Flags) => distil(paths, flags, context));
  addSetOptions(command);
}
