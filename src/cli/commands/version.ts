import { Option, type Command } from "commander";
import { VERSION_BUMP_REPORTERS, VERSION_CHECK_REPORTERS } from "../../report/version/reporters.ts";
import type { DocumentCheck, VersionBumpResult } from "../../documents/version-result.ts";
import { compareVersions, nextVersion } from "../../release/semver.ts";
import type { Bump } from "../../documents/version-result.ts";
import { versionDocument } from "../../api/compare.ts";
import { editVersions, type VersionEdit } from "../../release/version-edit.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { isColored, writeDocument } from "../../node/output.ts";
import { replaceSources } from "../../node/replace-file.ts";
import { addSetOptions, formatOption, pick, repeatable } from "../options.ts";
import { loadWithBase, type BaseFlags } from "../../api/set-reference.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";

interface CheckFlags extends BaseFlags {
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
}

interface BumpFlags extends CheckFlags {
  readonly level?: "major" | "minor" | "patch";
  readonly document?: readonly string[];
  readonly dryRun?: boolean;
}

const CHECK_HELP = `
What a change can do to one decision on one given state says which bump it needs: it may widen - major; it only
narrows - minor; no decision can change - patch. A change that agentz cannot classify is reported as widening. Each document is checked
against its own version; one that means the same needs none.

Examples:
  agentz version check --base main
  agentz version check --base git:v1.4.0 --candidate policies --format json
  agentz version check --base released.agentz

Exit status 1 if a version is too low.`;

const BUMP_HELP = `
Writes the version that each changed document needs into its file; nothing else in the file changes.

Examples:
  agentz version bump --base main
  agentz version bump --base main --dry-run
  agentz version bump --document support-refunds --level major`;

async function check(flags: CheckFlags, { io, finish }: CommandContext): Promise<void> {
  const result = versionDocument(await loadWithBase(io, flags));
  const color = isColored(io, flags.output);
  await writeDocument(
    io,
    pick(VERSION_CHECK_REPORTERS, flags.format)(result, { color, details: flags.details === true }),
    flags.output,
  );
  finish(result.ok ? 0 : 1);
}

/** The version that a document needs: from the base's on, and never below what it already says. */
function neededVersion(document: DocumentCheck, level: Bump | undefined): string | undefined {
  const { from, to } = document.declared;
  if (to === null) return undefined;
  const needed = nextVersion(from ?? to, level ?? document.required);
  if (level === undefined && document.ok) return undefined;
  return compareVersions(needed, to) > 0 ? needed : undefined;
}

function wanted(documents: readonly DocumentCheck[], flags: BumpFlags): readonly VersionEdit[] {
  const named = flags.document;
  for (const name of named ?? [])
    if (!documents.some((document) => document.name === name))
      throw new UserError("usage", `there is no document \`${name}\``, {
        help: `there are ${documents.map((document) => document.name).join(", ")}`,
      });
  const asked = documents.filter((document) =>
    named === undefined ? document.changed || !document.ok : named.includes(document.name),
  );
  return asked.flatMap((document) => {
    const to = neededVersion(document, flags.level);
    return to === undefined ? [] : [{ kind: document.kind, name: document.name, to }];
  });
}

async function bump(flags: BumpFlags, { io }: CommandContext): Promise<void> {
  const sets = await loadWithBase(io, flags);
  if (sets.after.info.ref.startsWith("git:") || sets.after.info.ref.endsWith(".agentz"))
    throw new UserError("usage", "only files can be edited, not a commit or a bundle", {
      help: "give --candidate <path>",
    });
  const edited = editVersions(sets.after.sources, wanted(versionDocument(sets).documents, flags));
  if (flags.dryRun !== true) await replaceSources(io.cwd, edited);
  const result: VersionBumpResult = {
    schemaVersion: 1,
    command: "version bump",
    tool: { version: VERSION },
    bumped: edited.flatMap(({ bumped }) => bumped),
    dryRun: flags.dryRun === true,
  };
  await writeDocument(
    io,
    pick(VERSION_BUMP_REPORTERS, flags.format)(result, { color: false, details: true }),
    flags.output,
  );
}

function shared(command: Command): Command {
  command
    .option(
      "--base <ref>",
      "what was released: a git ref, a folder or a bundle; default: `baseline` of agentz.yaml, else where HEAD left the branch that the change goes to",
    )
    .addOption(
      repeatable(
        "--candidate <path>",
        "policies and catalogs to check; repeated paths are one set",
      ),
    )
    .option("--output <file>", "write the result there instead of stdout");
  return addSetOptions(command);
}

export const versionCommand: CommandModule = {
  define: (command, context) => {
    shared(
      command
        .command("check")
        .summary("whether each document's version says what its change can do")
        .description(
          "Tells what changed in meaning since a base, what that can do to decisions, and whether the versions say so.",
        ),
    )
      .addOption(formatOption(VERSION_CHECK_REPORTERS))
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
        new Option("--level <level>", "this bump instead of the one that is needed").choices([
          "major",
          "minor",
          "patch",
        ]),
      )
      .addOption(repeatable("--document <name>", "only this document"))
      .option("--dry-run", "say what would be raised, and write nothing")
      .addOption(formatOption(VERSION_BUMP_REPORTERS))
      .addHelpText("after", BUMP_HELP)
      .action((flags: BumpFlags) => bump(flags, context));
  },
};
