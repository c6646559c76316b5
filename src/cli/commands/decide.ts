import { readConfig, neededPaths } from "../../api/config/config.ts";
import { decideDocument } from "../../api/decide-document.ts";
import { Policies } from "../../api/policies.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { readRequest } from "../../api/request-document.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { readText } from "../../node/text-file.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, nowOption, repeatable } from "../options.ts";
import { showDocument } from "../show-document.ts";
import { tellRequest } from "../tell-request.ts";
import { pathHelp } from "../../node/near-path.ts";

interface DecideFlags {
  readonly candidate?: readonly string[];
  readonly now?: number;
  readonly format: string;
  readonly output?: string;
  readonly config?: string;
}

const HELP = `
The request is YAML or JSON: subject, action, resource, args, context, time. An attribute that it omits is unrecorded,
unless \`complete\` lists its container. \`session\` sets state: { labels: [..], counters: {..}, values: {..} }.
A request without \`time\` is decided at --now, else at the clock's time; stderr shows which. State that no policy
declares is an error. Unknown tools, arguments, attributes and words are warnings on stderr.

Example:
  echo '{subject: {type: agent, id: support-eu}, action: {server: crm, name: lookup}, args: {order: "4711"}}' \\
    | agentz decide --candidate policies -

The exit status is 0 also if the decision is deny.`;

async function read(file: string, { io }: CommandContext): Promise<string> {
  if (file === "-") return io.readStdin();
  const text = await readText(io.cwd, file);
  if (text === undefined)
    throw new UserError("no-such-path", `there is no file \`${file}\``, {
      help: pathHelp(io.cwd, file, "pass a file with a request, or - for standard input"),
    });
  return text;
}

async function act(file: string, flags: DecideFlags, context: CommandContext): Promise<void> {
  const { io } = context;
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const written = readRequest(await read(file, context), file === "-" ? "<stdin>" : file);
  const loaded = await loadPolicySet(io, paths, paths);
  const document = decideDocument(new Policies(loaded), written, {
    now: flags.now,
    clock: io.clock,
  });
  tellRequest(io, document.findings, document.now);
  await showDocument(io, { name: "decide", document }, flags);
}

export const decideCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[request]", "a file, or - for standard input", "-")
      .addOption(
        repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
      )
      .addOption(nowOption())
      .addOption(formatOption("decide"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((file: string, flags: DecideFlags) => act(file, flags, context));
    addSetOptions(command);
  },
};
