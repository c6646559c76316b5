import { chooseDocuments } from "../../api/baseline.ts";
import { diffDocument } from "../../api/compare.ts";
import { readConfig } from "../../api/config/config.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { isPartOf } from "../../api/refuse-uncompared.ts";
import { resolveReference } from "../../api/set-reference.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface DiffFlags {
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly config?: string;
}

const HELP = `
A version is a path, git:<ref>[:<path>] or a bundle; join several paths of one version with commas. A git ref without
paths means the paths of \`candidate\` in agentz.yaml. The default of the second version is that candidate; the default
of the first version is the baseline of a replay. One path that the candidate reads, too, is refused.

Examples:
  agentz diff                                    what this branch changes
  agentz diff git:main policies
  agentz diff git:v1.4.0:policies git:v1.5.0:policies --format markdown
  agentz diff released.agentz policies,catalog.yaml --details

The engine has decided every call shown under both versions. The exit status is always 0: use \`agentz
version check\` as a gate.`;

async function act(
  given: { readonly a: string | undefined; readonly b: string | undefined },
  flags: DiffFlags,
  { io }: CommandContext,
): Promise<void> {
  const config = await readConfig(io, flags.config);
  const second = given.b?.split(",") ?? config.candidate;
  if (second === undefined)
    throw new UserError("usage", "there is no second version to compare with", {
      help:
        `name it after the first, such as \`agentz diff git:main ${given.a ?? "policies"}\`, ` +
        "or give `candidate:` in agentz.yaml",
    });
  const plain = second.every((ref) => !ref.startsWith("git:") && !ref.endsWith(".agentz"))
    ? second
    : undefined;
  const paths = config.candidate ?? plain ?? ["."];
  const meant = async (refs: readonly string[]): Promise<readonly string[]> =>
    Promise.all(refs.map((ref) => resolveReference(io.cwd, ref)));
  const first =
    given.a === undefined
      ? await chooseDocuments(io, config.baseline, second)
      : await meant(given.a.split(","));
  const before = await loadPolicySet(io, first, plain ?? paths);
  const after = await loadPolicySet(io, await meant(second), paths);
  if (given.b === undefined && given.a !== undefined && isPartOf(before, after))
    throw new UserError(
      "usage",
      `\`${given.a}\` would be compared with itself: the candidate of agentz.yaml reads the same files`,
      { help: `name the version before it: \`agentz diff git:main ${given.a}\`` },
    );
  const result = diffDocument({ before, after });
  await showDocument(io, { name: "diff", document: result }, flags);
}

export const diffCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument(
        "[before]",
        "the earlier version: a path, git:<ref> or a bundle; default: the baseline of a replay",
      )
      .argument("[after]", "the later version; default: `candidate` of agentz.yaml")
      .addOption(formatOption("diff"))
      .option("--details", "show the source of each change")
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((a: string | undefined, b: string | undefined, flags: DiffFlags) =>
        act({ a, b }, flags, context),
      );
    addSetOptions(command);
  },
};
