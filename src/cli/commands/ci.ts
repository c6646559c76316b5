import { formatsOf } from "../../report/formats.ts";
import { InvalidArgumentError, Option } from "commander";
import { appendFile } from "node:fs/promises";
import { runCi } from "../../api/ci/run-ci.ts";
import { CI_STEPS, type CiFlags } from "../../api/ci/step.ts";
import { findChangeRequest } from "../../api/comment/change-request.ts";
import { renderAs } from "../../api/render.ts";
import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import { printable } from "../../report/escape.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { explainFlags } from "../explain-command.ts";
import { addPartsOptions } from "../options.ts";
import { shareFlag } from "../share.ts";
import { showDocument } from "../show-document.ts";
import { writeComment } from "./ci-comment.ts";
import { addGatedReplayOptions } from "./replay.ts";
import { meantHelp } from "../../text/slip.ts";

interface Output {
  readonly format: string;
  readonly path: string;
}

interface Flags extends CiFlags {
  readonly output?: readonly Output[];
  /** A format alone, which goes to stdout. */
  readonly format?: string;
  readonly details?: boolean;
  /** True: the comment without a name. */
  readonly comment?: string | true;
}

function outputFlag(value: string, before: readonly Output[] | undefined): readonly Output[] {
  const at = value.indexOf("=");
  const format = value.slice(0, at);
  const formats = formatsOf("ci");
  if (at < 1 || value.length === at + 1)
    throw new InvalidArgumentError(
      "it has to be format=path, such as sarif=agentz.sarif; `-` is stdout.",
    );
  if (!formats.includes(format))
    throw new InvalidArgumentError(
      `there is no format \`${format}\`; ` +
        meantHelp(format, formats, `there are ${formats.join(", ")}.`),
    );
  return [...(before ?? []), { format, path: value.slice(at + 1) }];
}

function requireFlag(
  value: string,
  before: readonly CiStep["name"][] | undefined,
): readonly CiStep["name"][] {
  const named = value.split(",").map((name) => {
    const known = CI_STEPS.find((step) => step === name.trim());
    if (known === undefined)
      throw new InvalidArgumentError(
        `there is no step \`${name}\`; ` +
          meantHelp(name.trim(), CI_STEPS, `there are ${CI_STEPS.join(", ")}.`),
      );
    return known;
  });
  return [...(before ?? []), ...named];
}

function commentFlag(value: string): string {
  if (/^[\w.-]{1,40}$/.test(value)) return value;
  throw new InvalidArgumentError("a name has at most 40 letters, digits, dots and hyphens.");
}

const HELP = `
Runs, in this order: lint of the candidate, the unit tests (\`tests:\` of agentz.yaml),
\`analyze\` of its invariants, the version check against a git baseline, and the replay with its
gate. All steps run; the exit status is the worst of theirs. A step with nothing to do is skipped,
and says why. If --require names such a step, or a replay without a gate, the step fails (1). If
no step has anything to do, the exit status is 2.

Examples:
  agentz ci --require lint,test,version,replay
  agentz ci --baseline git:HEAD^               compares with the commit before (on the default branch)
  agentz ci --baseline git:origin/main --output sarif=agentz.sarif --output markdown=comment.md
  agentz ci --output junit=junit.xml --output json=-
  agentz ci --parts parts                      replays nothing: takes what \`agentz part\` counted
  agentz ci --comment                          in GitHub Actions and GitLab CI/CD: one comment on the pull request

--comment writes one comment, and updates it in later runs. It needs a token that may write comments:
GITHUB_TOKEN (or GH_TOKEN) in GitHub Actions, GITLAB_TOKEN in GitLab. A run for no pull request
writes none. If the comment cannot be written, the exit status is at least 2.

In GitHub Actions, annotations go to stdout, and the Markdown to the summary of the step, unless you pass --output.`;

const STEP_SUMMARY_BYTES = 1_000_000;

