import { Option } from "commander";
import { readConfig } from "../../api/config/config.ts";
import { DEFAULT_WIDTH, formatText, runFmtJob } from "../../api/fmt.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { writeDocument } from "../../node/output.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, wholeNumber } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly check?: boolean;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly width: number;
  readonly format: string;
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
Lays out policies, catalogs, invariants and suites: YAML as Prettier does, conditions with one space around each
operator. A condition that is too long for its line becomes a block with a line for each operand.

The content stays the same: every value, every comment, the digest of the set, and the findings that
each \`agentz-ignore\` suppresses. If this is not possible for a file, the file is refused and not
changed. Files without a document of agentz are skipped.

Examples:
  agentz fmt                     the candidate and the tests of agentz.yaml
  agentz fmt policies tests
  agentz fmt --check             writes nothing; exits 1 if a file would change: for a pipeline
  cat p.yaml | agentz fmt --stdin

Exit status: 0 done; 1 a file was refused, or with --check would change; 2 something cannot be read or
written.`;

const LEAST_WIDTH = 40;

/** Writes what is read from standard input, laid out. */
async function formatStdin(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  const source = { file: flags.stdinFilename ?? "<stdin>", text: await io.readStdin() };
  const { file, text } = await formatText(source, flags.width);
  if (file.why !== null) {
    const place = file.line === null ? "" : `:${file.line}:${file.column ?? 1}`;
    throw new UserError(
      "cannot-format",
      `\`${file.file}\`${place} cannot be laid out: ${file.why}`,
    );
  }
  await writeDocument(io, text ?? source.text, flags.output);
  finish(flags.check === true && text !== undefined ? 1 : 0);
}

async function act(paths: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const { io, finish } = context;
  if (flags.width < LEAST_WIDTH)
    throw new UserError("usage", `--width has to be at least ${LEAST_WIDTH}`);
  if (flags.stdinFilename !== undefined && flags.stdin !== true)
    throw new UserError("usage", "--stdin-filename needs --stdin");
  if (flags.stdin === true) {
    if (paths.length > 0) throw new UserError("usage", "--stdin takes no paths");
    return formatStdin(flags, context);
  }
  const config = await readConfig(io, flags.config);
  const named = paths.length > 0 ? paths : [...(config.candidate ?? []), ...(config.tests ?? [])];
  if (named.length === 0)
    throw new UserError("usage", "there is nothing to lay out", {
      help: "give paths, or `candidate:` in agentz.yaml",
    });
  const document = await runFmtJob(io, {
    paths: named,
    width: flags.width,
    check: flags.check === true,
  });
  await showDocument(io, { name: "fmt", document }, flags);
  const { changed, refused } = document.summary;
  finish(refused > 0 || (document.check && changed > 0) ? 1 : 0);
}

export const fmtCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[paths...]", "files, and folders with all YAML files below them")
      .option("--check", "write nothing; list the files that would change and exit 1")
      .option("--stdin", "lay out standard input and write the result to stdout")
      .option("--stdin-filename <path>", "the name by which messages call standard input")
      .addOption(
        new Option("--width <n>", "columns of a line")
          .argParser(wholeNumber)
          .default(DEFAULT_WIDTH),
      )
      .addOption(formatOption("fmt"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((paths: readonly string[], flags: Flags) => act(paths, flags, context));
    addSetOptions(command);
  },
};
