import type { Command } from "commander";
import { Option } from "commander";
import { versionDocument } from "../../api/compare.ts";
import type { BaseFlags } from "../../api/set-reference.ts";
import { loadWithBase } from "../../api/set-reference.ts";
import { bumpVersions } from "../../api/version-bump.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface CheckFlags extends BaseFlags {
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
}

export interface BumpFlags extends CheckFlags {
  readonly level?: "major" | "minor" | "patch";
  readonly document?: readonly string[];
  readonly dryRun?: boolean;
}

const CHECK_HELP = `
A change that may widen needs a major version, a change that only narrows needs a minor version, and a change that
changes no decision needs a patch. This is about one decision on one given state. A change that agentz cannot classify
is reported as widening. Each document is checked against its own version.

Examples:
  agentz version check --base main
  agentz version check --base git:v1.4.0 --candidate policies --format json
  agentz version check --base released.agentz

Exit status 1 if a version is too low.`;

const BUMP_HELP = `
Writes the version that each changed document needs to its file. Nothing else in the file changes.

Examples:
  agentz version bump --base main
  agentz version bump --base main --dry-run
  agentz version bump --document support-refunds --level major`;

async function check(flags: CheckFlags, { io, finish }: CommandContext): Promise<void> {
  const result = versionDocument(await loadWithBase(io, flags));
  await showDocument(io, { name: "version check", document: result }, flags);
  finish(result.ok ? 0 : 1);
}

async function bump(flags: BumpFlags, { io }: CommandContext): Promise<void> {
  const result = await bumpVersions(io.cwd, await loadWithBase(io, flags), {
    level: flags.level,
    documents: flags.document,
    dryRun: flags.dryRun === true,
  });
  await showDocument(io, { name: "version bump", document: result }, flags);
}

function shared(command: Command): Command {
  command
    .option(
      "--base <ref>",
      "the released version: a git ref, a folder or a bundle; default: `baseline` of " +
        "agentz.yaml, else the commit where HEAD left the target branch",
    )
    .addOption(
      repeatable(
        "--candidate <path>",
        "policies and catalogs to check; repeated paths are one set",
      ),
    )
    .option("-o, --output <file>", "write the result to this file instead of stdout");
  return addSetOptions(command);
}

export const versionCommand: CommandModule = {
  define: (command, context) => {
    shared(
      command
        .command("check")
        .summary("check that each version is high enough for the change")
        .description(
          "Shows what changed since a base, what each change can do to decisions, and whether " +
            "the versions are high enough.",
        ),
    )
      .addOption(formatOption("version check"))
      .option("--details", "list every change")
      .addHelpText("after", CHECK_HELP)
      .action((flags: CheckFlags) => check(flags, context));
    shared(
      command
        .command("bump")
        .summary("raise the versions that are too low, in place")
        .description("Raises the versions that are too low; comments and layout stay."),
    )
      .addOption(
        new Option("--level <level>", "the bump to use instead of the required one").choices([
          "major",
          "minor",
          "patch",
        ]),
      )
      .addOption(repeatable("--document <name>", "only this document"))
      .option("--dry-run", "show what would be raised, and write nothing")
      .addOption(formatOption("version bump"))
      .addHelpText("after", BUMP_HELP)
      .action((flags: BumpFlags) => bump(flags, context));
  },
};
