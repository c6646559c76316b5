import { Option } from "commander";
import { relative, resolve, sep } from "node:path";
import { documentsFromTrace } from "../../api/trace/from-trace.ts";
import { packFiles, starterPacks } from "../../api/starter-packs.ts";
import { FORMATS } from "../../api/trace/import-formats.ts";
import type { TraceFlags } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addImportFlags } from "../import-flags.ts";
import { formatOption, repeatable } from "../options.ts";
import { shellWord } from "../../text/shell-word.ts";
import { SCAFFOLD, type ScaffoldFile } from "../scaffold/files.ts";
import { withModeline } from "../scaffold/modeline.ts";
import { writeScaffold } from "../scaffold/write.ts";
import { showDocument } from "../show-document.ts";

interface Flags extends TraceFlags {
  readonly format: string;
  readonly fromTrace?: readonly string[];
  readonly pack?: string;
}

const HELP = `
Writes agentz.yaml, a policy, a catalog, a suite, a trace and a CI workflow that all pass. With --from-trace, writes a
catalog of what the trace shows, and a policy that allows only what was recorded and permitted. With --pack,
writes a starter pack and its suite. Never overwrites a file, and writes nothing into a folder that has other policies.

Examples:
  agentz init                  in this folder
  agentz init demo && cd demo && agentz test
  agentz init --pack coding-agent
  agentz init --from-trace trace.jsonl
  agentz init --from-trace ~/.claude/projects --from claude-code`;

async function act(folder: string, flags: Flags, { io }: CommandContext): Promise<void> {
  const target = resolve(io.cwd, folder);
  if (flags.from !== undefined && flags.fromTrace === undefined)
    throw new UserError(
      "usage",
      "--from is the format of the trace in --from-trace, but there is no --from-trace",
    );
  if (flags.pack !== undefined && flags.fromTrace !== undefined)
    throw new UserError("usage", "--pack and --from-trace each write the policies");
  const files =
    flags.pack !== undefined
      ? packScaffold(flags.pack)
      : flags.fromTrace === undefined
        ? SCAFFOLD
        : await inferred(flags.fromTrace, flags, { io, target });
  const done = await writeScaffold(target, files.map(withModeline));
  const result = {
    schemaVersion: 1 as const,
    command: "init" as const,
    tool: { version: VERSION },
    source: null,
    digest: null,
    folder,
    ...done,
    next: done.written.length === 0 ? [] : nextCommands(folder, files),
  };
  await showDocument(io, { name: "init", document: result }, flags);
}

/** The commands that try what was written, from the folder where `init` ran. */
function nextCommands(folder: string, files: readonly ScaffoldFile[]): readonly string[] {
  const hasTests = files.some(({ path }) => path.startsWith("tests/"));
  const hasTrace = files.some(({ text }) => /^trace:/m.test(text));
  return [
    ...(folder === "." ? [] : [`cd ${shellWord(folder)}`]),
    "agentz lint",
    ...(hasTests ? ["agentz test"] : []),
    ...(hasTrace ? ["agentz replay --baseline recorded"] : []),
  ];
}

/** A starter pack, with the suite where suites are looked for. */
function packScaffold(name: string): readonly ScaffoldFile[] {
  const config = [
    "# The defaults of agentz. A flag on the command line overrides them.",
    "candidate: [policies]",
    "tests: [tests]",
    "",
  ].join("\n");
  const files = packFiles(name).map(({ name: file, text }) => ({
    path: file.startsWith("suite") ? `tests/${name}.yaml` : `policies/${file}`,
    text,
  }));
  return [{ path: "agentz.yaml", text: config }, ...files];
}

async function inferred(
  paths: readonly string[],
  flags: Flags,
  { io, target }: Pick<CommandContext, "io"> & { readonly target: string },
): Promise<readonly ScaffoldFile[]> {
  const { catalog, policy } = await documentsFromTrace(paths, flags, io);
  // a replay without flags reads a trace of agentz's own only, and standard input is gone
  const replayed =
    flags.from === undefined
      ? paths
          .filter((path) => path !== "-")
          .map((path) => relative(target, resolve(io.cwd, path)).split(sep).join("/"))
      : [];
  const config = [
    "# The defaults of agentz. A flag on the command line overrides them.",
    "candidate: [policies]",
    ...(replayed.length === 0 ? [] : [`trace: ${JSON.stringify(replayed)}`]),
    "",
  ].join("\n");
  return [
    { path: "agentz.yaml", text: config },
    { path: "policies/catalog.yaml", text: catalog },
    { path: "policies/recorded.yaml", text: policy },
  ];
}

export const initCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[folder]", "the folder to write to", ".")
      .addOption(
        repeatable(
          "--from-trace <path>",
          "write a catalog and a least-privilege policy from this trace: a file, folder, glob, or -",
        ),
      )
      .option("--pack <name>", `write a starter pack: ${starterPacks().join(", ")}`)
      .addOption(
        new Option("--from <format>", "the format of the trace, if it is not agentz's own").choices(
          FORMATS,
        ),
      );
    addImportFlags(command)
      .addOption(formatOption("init"))
      .addHelpText("after", HELP)
      .action((folder: string, flags: Flags) => act(folder, flags, context));
  },
};
