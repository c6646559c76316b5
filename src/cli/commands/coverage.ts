import { coverageDocument } from "../../api/coverage-document.ts";
import { readEarlier } from "../../api/earlier-report.ts";
import { coverageOfParts } from "../../api/parts/report-of-parts.ts";
import { prepareReplay } from "../../api/replay-run.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addPartsOptions, formatOption } from "../options.ts";
import { showDocument } from "../show-document.ts";
import type { ReplayFlags } from "./replay.ts";
import { addReplayOptions } from "./replay.ts";

interface CoverageFlags extends ReplayFlags {
  readonly sinceReport?: string;
  readonly parts?: readonly string[];
  readonly calls?: number;
}

const HELP = `
Of all consequential calls by agents, how many are
  enforcement     decided by a decision point outside the process of the agent
  policy          decided by a rule that is more than "allow everything"
  identity        made by a registered agent under its own identity
  classification  on a resource with a known classification (of the calls that have a resource)
  oversight       denied or under approval (of the irreversible, paying and granting calls)
  attribution     recorded with the type of the subject
and which are not?

Examples:
  agentz coverage                                       what agentz.yaml says
  agentz coverage --format json --output coverage.json
  agentz coverage --since-report last-month.json        also shows what changed, and why
  agentz coverage --parts parts                         of what \`agentz part --report\` counted
  agentz coverage --since 2026-05-01 --agent support --details`;

async function act(flags: CoverageFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  const earlier =
    flags.sinceReport === undefined ? undefined : await readEarlier(io, flags.sinceReport);
  const { parts } = flags;
  const document =
    parts === undefined
      ? await coverageDocument(await prepareReplay(flags, io), earlier)
      : await coverageOfParts({ ...flags, parts }, earlier, io);
  const { error, partial } = document;
  await showDocument(io, { name: "coverage", document: document }, flags);
  if (error !== undefined)
    io.stderr.write(inertText(`agentz: ${error.message}\n  help: ${error.help}\n`));
  context.finish(partial ? 130 : error === undefined ? 0 : 1);
}

export const coverageCommand: CommandModule = {
  define: (command, context) => {
    addPartsOptions(addReplayOptions(command))
      .option("--since-report <file>", "an earlier JSON result: show what changed since, and why")
      .addOption(formatOption("coverage"))
      .option("--details", "list everything in pretty output")
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: CoverageFlags) => act(flags, context));
  },
};
