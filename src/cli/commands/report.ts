import { extname } from "node:path";
import { configuredBaseline } from "../../api/baseline.ts";
import { candidateChecks } from "../../api/ci/candidate-checks.ts";
import { readEarlier } from "../../api/earlier-report.ts";
import { reportOfParts } from "../../api/parts/report-of-parts.ts";
import { prepareReplay } from "../../api/replay-run.ts";
import { readConfig } from "../../api/config/config.ts";
import { metricTargets } from "../../api/config/report-config.ts";
import { reportDocument } from "../../api/report.ts";
import type { ReportResult } from "../../documents/report-result.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { writeAsIs, writeDocument } from "../../node/output.ts";
import { failedCheckTexts } from "../../report/replay/gate-words.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addPartsOptions, formatOption } from "../options.ts";
import { shownText } from "../show-document.ts";
import type { ReplayFlags } from "./replay.ts";
import { addGateOptions, addMoreCandidates, addReplayOptions, moreCandidates } from "./replay.ts";

interface ReportFlags extends Omit<ReplayFlags, "format"> {
  readonly format?: string;
  readonly title: string;
  readonly sinceReport?: string;
  readonly parts?: readonly string[];
  readonly calls?: number;
  readonly showArguments?: boolean;
}

const HELP = `
Examples:
  agentz report -o report.html                                    one page that loads nothing from the network
  agentz report -o report.html --since-report last-quarter.json   also shows what changed, and why
  agentz report --candidate a --candidate-2 b -o report.html      the page of a, and a table of both
  agentz report --parts parts -o report.html                      of what \`agentz part --report\` counted
  agentz report --format json -o report.json                      for a pipeline, and for --since-report

Without --format, the ending of the file decides the format (.html, .md, .json). Values of arguments are left out
unless you pass --show-arguments.`;

const ENDINGS: ReadonlyMap<string, string> = new Map([
  [".html", "html"],
  [".htm", "html"],
  [".md", "markdown"],
  [".json", "json"],
]);

function formatOf({ format, output }: ReportFlags): string {
  return format ?? ENDINGS.get(extname(output ?? "").toLowerCase()) ?? "pretty";
}

/** Parts count one candidate. */
function refuseMore(flags: ReportFlags): void {
  if (flags.parts !== undefined && moreCandidates(flags).size > 0)
    throw new UserError("usage", "parts are counted with one candidate", {
      help: "leave out `--candidate-2` and the like, or name the trace instead of `--parts`",
    });
}

/** Which limits are broken: who writes a file does not see it on the page. */
function failedText({ replay }: ReportResult): string {
  const broken = failedCheckTexts(replay);
  return broken.length === 0 ? "a candidate fails" : `the gate failed: ${broken.join("; ")}`;
}

async function act(said: ReportFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  refuseMore(said);
  const config = await readConfig(io, said.config);
  // WHY chosen here: the steps of `agentz ci` and the replay are held against one baseline
  const flags = { ...said, baseline: await configuredBaseline(io, said, config) };
  const earlier =
    flags.sinceReport === undefined ? undefined : await readEarlier(io, flags.sinceReport);
  const content = {
    title: flags.title,
    showArguments: flags.showArguments === true,
    earlier,
    targets: metricTargets(config.report),
    ...(await candidateChecks(flags, io)),
  };
  const { parts } = flags;
  const { document, failed } =
    parts === undefined
      ? await reportDocument(
          await prepareReplay({ ...flags, candidates: moreCandidates(flags) }, io),
          content,
        )
      : await reportOfParts({ ...flags, parts }, content, io);
  const { error, partial } = document;
  const shown = { ...flags, format: formatOf(flags) };
  const text = await shownText(io, { name: "report", document }, shown);
  const write = flags.showArguments === true ? writeAsIs : writeDocument;
  await write(io, text, flags.output);
  if (error !== undefined)
    io.stderr.write(inertText(`agentz: ${error.message}\n  help: ${error.help}\n`));
  else if (failed && flags.output !== undefined && flags.output !== "-")
    io.stderr.write(
      inertText(`agentz: ${failedText(document)}; ${flags.output} says what to do\n`),
    );
  context.finish(partial ? 130 : failed ? 1 : 0);
}

export const reportCommand: CommandModule = {
  define: (command, context) => {
    addMoreCandidates(command);
    const format = formatOption("report");
    format.default(undefined, "the ending of --output, else pretty");
    addGateOptions(
      addPartsOptions(addReplayOptions(command))
        .option(
          "--since-report <file>",
          "an earlier JSON result of report or coverage: show what changed since, and why",
        )
        .option(
          "--title <text>",
          "the report's title",
          "What our agents may do, and who decides it",
        ),
    )
      .option(
        "--decisions <file>",
        "write one JSON line for each call to this file; a row where it ends in .parquet",
      )
      .option("--show-arguments", "show the values of arguments; a trace contains secrets")
      .addOption(format)
      .option("--details", "list everything in pretty output")
      .option("-o, --output <file>", "write the report to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: ReportFlags) => act(flags, context));
  },
};
