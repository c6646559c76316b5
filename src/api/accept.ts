import { resolve } from "node:path";
import { runReplay } from "./replay/replay-job.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { AcceptResult } from "../documents/accept-result.ts";
import type { ChangeGroup } from "../documents/replay-result.ts";
import { askGitMaybe } from "../node/git-process.ts";
import type { CommandIo, Io } from "../node/io.ts";
import { replaceFile } from "../node/replace-file.ts";
import { VERSION } from "../node/version.ts";
import { nearestWord } from "../text/edit-distance.ts";
import { type AcceptedEntry, acceptedText } from "./config/accept-entry.ts";
import { CONFIG_FILE, configFile } from "./config/config.ts";
import { endOf } from "./config/gate-config.ts";
import { prepareReplay, type ReplayRunFlags } from "./replay-run.ts";
import { refuseUnreadable } from "./vacuity.ts";

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
    throw new UserError("usage", "the change has no owner", {
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

/** What accepts groups of changed calls: the replay that shows them, and who says what until when. */
export interface AcceptFlags extends ReplayRunFlags {
  readonly reason: string;
  /** A day, or an RFC 3339 time. */
  readonly expires: string;
  /** Default: who commits here, else who is logged in. */
  readonly owner?: string;
}

/**
 * Replays, finds the groups that are asked for by the beginnings of their ids, and writes them into
 * agentz.yaml as accepted. Undefined: the replay was interrupted, and nothing is written. A group
 * that is not there, or no day to come, is a `UserError`.
 */
export async function acceptGroups(
  asked: readonly string[],
  flags: AcceptFlags,
  io: CommandIo,
): Promise<AcceptResult | undefined> {
  refusePast(flags.expires, flags.now ?? io.clock());
  const owner = await ownerOf(io, flags.owner);
  const { result } = await runReplay(await prepareReplay(flags, io));
  refuseUnreadable(result);
  if (result.partial) return undefined;
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
  const text = acceptedText(file.name, file.text, entries);
  await replaceFile(resolve(io.cwd, file.name), file.name, text);
  return {
    schemaVersion: 1,
    command: "accept",
    tool: { version: VERSION },
    source: result.candidate.source,
    digest: result.candidate.digest,
    file: file.name,
    accepted: entries.map((entry, i) => ({ ...entry, class: chosen[i]?.class ?? "widened" })),
  };
}
