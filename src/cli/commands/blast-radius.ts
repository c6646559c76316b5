import { Option } from "commander";
import { blastRadius, withKeptTools } from "../../reach/blast-radius.ts";
import { keptTools } from "../../reach/least-privilege.ts";
import { Oracle } from "../../reach/question.ts";
import type { BlastRadius, BlastRadiusResult } from "../../documents/blast-radius-result.ts";
import { UsageTally } from "../../reach/usage-tally.ts";
import { BLAST_RADIUS_REPORTERS } from "../../report/reach/reporters.ts";
import { DEFAULT_REORDER } from "../../trace/order.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { readTrace } from "../../trace/read-events.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { formatTime, parseTime } from "../../trace/time.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { readConfig, neededPaths } from "../../api/config/config.ts";
import { expandInputs, rereadable, TRACE_ENDINGS } from "../../node/inputs.ts";
import { isColored, writeDocument } from "../../node/output.ts";
import { addSetOptions, formatOption, pick, repeatable, untilOf } from "../options.ts";
import { loadPolicySet, type PolicySet } from "../../api/policy-set.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly trace?: readonly string[];
  readonly agent?: readonly string[];
  readonly now?: number;
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly config?: string;
}

const HELP = `
Asks the policies, not the trace: every tool and resource class that an agent may use, certainly, with an approval, or
under conditions on arguments, context or state; and what it gains through agents that it may invoke. A trace adds what
it really used, the credentials and people it acted with, and a policy that takes away what it never used.

Examples:
  agentz blast-radius
  agentz blast-radius --agent support --details
  agentz blast-radius --agent support --format json`;

/** A trace that can be read again and again. */
type Reading = () => AsyncIterable<readonly TraceEvent[]>;

async function readingOf(paths: readonly string[] | undefined): Promise<Reading | undefined> {
  if (paths === undefined) return undefined;
  const files = rereadable(await expandInputs(paths, TRACE_ENDINGS));
  return () => readTrace(files, { reorder: DEFAULT_REORDER, report: new ReadReport() });
}

async function usageOf(read: Reading): Promise<UsageTally> {
  const usage = new UsageTally();
  for await (const batch of read()) for (const event of batch) usage.add(event);
  return usage;
}

/**
 * What agents could do; with a trace, what they never used, as patches that decide every recorded
 * call as before.
 */
async function radiiOf(
  oracle: Oracle,
  policies: PolicySet,
  asked: {
    readonly agents: readonly string[];
    readonly usage: UsageTally | undefined;
    readonly read: Reading | undefined;
  },
): Promise<readonly BlastRadius[]> {
  const { agents, usage, read } = asked;
  const radii = agents.flatMap((id) => {
    const record = policies.set.catalog.agents.get(id);
    return record === undefined
      ? []
      : [blastRadius(oracle, policies.documents, { agent: record.agent, usage })];
  });
  if (read === undefined) return radii;
  const takings = radii.map(({ agent, neverUsed }) => ({ agent, tools: neverUsed ?? [] }));
  const kept = await keptTools(policies, takings, read);
  return radii.map((radius) => withKeptTools(radius, kept, usage));
}

function chosen(policies: PolicySet, asked: readonly string[] | undefined): readonly string[] {
  const known = [...policies.set.catalog.agents.keys()].sort();
  if (known.length === 0)
    throw new UserError("no-agents", `${policies.info.ref} lists no agents`, {
      help: "give a catalog with `agents`",
    });
  if (asked === undefined) return known;
  return asked.map((name) => {
    const id = name.startsWith("agent:") ? name.slice("agent:".length) : name;
    if (policies.set.catalog.agents.has(id)) return id;
    const near = nearestWord(id, known);
    throw new UserError("unknown-agent", `no catalog lists the agent \`${id}\``, {
      help:
        near === undefined
          ? `it lists ${known.slice(0, 10).join(", ")}`
          : `did you mean \`${near}\`?`,
    });
  });
}

async function act(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const policies = await loadPolicySet(io, paths, paths);
  const agents = chosen(policies, flags.agent);
  const read = await readingOf(flags.trace ?? config.trace);
  const usage = read === undefined ? undefined : await usageOf(read);
  const summary = usage?.summary();
  const newest = summary?.to === undefined ? undefined : parseTime(summary.to);
  const now = flags.now ?? newest ?? io.clock();
  const oracle = new Oracle(policies.set, now);
  const document: BlastRadiusResult = {
    schemaVersion: 1,
    command: "blast-radius",
    tool: { version: VERSION },
    candidate: policies.info,
    now: formatTime(now),
    trace:
      summary === undefined
        ? null
        : { calls: summary.calls, from: summary.from ?? null, to: summary.to ?? null },
    agents: await radiiOf(oracle, policies, { agents, usage, read }),
  };
  const color = isColored(io, flags.output);
  await writeDocument(
    io,
    pick(BLAST_RADIUS_REPORTERS, flags.format)(document, {
      color,
      details: flags.details === true,
    }),
    flags.output,
  );
  finish(0);
}

export const blastRadiusCommand: CommandModule = {
  define: (command, context) => {
    command
      .addOption(
        repeatable(
          "--candidate <path>",
          "policies and catalogs to ask; repeated paths are one set",
        ),
      )
      .addOption(
        repeatable("--agent <id>", "only these agents; default: all that the catalogs list"),
      )
      .addOption(repeatable("--trace <path>", "recorded traces: what was really used"))
      .addOption(
        new Option(
          "--now <time>",
          "the moment to ask for; default: the newest event, else today",
        ).argParser(untilOf),
      )
      .addOption(formatOption(BLAST_RADIUS_REPORTERS))
      .option("--details", "list everything in pretty output, the policy patch included")
      .option("-o, --output <file>", "write the result there instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
    addSetOptions(command);
  },
};
