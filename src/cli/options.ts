import type { Command } from "commander";
import { UserError } from "../diagnostics/user-error.ts";
import { InvalidArgumentError, Option } from "commander";
import type { Failable } from "../api/config/gate-config.ts";
import { KEPT_BY } from "../api/parts/split-key.ts";
import { FAILABLE } from "../api/config/gate-config.ts";
import { type DocumentName, formatsOf } from "../report/formats.ts";
import { meantHelp } from "../text/slip.ts";
import { parseDuration, parseTime } from "../text/time.ts";
import { atLeastFlag } from "./at-least-flag.ts";
import { shareFlag } from "./share.ts";

/** Collects a repeatable option. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** A repeatable option that takes one value each time. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect);
}

export function wholeNumber(value: string): number {
  if (!/^\d{1,12}$/.test(value)) throw new InvalidArgumentError("it has to be a whole number.");
  return Number(value);
}

/** A duration (`24h`, `90d`, `30s`) in milliseconds. */
export function duration(value: string): number {
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined)
    throw new InvalidArgumentError("it has to be a duration such as 24h, 90d or 30s.");
  return milliseconds;
}

/** An option that takes a duration; `value` is its default. */
export function timed(flags: string, description: string, value: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(value), value);
}

const SIZES: { readonly [unit: string]: number } = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** A size above 0 (`1M`, `512k`) in bytes; its unit is written in either case. */
export function byteSize(value: string): number {
  const [, digits, unit = ""] = /^(\d{1,12})([kmg]?)$/i.exec(value) ?? [];
  const bytes = Number(digits) * (SIZES[unit.toLowerCase()] ?? 0);
  if (digits === undefined || bytes < 1)
    throw new InvalidArgumentError("it has to be a size above 0, such as 1M or 512k.");
  return bytes;
}

/** `--fail-on widened,narrowed`. */
export function failOn(value: string): readonly Failable[] {
  return value.split(",").map((name) => {
    const known = FAILABLE.find((one) => one === name.trim());
    if (known === undefined)
      throw new InvalidArgumentError(
        `there is no kind of change \`${name.trim()}\`; ` +
          meantHelp(name.trim(), FAILABLE, `it takes ${FAILABLE.join(", ")}.`),
      );
    return known;
  });
}

/** The format of a document: the choices in help are those of the map of reporters. */
export function formatOption(name: DocumentName): Option {
  return new Option("--format <format>", "the format of the result")
    .choices(formatsOf(name))
    .default("pretty");
}

/** The first millisecond of a day, or an instant. */
export function startOf(value: string): number {
  const at = parseTime(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (at === undefined)
    throw new InvalidArgumentError(
      "it has to be a day such as 2026-05-01, or an RFC 3339 time with a zone.",
    );
  return at;
}

/** The last millisecond of a day, or an instant. */
export function untilOf(value: string): number {
  const at = parseTime(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T23:59:59.999Z` : value);
  if (at === undefined)
    throw new InvalidArgumentError(
      "it has to be a day such as 2026-05-31, or an RFC 3339 time with a zone.",
    );
  return at;
}

/** What `now` is for a request without a time (design 11.6). */
export function nowOption(): Option {
  return new Option(
    "--now <time>",
    "the time of a request that has none; default: the clock's time",
  ).argParser(startOf);
}

/** A share above 0 and up to 1. */
export function shareOf(value: string): number {
  const share = shareFlag(value);
  if (share === 0) throw new InvalidArgumentError("it has to be a share above 0, such as 0.1.");
  return share;
}

/** The day by which accepted changes expire. */
export function expiryDay(): Option {
  return new Option(
    "--now <time>",
    "the day by which accepted changes expire; default: the clock",
  ).argParser(untilOf);
}

/** Which calls of a trace count: by time, agent, session, or a share of the sessions. */
export function addFilterOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--since <time>", "count only calls from this day or time onwards").argParser(
        startOf,
      ),
    )
    .addOption(
      new Option("--until <time>", "count only calls up to this day or time").argParser(untilOf),
    )
    .addOption(repeatable("--agent <id>", "count only calls of these agents"))
    .addOption(repeatable("--session <id>", "count only calls of these sessions"))
    .addOption(
      new Option(
        "--sample <share>",
        "replay only this share of the sessions, 0 to 1; always the same sessions, each as a whole",
      ).argParser(shareOf),
    );
}

/** What counts calls has no use where parts have counted them. */
const COUNTING = [
  ...[
    "trace",
    "from",
    "mapping",
    "labels",
    "history",
    "approvals",
    "reorder",
    "idle",
    "since",
    "until",
  ],
  ...["agent", "session", "sample", "workers", "index", "checkIndex", "decisions", "showArguments"],
];

/** Parts in place of a trace: the document is made of what `agentz part` counted on many machines. */
export function addPartsOptions(command: Command): Command {
  return command
    .addOption(
      repeatable(
        "--parts <path...>",
        "what `agentz part` counted, in place of a trace: files, folders, globs; - for stdin",
      ).conflicts(COUNTING),
    )
    .addOption(callsOption())
    .hook("preAction", (_, action) => refuseLoneCalls(action.opts()));
}

function refuseLoneCalls({ calls, parts }: { calls?: unknown; parts?: unknown }): void {
  if (calls !== undefined && parts === undefined)
    throw new UserError(
      "usage",
      "`--calls` says how many calls parts have, and there are no parts",
      {
        help: "pass the parts with `--parts`",
      },
    );
}

/** How many calls the parts of a trace have to have. */
export function callsOption(): Option {
  return new Option(
    "--calls <n>",
    "how many calls the whole trace has; refuse parts that have fewer or more",
  ).argParser(wholeNumber);
}

/** By what a trace is split, if not by what the policies say. */
export function splitKey(): Option {
  return new Option(
    "--key <key>",
    `by what the trace is split: ${KEPT_BY.join(", ")}, or another member of events, such as ` +
      "context.task.project; default: the coarsest one by which the policies keep state",
  ).argParser(memberPath);
}

/** Whether a split keeps sessions together besides its key. */
export function wholeSessions(): Option {
  return new Option(
    "--whole-sessions",
    "keep each session in one part, whatever the key is: reports of the parts then have timelines",
  );
}

/** A member of an event, as a path of plain names. */
export function memberPath(value: string): string {
  if (/^\w+(\.\w+)*$/.test(value)) return value;
  throw new InvalidArgumentError("it has to be names joined by dots, such as seq or context.seq.");
}

/** The two versions of a replay that is split over many machines. */
export function addSplitVersions(command: Command): Command {
  return command
    .addOption(
      repeatable("--candidate <path>", "policies and catalogs to try; repeated paths are one set"),
    )
    .addOption(
      repeatable(
        "--baseline <path>",
        "what they are compared with: a path, git:<ref>, a bundle, or `recorded`",
      ),
    );
}

/** Adds what every command takes that loads policies. */
export function addSetOptions(command: Command): Command {
  return command
    .option("--config <file>", "a configuration file other than agentz.yaml")
    .addOption(
      repeatable(
        "--verify-key <file>",
        "a public key; each loaded bundle must be signed by one of the keys",
      ),
    )
    .addOption(
      new Option(
        "--at-least <version>",
        "refuse bundles with older policies; name=version applies to one document",
      ).argParser(atLeastFlag),
    );
}