async function summarise(result: CiResult, { io }: CommandContext): Promise<void> {
  const file = io.env["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "") return;
  const markdown = await renderAs("ci", result, { format: "markdown" });
  // GitHub refuses a step's summary of more than 1 MiB
  const bytes = Buffer.from(markdown, "utf8");
  const text =
    bytes.length <= STEP_SUMMARY_BYTES
      ? markdown
      : `${bytes
          .subarray(0, STEP_SUMMARY_BYTES)
          .toString("utf8")
          .replace(/\ufffd+$/, "")}\n\n… cut at 1 MB\n`;
  await appendFile(file, text, "utf8");
}

/** Where no document goes to stdout, the log says why nothing was checked. */
function tellErrors({ steps, lint }: CiResult, { stderr }: CommandContext["io"]): void {
  const errors = steps.filter(({ status }) => status === "error");
  // other steps did not run because of it
  const first = lint?.findings.find(({ severity }) => severity === "error");
  if (errors.length > 0 && first !== undefined)
    stderr.write(
      `agentz lint: ${printable(`${first.file}:${first.line}: ${first.message}`, 400)}\n`,
    );
  for (const { name, summary, help } of errors) {
    stderr.write(
      `agentz ${name}: ${printable(summary, 400)}\n${help === null ? "" : `  help: ${printable(help, 400)}\n`}`,
    );
  }
}

async function act(flags: Flags, context: CommandContext): Promise<void> {
  const { io } = context;
  // before the work: a missing token is told at once
  const change = flags.comment === undefined ? undefined : await findChangeRequest(io.env);
  const { result, status } = await runCi(
    { ...flags, needsGate: flags.require?.includes("replay") === true },
    io,
  );
  const github = io.env["GITHUB_ACTIONS"] === "true";
  const alone = flags.format === undefined ? [] : [{ format: flags.format, path: "-" }];
  const given = [...(flags.output ?? []), ...alone];
  const outputs = given.length > 0 ? given : [{ format: github ? "github" : "pretty", path: "-" }];
  const explain = flags.parts === undefined ? explainFlags(flags) : null;
  for (const { format, path } of outputs) {
    const details = flags.details === true;
    const shown = { format, output: path, details, explainFlags: explain };
    await showDocument(io, { name: "ci", document: result }, shown);
  }
  if (outputs.every(({ path }) => path !== "-")) tellErrors(result, io);
  await summarise(result, context);
  const posted =
    flags.comment === undefined
      ? 0
      : await writeComment(result, change, { name: flags.comment, io });
  context.finish(Math.max(status, posted));
}

export const ciCommand: CommandModule = {
  define: (command, context) => {
    addPartsOptions(addGatedReplayOptions(command))
      .addOption(
        new Option(
          "--min-coverage <share>",
          "minimum share of rules and outcomes that the tests reach, 0 to 1; default: " +
            "`test.min_coverage` of agentz.yaml",
        ).argParser(shareFlag),
      )
      .addOption(
        new Option(
          "--min-mutation <share>",
          "minimum share of mutants that the tests kill, 0 to 1; default: `test.min_mutation` of agentz.yaml",
        ).argParser(shareFlag),
      )
      .addOption(
        new Option(
          "--require <steps>",
          `steps that fail if they have nothing to do: any of ${CI_STEPS.join(", ")}, separated by commas`,
        ).argParser(requireFlag),
      )
      .addOption(
        new Option(
          "--output <format=path>",
          `where the result goes (${formatsOf("ci").join(", ")}); repeatable, - is stdout`,
        ).argParser(outputFlag),
      )
      .addOption(
        new Option("--format <format>", "as in other commands: --output <format>=-")
          .choices(formatsOf("ci"))
          .hideHelp(),
      )
      .addOption(
        new Option(
          "--comment [name]",
          "write the result as one comment on the pull request, and update it in later runs; a name " +
            "tells several comments of one pull request apart",
        ).argParser(commentFlag),
      )
      .option("--details", "list every group and note in pretty output")
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
  },
};
