import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { refuseUnreadable } from "../../api/vacuity.ts";
import type { ChangeGroup } from "../../documents/replay-result.ts";
import { ACCEPT_REPORTERS } from "../../report/accept/reporters.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { acceptedText, type AcceptedEntry } from "../../api/config/accept-entry.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { CONFIG_FILE, configFile } from "../../api/config/config.ts";
import { endOf } from "../../api/config/gate-config.ts";
import { askGitMaybe } from "../../node/git-process.ts";
import { isColored, writeDocument } from "../../node/output.ts";
import { replaceFile } from "../../node/replace-file.ts";
import type { Io } from "../../node/io.ts";
import { formatOption, pick } from "../options.ts";
import { runReplay } from "../replay-job.ts";
import type { AcceptResult } from "../../documents/accept-result.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";
import { addReplayOptions } from "./replay.ts";
import { prepareReplay, type ReplayRunFlags } from "../../api/replay-run.ts";

interface Flags extends ReplayRunFlags {
  readonly reason: string;
  readonly expires: string;
  readonly owner?: string;
  readonly format: string;
  readonly output?: string;
}

const HELP = `
Runs the replay that agentz.yaml describes, finds the groups of changed calls, and writes them as accepted changes
into agentz.yaml, each with the rules that decide it now. Comments stay. An entry of the same group is replaced.
Groups are named as \`agentz replay --details\` shows them; the beginning of an id is enough where it is unique.

Example:
  agentz accept 3f2a9c01d4e5 --reason "refunds up to 150 no longer wait" --expires 2027-01-31 --owner customer-care`;

function reasonFlag(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("it has to say something.");
  return value;
}

function expiresFlag(value: string): string {
  if (endOf(value) === undefined)
    throw new InvalidArgumentError(
      "it has to be a day such as 2027-01-31, or an RFC 3339 time with a zone.",
    );
  return value;
}

/** Variables in which systems keep who runs a command. */
const WHO = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME"] as const;

/** Who answers for the change: a flag, else who commits here, else who is logged in. */
async function ownerOf({ cwd, env }: Io, flag: string | undefined): Promise<string> {
  if (flag !== undefined) return flag;
  const email = await askGitMaybe(cwd, {
    args: ["config", "--get", "user.email"],
    what: "who commits here",
  }).catch(() => undefined);
  const who = [email, ...WHO.map((name) => env[name])].find(
    (name) => name !== undefined && name.trim() !== "",
  );
  if (who === undefined)
    throw new UserError("usage", "nobody is known who answers for the change", {
      help: "give --owner <who>",
    });
  return who;
}

/** The group of that id, or of the only one that begins so. */
function groupOf(groups: readonly ChangeGroup[], asked: string): ChangeGroup {
  const found = groups.filter(
    ({ id }) => id === asked || (asked.length >= 4 && id.startsWith(asked)),
  );
  const [group] = found;
  if (group !== undefined && found.length === 1) return group;
  if (found.length > 1)
    throw new UserError(
      "usage",
      `several groups begin with \`${asked}\`: ${found.map(({ id }) => id).join(", ")}`,
    );
  const near = nearestWord(
    asked,
    groups.map(({ id }) => id),
  );
  throw new UserError("no-such-group", `this replay has no group \`${asked}\``, {
    help:
      near === undefined
        ? "`agentz replay --details` lists the groups with their ids"
        : `did you mean \`${near}\`?`,
  });
}

function refusePast(expires: string, now: number): void {
  if ((endOf(expires) ?? 0) >= now) return;
  throw new UserError(
    "usage",
    `the acceptance would have expired already: \`${expires}\` is over`,
    { help: "give a later day" },
  );
}

async function act(asked: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const { io } = context;
  refusePast(flags.expires, flags.now ?? io.clock());
  const owner = await ownerOf(io, flags.owner);
  const { result } = await runReplay(await prepareReplay(flags, context.io));
  refuseUnreadable(result);
  if (result.partial) return context.finish(130);
  const groups = result.groups.filter((group) => group.class !== "unreachable");
  const chosen = [...new Set(asked.map((id) => groupOf(groups, id)))];
  const entries = chosen.map(
    ({ id, rulesDigest, calls }): AcceptedEntry => ({
      group: id,
      rules: rulesDigest,
      reason: flags.reason,
      owner,
      expires: flags.expires,
      calls,
    }),
  );
  const file = (await configFile(io, flags.config)) ?? { name: CONFIG_FILE, text: "" };
  await replaceFile(
    resolve(io.cwd, file.name),
    file.name,
    acceptedText(file.name, file.text, entries),
  );
  const document: AcceptResult = {
    schemaVersion: 1,
    command: "accept",
    tool: { version: VERSION },
    source: result.candidate.source,
    digest: result.candidate.digest,
    file: file.name,
    accepted: entries.map((entry, i) => ({ ...entry, class: chosen[i]?.class ?? "widened" })),
  };
  const color = isColored(io, flags.output);
  await writeDocument(
    io,
    pick(ACCEPT_REPORTERS, flags.format)(document, { color, details: false }),
    flags.output,
  );
}

export const acceptCommand: CommandModule = {
  define: (command, context) => {
    addReplayOptions(command.argument("<group...>", "ids of groups of changed calls"))
      .addOption(
        new Option("--reason <text>", "why the change is wanted")
          .argParser(reasonFlag)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option("--expires <day>", "the last day on which it is accepted")
          .argParser(expiresFlag)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option(
          "--owner <who>",
          "who answers for it; default: `user.email` of git, else who is logged in",
        ).argParser(reasonFlag),
      )
      .addOption(formatOption(ACCEPT_REPORTERS))
      .option("-o, --output <file>", "write the result there instead of stdout")
      .addHelpText("after", HELP)
      .action((asked: readonly string[], flags: Flags) => act(asked, flags, context));
  },
};
