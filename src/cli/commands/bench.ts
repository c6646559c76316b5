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
The calls are held in memory and decided in one thread, with the state that they leave, as often as --runs says; the
fastest run and the one in the middle are told. Then each rule is asked alone, about every call whose subject and action
it fits, and each part of its condition: that tells the slowest. Times are of this machine; nothing here passes or fails.

Examples:
  agentz bench                                     what agentz.yaml says
  agentz bench --candidate policies --trace traces/ --calls 20000
  agentz bench --details                           every rule and every part of a condition
  agentz bench --format json | jq .deciding.decisionsPerSecond`;

async function act(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  if (flags.runs < 1 || flags.calls < 1)
    throw new UserError("usage", "`--runs` and `--calls` have to be 1 at least");
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
          "the trace is of another format (`agentz import --help` lists them)",
        ),
    )
      .addOption(
        new Option("--calls <n>", "calls to take at most").argParser(wholeNumber).default(100_000),
      )
      .addOption(
        new Option("--runs <n>", "how often all are decided").argParser(wholeNumber).default(5),
      )
      .addOption(formatOption("bench"))
      .option(
        "--details",
        "list every rule and every part of a condition in pretty output and Markdown",
      )
      .option("-o, --output <file>", "write the result there instead of stdout")
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
    addSetOptions(command);
  },
};
