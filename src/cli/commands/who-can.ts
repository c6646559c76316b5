import { Option } from "commander";
import { actionGlobFault } from "../../policy/glob.ts";
import { Oracle } from "../../reach/question.ts";
import type { WhoCanResult } from "../../documents/who-can-result.ts";
import { whoCan } from "../../reach/who-can.ts";
import { WHO_CAN_REPORTERS } from "../../report/reach/reporters.ts";
import { formatTime } from "../../trace/time.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { readConfig, neededPaths } from "../../api/config/config.ts";
import { isColored, writeDocument } from "../../node/output.ts";
import { addSetOptions, formatOption, pick, repeatable, untilOf } from "../options.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly now?: number;
  readonly format: string;
  readonly output?: string;
  readonly details?: boolean;
  readonly config?: string;
}

const HELP = `
The action is server/name, a tool's name on any server, or a pattern; the resource is type:id. Without a resource every
class of the tool's resources is asked about. What no catalog and no rule names is an error.

Examples:
  agentz who-can payments/refund
  agentz who-can 'cloud/delete_*' volume:prod-7
  agentz who-can send --format json`;

function resourceOf(
  text: string | undefined,
): { readonly type: string; readonly id: string } | undefined {
  if (text === undefined) return undefined;
  const colon = text.indexOf(":");
  if (colon > 0 && colon < text.length - 1)
    return { type: text.slice(0, colon), id: text.slice(colon + 1) };
  throw new UserError("usage", `\`${text}\` is no resource`, {
    help: "write it as type:id, such as volume:prod-7",
  });
}

async function act(
  asked: { readonly action: string; readonly resource: string | undefined },
  flags: Flags,
  { io, finish }: CommandContext,
): Promise<void> {
  const fault = actionGlobFault(asked.action);
  if (fault !== undefined)
    throw new UserError("usage", `\`${asked.action}\` is no action: ${fault}`, {
      help: "write it as server/name",
    });
  const resource = resourceOf(asked.resource);
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const policies = await loadPolicySet(io, paths, paths);
  const now = flags.now ?? io.clock();
  const answer = whoCan(new Oracle(policies.set, now), policies.documents, {
    action: asked.action,
    resource,
  });
  if ("message" in answer)
    throw new UserError("unknown-name", answer.message, { help: answer.help });
  const document: WhoCanResult = {
    schemaVersion: 1,
    command: "who-can",
    tool: { version: VERSION },
    candidate: policies.info,
    now: formatTime(now),
    action: asked.action,
    resource: asked.resource ?? null,
    ...answer,
  };
  const color = isColored(io, flags.output);
  await writeDocument(
    io,
    pick(WHO_CAN_REPORTERS, flags.format)(document, { color, details: flags.details === true }),
    flags.output,
  );
  finish(0);
}

export const whoCanCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("<action>", "server/name, or a pattern")
      .argument("[resource]", "type:id")
      .addOption(
        repeatable(
          "--candidate <path>",
          "policies and catalogs to ask; repeated paths are one set",
        ),
      )
      .addOption(
        new Option("--now <time>", "the moment to ask for; default: today").argParser(untilOf),
      )
      .addOption(formatOption(WHO_CAN_REPORTERS))
      .option("--details", "list every condition in pretty output")
      .option("-o, --output <file>", "write the result there instead of stdout")
      .addHelpText("after", HELP)
      .action((action: string, resource: string | undefined, flags: Flags) =>
        act({ action, resource }, flags, context),
      );
    addSetOptions(command);
  },
};
