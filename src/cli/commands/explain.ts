import { type Config, readConfig, neededPaths } from "../../api/config/config.ts";
import { eventBaseline, requestBaseline } from "../../api/explain-baseline.ts";
import { explainEvent, explainRequest } from "../../api/explain.ts";
import { inlineHelp } from "../../api/find-event.ts";
import { loadPolicySet, type PolicySet } from "../../api/policy-set.ts";
import { readRequest } from "../../api/request-document.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { ExplainResult } from "../../documents/explain-result.ts";
import { expandInputs, rereadable, TRACE_ENDINGS } from "../../node/inputs.ts";
import { writeAsIs, writeDocument } from "../../node/output.ts";
import { readText } from "../../node/text-file.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, nowOption, repeatable } from "../options.ts";
import { shownText } from "../show-document.ts";
import { tellRequest } from "../tell-request.ts";

interface ExplainFlags {
  readonly at?: string;
  readonly baseline?: readonly string[];
  readonly candidate?: readonly string[];
  readonly trace?: readonly string[];
  readonly showArguments?: boolean;
  readonly details?: boolean;
  readonly now?: number;
  readonly format: string;
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
Explains an event of a trace, which you name by its id, or a request in a file (as for \`agentz decide\`; - is standard
input). With --trace the name is an event; without --trace it is a file if the file exists, else an event of the traces
in agentz.yaml. If several calls have the id, choose one with --at.

If the baseline decides the call in another way, both decisions are shown, and the rules that decided in each version.
The default of --baseline is that of \`agentz replay\`.

Examples:
  agentz explain s-17/3 --trace traces/
  agentz explain s-17/3 --baseline git:main
  agentz explain request.yaml --show-arguments
  agentz explain s-17/3 --format json | jq .tree`;

async function fileText(name: string, { io }: CommandContext): Promise<string | undefined> {
  if (name === "-") return io.readStdin();
  return readText(io.cwd, name);
}

interface Asked {
  readonly subject: string;
  readonly loaded: PolicySet;
  /** The candidate's references. */
  readonly paths: readonly string[];
  readonly config: Config;
}

async function explain(
  { subject, loaded, paths, config }: Asked,
  flags: ExplainFlags,
  context: CommandContext,
): Promise<ExplainResult> {
  const showArguments = flags.showArguments === true;
  const { io } = context;
  const { baseline: configured } = config;
  const version = { flag: flags.baseline, configured, candidate: paths };
  const text = flags.trace === undefined ? await fileText(subject, context) : undefined;
  if (text !== undefined && flags.at !== undefined)
    throw new UserError(
      "usage",
      `\`${subject}\` is a request in a file, but --at applies to events of a trace`,
      { help: "name the trace with --trace" },
    );
  if (text !== undefined) {
    const written = readRequest(text, subject === "-" ? "<stdin>" : subject);
    const clock = { now: flags.now, clock: io.clock };
    const baseline = await requestBaseline(io, version);
    const document = explainRequest(loaded, written, { ...clock, showArguments, baseline });
    tellRequest(io, document.findings, document.now);
    return document;
  }
  if (flags.now !== undefined)
    throw new UserError(
      "usage",
      "--now applies to a request; an event is explained at its own time",
    );
  const trace = flags.trace ?? config.trace;
  if (trace === undefined)
    throw new UserError(
      "no-such-path",
      `there is no file \`${subject}\`, and no trace that may contain an event of this id`,
      { help: inlineHelp(subject) ?? "give --trace <path>, or `trace:` in agentz.yaml" },
    );
  const files = rereadable(await expandInputs(trace, TRACE_ENDINGS));
  const baseline = await eventBaseline(io, { ...version, files });
  const event = { id: subject, at: flags.at };
  const document = await explainEvent(loaded, { event, files, showArguments, baseline });
  tellRequest(io, document.findings, document.now);
  return document;
}

async function act(subject: string, flags: ExplainFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const loaded = await loadPolicySet(io, paths, paths);
  const result = await explain({ subject, loaded, paths, config }, flags, context);
  const text = await shownText(io, { name: "explain", document: result }, flags);
  const write = flags.showArguments === true ? writeAsIs : writeDocument;
  await write(io, text, flags.output);
}

export const explainCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("<event-or-request>", "the id of an event, or a file with a request")
      .addOption(
        repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
      )
      .addOption(
        repeatable("--baseline <ref>", "the version before, which is shown beside: as for replay"),
      )
      .addOption(
        repeatable(
          "--trace <path>",
          "recorded traces that contain the event: files, folders, globs",
        ),
      )
      .option("--at <file:line>", "the place of the event, if several events have its id")
      .option(
        "--show-arguments",
        "also show the values of arguments and attributes; they may be secret",
      )
      .option("--details", "show every rule whose scope may fit the call in full")
      .addOption(nowOption())
      .addOption(formatOption("explain"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((subject: string, flags: ExplainFlags) => act(subject, flags, context));
    addSetOptions(command);
  },
};
