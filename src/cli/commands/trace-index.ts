import { type Command, Option } from "commander";
import { prepareReplay } from "../../api/replay-run.ts";
import type { IndexResult } from "../../documents/trace-index-result.ts";
import { VERSION } from "../../node/version.ts";
import { buildIndex } from "../../api/replay/build-index.ts";
import type { CommandContext } from "../command.ts";
import { addSetOptions, formatOption, repeatable, wholeNumber } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly workers?: number;
  readonly checkIndex?: boolean;
  readonly config?: string;
  readonly format: string;
  readonly output?: string;
}

const HELP = `
An index contains the attributes that the policies read. Its size is about a tenth of the trace. A replay writes it when
it first reads a trace of more than 4 MiB. It writes it again if the trace changed or a policy reads another attribute.
You may delete it.

Examples:
  agentz trace index                                     the trace and the policies of agentz.yaml
  agentz trace index traces/may.jsonl --candidate policies --baseline recorded
  agentz trace index --check-index                       compare the index with the whole trace`;

async function act(paths: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const trace = paths.length > 0 ? { trace: paths } : {};
  const job = await prepareReplay(
    {
      ...flags,
      ...trace,
      history: "counterfactual",
      approvals: "recorded",
      reorder: 0,
      idle: undefined,
    },
    context.io,
  );
  const columns =
    job.columns === undefined
      ? {}
      : { columns: { ...job.columns, index: true, indexes: "all" as const } };
  const document: IndexResult = {
    schemaVersion: 1,
    command: "trace index",
    tool: { version: VERSION },
    files: await buildIndex({ ...job, ...columns }),
  };
  await showDocument(context.io, { name: "trace index", document: document }, flags);
}

/** `trace index`. */
export function defineIndex(parent: Command, context: CommandContext): void {
  const command = parent
    .command("index")
    .summary("write the attributes that the policies read to an index, so that replays start fast")
    .argument(
      "[paths...]",
      "traces: plain JSON Lines files, folders, globs; default: `trace:` of agentz.yaml",
    )
    .addOption(
      repeatable("--candidate <path>", "policies and catalogs whose attributes the index contains"),
    )
    .addOption(
      repeatable(
        "--baseline <path>",
        "further policies and catalogs whose attributes the index contains",
      ),
    )
    .addOption(
      new Option("--workers <n>", "number of threads that read the trace").argParser(wholeNumber),
    )
    .option("--check-index", "compare an index with the whole trace, not with samples")
    .addOption(formatOption("trace index"))
    .option("-o, --output <file>", "write the result to this file instead of stdout")
    .addHelpText("after", HELP)
    .action((paths: readonly string[], flags: Flags) => act(paths, flags, context));
  addSetOptions(command);
}
