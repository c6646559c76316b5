import { decideSingle } from "../../engine/single.ts";
import { DECIDE_REPORTERS } from "../../report/decide/reporters.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { readConfig } from "../config.ts";
import { writeDocument } from "../host/output.ts";
import { addSetOptions, formatOption, pick, repeatable } from "../options.ts";
import { loadPolicySet } from "../policy-set.ts";
import { readRequest } from "../request-document.ts";
import { readText } from "../host/text-file.ts";
import { UserError } from "../user-error.ts";
import { VERSION } from "../version.ts";

interface DecideFlags {
  readonly candidate?: readonly string[];
  readonly format: string;
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
The request is YAML or JSON: subject, action, resource, args, context, time. What it leaves out is unrecorded, unless
\`complete\` lists its container. \`session\` may give state: { labels: [..], counters: {..}, values: {..} }.

Example:
  echo '{subject: {type: agent, id: support-eu}, action: {server: crm, name: lookup}, args: {order: "4711"}}' \\
    | agentz decide --candidate policies -

A decision to deny is an answer, not a failure: the exit status is 0.`;

async function read(file: string, { io }: CommandContext): Promise<string> {
  if (file === "-") return io.readStdin();
  const text = await readText(io.cwd, file);
  if (text === undefined) throw new UserError("no-such-path", `\`${file}\` cannot be read`);
  return text;
}

async function act(file: string, flags: DecideFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  const config = await readConfig(io, flags.config);
  const paths = flags.candidate ?? config.candidate;
  if (paths === undefined) throw new UserError("usage", "there are no policies to decide by", { help: "give --candidate <path>, or `candidate:` in agentz.yaml" });
  const { request, state } = readRequest(await read(file, context), file === "-" ? "<stdin>" : file);
  const { set, info } = await loadPolicySet(io, paths, paths);
  const { decision } = decideSingle(set, request, state);
  const render = pick(DECIDE_REPORTERS, flags.format);
  const document = { schemaVersion: 1 as const, command: "decide" as const, tool: { version: VERSION }, source: info.source ?? "", digest: info.digest, decision };
  const color = io.stdout.isTTY && flags.output === undefined && io.env["NO_COLOR"] === undefined;
  await writeDocument(io, render(document, { color, details: true }), flags.output);
}

export const decideCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[request]", "a file, or - for standard input", "-")
      .addOption(repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"))
      .addOption(formatOption(DECIDE_REPORTERS))
      .option("--output <file>", "write the result there instead of stdout")
      .addHelpText("after", HELP)
      .action((file: string, flags: DecideFlags) => act(file, flags, context));
    addSetOptions(command);
  },
};
