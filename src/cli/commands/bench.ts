import { Option } from "commander";
import { runBench } from "../../api/bench.ts";
import { neededPaths, readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { openTrace, type TraceFlags } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addImportFlags } from "../import-flags.ts";
import { addSetOptions, formatOption, repeatable, wholeNumber } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags extends TraceFlags {
  readonly candidate?: readonly string[];
  readonly trace?: readonly string[];
  readonly calls: number;
  readonly runs: number;
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly config?: string;
}

const HELP = `
Keeps the calls in memory and decides them in one thread, with their session state, --runs times. Shows the fastest and
the median run. Then evaluates each rule alone, for every call whose subject and action fit it, and each part of its
condition: this shows the slowest rules. The times depend on this machine, so they never change the exit status.

Examples:
  agentz bench                                     what agentz.yaml says
  agentz bench --candidate policies --trace traces/ --calls 20000
  agentz bench --details                           every rule and every part of a condition
  agentz bench --format json | jq .deciding.decisionsPerSecond`;

async function act(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  if (flags.runs < 1 || flags.calls < 1)
    throw new UserError("usage", "`--runs` and `--calls` have to be at least 1");
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const traces = neededPaths(flags.trace ?? config.trace, "trace");
  const policies = await loadPolicySet(io, paths, paths);
  const { files } = await openTrace(traces, flags, io);
  const clear = (): void => void (io.stderr.isTTY && io.stderr.write("\r\u001b[K"));
  const say = (what: string): void =>
    void (io.stderr.isTTY && io.stderr.write(`\r\u001b[K${what}`));
  const document = await runBench({
    policies,
    files,
    calls: flags.calls,
    runs: flags.runs,
    say,
  }).finally(clear);
  await showDocument(io, { name: "bench", document: document }, flags);
  finish(0);
}

export const benchCommand: CommandModule = {
  define: (command, context) => {
    addImportFlags(
      command
        .addOption(
          repeatable(
            "--candidate <path>",
            "policies and catalogs to measure; repeated paths are one set",
          ),
        )
        .addOption(repeatable("--trace <path>", "recorded traces: files, folders, globs"))
        .option(
          "--from <format>",
          "the format of the trace, if it is not agentz's own (`agentz import --help` lists the formats)",
        ),
    )
      .addOption(
        new Option("--calls <n>", "the maximum number of calls")
          .argParser(wholeNumber)
          .default(100_000),
      )
      .addOption(new Option("--runs <n>", "the number of runs").argParser(wholeNumber).default(5))
      .addOption(formatOption("bench"))
      .option(
        "--details",
        "list every rule and every part of a condition in pretty output and Markdown",
      )
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
    addSetOptions(command);
  },
};
